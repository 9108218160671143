//! Encrypts each document with a key of its own, so that destroying the key erases the document.
//!
//! Backups of a directory and versions of a bucket keep the sealed bytes for years. Nobody has to find and delete
//! those: they are useless without the key, which is in the database.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

/// The format of sealed bytes, their first byte: then the nonce, the content by AES-256-GCM, and the tag.
const VERSION: u8 = 1;

/// How many bytes longer a sealed document is than its content: version, nonce and tag.
pub const SEALING_OVERHEAD: usize = 1 + NONCE_LEN + 16;

/// Why sealed bytes cannot be decrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The first byte is not a version that this release knows.
    #[error("expected bytes sealed in version 1: a newer release may have sealed them")]
    Version,
    /// The authentication tag is wrong. AES-GCM cannot tell a wrong key from altered bytes.
    #[error("the document cannot be decrypted: wrong key, wrong context, or altered bytes; restore it from a backup")]
    DecryptionFailed,
}

/// The key of one document. When its last copy is destroyed, the document is erased, in all backups of the vault too.
///
/// Dropping it overwrites it in memory. A caller that stores it encrypts [`FileKey::as_bytes`] with another key.
#[derive(Clone)]
pub struct FileKey(Zeroizing<[u8; 32]>);

/// Without the key: `Debug` gets into logs.
impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey([redacted])")
    }
}

impl FileKey {
    /// Makes a new key from the operating system's random numbers.
    pub fn generate() -> Self {
        let mut key = Self(Zeroizing::new([0; 32]));
        rand::fill(key.0.as_mut()).expect("the system's generator does not fail once it is seeded");
        key
    }

    /// A key that was stored, after the caller has decrypted it.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key's bytes, for the caller to encrypt and store.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Encrypts bytes and binds them to a context, as in `elections/e1/documents/7`. Only the same context decrypts
    /// them: so a document cannot be moved under the name of another one.
    pub fn seal(&self, context: &str, bytes: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).expect("the system's generator does not fail once it is seeded");
        let mut sealed = Vec::with_capacity(bytes.len() + SEALING_OVERHEAD);
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(bytes);
        let (_, content) = sealed.split_at_mut(1 + NONCE_LEN);
        // A key seals one document, so a random nonce of 96 bits is never used twice with it.
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.cipher().seal_in_place_separate_tag(nonce, aad(context), content);
        sealed.extend_from_slice(tag.expect("AES-GCM takes 64 GiB, and a document has megabytes").as_ref());
        sealed
    }

    /// Decrypts what [`FileKey::seal`] made with the same key and context.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        // The version comes first: a later format may differ in everything else.
        let (version, sealed) = sealed.split_first().ok_or(SealError::DecryptionFailed)?;
        if *version != VERSION {
            return Err(SealError::Version);
        }
        let (nonce, content) = sealed.split_at_checked(NONCE_LEN).ok_or(SealError::DecryptionFailed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::DecryptionFailed)?;
        let mut content = content.to_vec();
        let opened = self.cipher().open_in_place(nonce, aad(context), &mut content);
        let length = opened.map_err(|_| SealError::DecryptionFailed)?.len();
        content.truncate(length);
        Ok(content)
    }

    /// Made for each call, so that no expanded copy of the key outlives it.
    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, self.0.as_ref()).expect("a key of the right length"))
    }
}

/// What the tag covers beside the content. The version is in it, so that nobody can pass bytes of another version off.
fn aad(context: &str) -> Aad<Vec<u8>> {
    Aad::from([&[VERSION], context.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_context_decrypt() {
        let key = FileKey::generate();
        let sealed = key.seal("document/1", b"a passport");
        assert_eq!(sealed.len(), 10 + SEALING_OVERHEAD);
        assert_eq!(key.open("document/1", &sealed).as_deref(), Ok(&b"a passport"[..]));
        assert_eq!(key.open("document/2", &sealed), Err(SealError::DecryptionFailed));
        assert_eq!(FileKey::generate().open("document/1", &sealed), Err(SealError::DecryptionFailed));
        let wrapped = FileKey::from_bytes(*key.as_bytes());
        assert_eq!(wrapped.open("document/1", &sealed).as_deref(), Ok(&b"a passport"[..]));
    }

    #[test]
    fn altered_truncated_and_swapped_bytes_are_refused() {
        let key = FileKey::generate();
        let sealed = key.seal("a", b"content");
        for index in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[index] ^= 1;
            assert!(key.open("a", &altered).is_err(), "byte {index}");
            assert!(key.open("a", &sealed[..index]).is_err(), "cut at {index}");
        }
        let other = key.seal("b", b"CONTENT");
        let (front, back) = (&sealed[..1 + NONCE_LEN], &other[1 + NONCE_LEN..]);
        assert!(key.open("a", &[front, back].concat()).is_err());
        assert!(key.open("b", &[front, back].concat()).is_err());
        assert_eq!(key.open("a", &[&[2], &sealed[1..]].concat()), Err(SealError::Version));
    }

    #[test]
    fn equal_contents_differ_when_sealed_and_debug_hides_the_key() {
        let key = FileKey::from_bytes([7; 32]);
        assert_ne!(key.seal("a", b"content"), key.seal("a", b"content"));
        assert_eq!(format!("{key:?}"), "FileKey([redacted])");
        assert_eq!(key.open("a", &key.seal("a", b"")).as_deref(), Ok(&b""[..]));
    }
}
