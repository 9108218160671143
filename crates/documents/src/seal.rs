//! Sealing a document with a key of its own.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand;
use zeroize::Zeroizing;

/// The first byte of everything sealed: AES-256-GCM, nonce in front, tag at the end.
const VERSION: u8 = 1;

/// By how many bytes a sealed document is longer: version, nonce and tag.
pub const SEALING_OVERHEAD: usize = 1 + NONCE_LEN + 16;

/// Sealed bytes that do not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Sealed by a later version, or not sealed at all.
    #[error("expected bytes sealed in version 1: a newer release may have sealed them")]
    Version,
    /// Another key or place, or altered since. Which one cannot be known.
    #[error("the document does not open: its key or place is another one, or its bytes were altered")]
    Unsealable,
}

/// The key of one document. Whoever destroys the last copy of it has erased the document, backups included.
///
/// It is gone from memory when it is dropped. A caller that keeps it wraps [`FileKey::as_bytes`] with a key of its own.
#[derive(Clone)]
pub struct FileKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey([redacted])")
    }
}

impl FileKey {
    /// A new key, from the operating system's generator.
    pub fn generate() -> Self {
        let mut key = Self(Zeroizing::new([0; 32]));
        rand::fill(key.0.as_mut()).expect("the system's generator does not fail once it is seeded");
        key
    }

    /// A key that was unwrapped.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key's bytes, to be wrapped.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals bytes to their place: at another place they do not open.
    pub fn seal(&self, place: &str, bytes: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).expect("the system's generator does not fail once it is seeded");
        let mut sealed = Vec::with_capacity(bytes.len() + SEALING_OVERHEAD);
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(bytes);
        let (_, content) = sealed.split_at_mut(1 + NONCE_LEN);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.cipher().seal_in_place_separate_tag(nonce, aad(place), content);
        sealed.extend_from_slice(tag.expect("AES-GCM takes 64 GiB, and a document has megabytes").as_ref());
        sealed
    }

    /// Opens what [`FileKey::seal`] sealed to the same place.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (version, sealed) = sealed.split_first().ok_or(SealError::Unsealable)?;
        if *version != VERSION {
            return Err(SealError::Version);
        }
        let (nonce, content) = sealed.split_at_checked(NONCE_LEN).ok_or(SealError::Unsealable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Unsealable)?;
        let mut content = content.to_vec();
        let opened = self.cipher().open_in_place(nonce, aad(place), &mut content);
        let length = opened.map_err(|_| SealError::Unsealable)?.len();
        content.truncate(length);
        Ok(content)
    }

    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&AES_256_GCM, self.0.as_ref()).expect("a key of the right length"))
    }
}

/// The version is bound as well, so that a later one cannot be passed off as this one.
fn aad(place: &str) -> Aad<Vec<u8>> {
    Aad::from([&[VERSION], place.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_at_its_place_and_with_its_key_alone() {
        let key = FileKey::generate();
        let sealed = key.seal("document/1", b"a passport");
        assert_eq!(sealed.len(), 10 + SEALING_OVERHEAD);
        assert_eq!(key.open("document/1", &sealed).as_deref(), Ok(&b"a passport"[..]));
        assert_eq!(key.open("document/2", &sealed), Err(SealError::Unsealable));
        assert_eq!(FileKey::generate().open("document/1", &sealed), Err(SealError::Unsealable));
        let wrapped = FileKey::from_bytes(*key.as_bytes());
        assert_eq!(wrapped.open("document/1", &sealed).as_deref(), Ok(&b"a passport"[..]));
    }

    #[test]
    fn altered_truncated_and_swapped_bytes_do_not_open() {
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
    fn equal_contents_are_sealed_differently_and_the_key_shows_nothing() {
        let key = FileKey::from_bytes([7; 32]);
        assert_ne!(key.seal("a", b"content"), key.seal("a", b"content"));
        assert_eq!(format!("{key:?}"), "FileKey([redacted])");
        assert_eq!(key.open("a", &key.seal("a", b"")).as_deref(), Ok(&b""[..]));
    }
}
