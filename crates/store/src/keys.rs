//! The master key and the keys that are derived from it.
//!
//! One key seals personal data, one makes blind indexes (by which equal values
//! are found without being readable), and one signs page tokens. They are
//! derived by HKDF-SHA-256, each with its own purpose, so that none can be
//! computed from another.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::{hmac, rand};
use evidence::{Hash, LogEvent};

use crate::StoreError;

/// Why a master key is refused.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The text is not 32 bytes in hexadecimal.
    #[error("expected a master key of 64 hexadecimal digits")]
    Malformed,
    /// All bytes are equal: somebody deployed the example instead of a secret.
    #[error("the master key is a placeholder: all its bytes are the same")]
    Placeholder,
}

/// The keys in use, all derived from one master key. `Debug` prints the id
/// alone.
pub struct Keys {
    id: String,
    /// Encrypts personal data (AES-256-GCM).
    sealing: LessSafeKey,
    /// Makes blind indexes, request hashes and event seals (HMAC-SHA-256).
    index: hmac::Key,
    /// Signs page tokens (HMAC-SHA-256).
    page_token: hmac::Key,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.id)
    }
}

/// The length of every derived key, in the form that HKDF wants.
struct KeyLength;

impl KeyType for KeyLength {
    fn len(&self) -> usize {
        32
    }
}

/// Derives the key for one purpose. A new purpose needs a new text: two
/// purposes with one text would share a key.
fn derive(master: &[u8; 32], purpose: &str) -> [u8; 32] {
    let mut key = [0; 32];
    let prk = Salt::new(HKDF_SHA256, b"accreditation.v1").extract(master);
    let info = [purpose.as_bytes()];
    let okm = prk.expand(&info, KeyLength).expect("32 bytes are within HKDF's limit");
    okm.fill(&mut key).expect("the lengths are equal");
    key
}

/// Random bytes from the operating system's generator: for nonces, salts, ids
/// and back-off.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system's generator does not fail once it is seeded");
    bytes
}

impl Keys {
    /// A new random master key, as the text that its file holds.
    pub fn generate() -> String {
        hex::encode(random_bytes::<32>())
    }

    /// Reads the text of a master key's file.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let bytes = hex::decode(text.trim()).map_err(|_| KeyError::Malformed)?;
        let master: [u8; 32] = bytes.try_into().map_err(|_| KeyError::Malformed)?;
        // Such a key is an example from a template, which everybody knows.
        if master.iter().all(|byte| *byte == master[0]) {
            return Err(KeyError::Placeholder);
        }
        let sealing = UnboundKey::new(&AES_256_GCM, &derive(&master, "seal")).expect("a key of the right length");
        Ok(Self {
            id: hex::encode(&derive(&master, "id")[..8]),
            sealing: LessSafeKey::new(sealing),
            index: hmac::Key::new(hmac::HMAC_SHA256, &derive(&master, "index")),
            page_token: hmac::Key::new(hmac::HMAC_SHA256, &derive(&master, "page token")),
        })
    }

    /// The id of the master key: the first 8 bytes of a key derived for this
    /// purpose, in hexadecimal. It tells nothing about the key itself, so the
    /// database keeps it in the clear.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Encrypts a value by AES-256-GCM under a random nonce.
    ///
    /// `context` says where the value belongs, for example the row and column.
    /// It is authenticated and not stored: a sealed value that is copied to
    /// another row does not unseal there.
    pub(crate) fn seal(&self, context: &str, value: &[u8]) -> Vec<u8> {
        let nonce = random_bytes::<NONCE_LEN>();
        let mut sealed = value.to_vec();
        let result = self.sealing.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(context.as_bytes()),
            &mut sealed,
        );
        result.expect("a value this short is always sealed");
        [nonce.to_vec(), sealed].concat()
    }

    /// Decrypts what [`Keys::seal`] sealed for the same context.
    ///
    /// Gives [`StoreError::CannotUnseal`] if the key or the context is another
    /// one, or a byte was altered.
    pub(crate) fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (nonce, value) = sealed.split_at_checked(NONCE_LEN).ok_or(StoreError::CannotUnseal)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| StoreError::CannotUnseal)?;
        let mut value = value.to_vec();
        let opened = self.sealing.open_in_place(nonce, Aad::from(context.as_bytes()), &mut value);
        Ok(opened.map_err(|_| StoreError::CannotUnseal)?.to_vec())
    }

    /// Encrypts a cursor of a log for one owner. A readable position would tell
    /// an organization how many events of others lie between two of its own.
    pub fn seal_cursor(&self, owner: &str, cursor: &[u8]) -> Vec<u8> {
        self.seal(&format!("cursor/{owner}"), cursor)
    }

    /// Decrypts a cursor that [`Keys::seal_cursor`] made for the same owner;
    /// `None` for any other bytes.
    pub fn open_cursor(&self, owner: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.open(&format!("cursor/{owner}"), sealed).ok()
    }

    /// A keyed hash (HMAC-SHA-256) by which equal values are found while none
    /// is readable.
    ///
    /// `kind` keeps values of different kinds apart: a birth date and a
    /// passport number with the same text have different indexes.
    pub(crate) fn blind_index(&self, kind: &str, value: &str) -> Vec<u8> {
        hmac::sign(&self.index, format!("{kind}\n{value}").as_bytes()).as_ref().to_vec()
    }

    /// A hash of a hash, under the index key. Without the key nobody can
    /// confirm a guess of the value. `kind` is as in [`Keys::blind_index`].
    fn keyed_hash(&self, kind: &str, hash: &Hash) -> Hash {
        self.blind_index(kind, &hex::encode(hash)).try_into().expect("HMAC-SHA-256 gives 32 bytes")
    }

    /// The hash of a request in the form in which the database keeps it. A
    /// plain hash would let a reader of the database confirm a guess of the
    /// request's content.
    pub fn request_hash(&self, hash: &Hash) -> Hash {
        self.keyed_hash("request", hash)
    }

    /// The hash of erasable columns in the form in which an event has it. The
    /// log keeps it after erasure, so it must not confirm a guess of what was
    /// erased.
    pub(crate) fn erasable_hash(&self, hash: &Hash) -> Hash {
        self.keyed_hash("erasable", hash)
    }

    /// The seal of an event: a keyed hash of all its other fields. Only a
    /// holder of the master key can make one, so an event that somebody
    /// inserted into the database is recognized.
    pub(crate) fn event_seal(&self, unsealed: &LogEvent) -> String {
        hex::encode(self.keyed_hash("event", &evidence::entry(&unsealed.canonical_bytes())))
    }

    /// Signs the data of a page token, so that a client cannot forge or alter
    /// one.
    pub fn sign_page_token(&self, data: &[u8]) -> Vec<u8> {
        hmac::sign(&self.page_token, data).as_ref().to_vec()
    }

    /// Whether this service signed the data of a page token. The comparison
    /// takes constant time.
    pub fn verify_page_token(&self, data: &[u8], signature: &[u8]) -> bool {
        hmac::verify(&self.page_token, data, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Context, bytes, length and master key: changing any one of them makes
    /// the value unreadable.
    #[test]
    fn a_sealed_value_opens_only_at_its_place_and_unaltered() {
        let keys = Keys::parse(&Keys::generate()).expect("a new key");
        let sealed = keys.seal("here", b"N01234567");
        assert_eq!(keys.open("here", &sealed).expect("untouched"), b"N01234567");
        assert!(keys.open("there", &sealed).is_err());
        let mut altered = sealed.clone();
        altered[NONCE_LEN] ^= 1;
        assert!(keys.open("here", &altered).is_err());
        assert!(keys.open("here", &sealed[..5]).is_err());
        let other = Keys::parse(&Keys::generate()).expect("a new key");
        assert!(other.open("here", &sealed).is_err());
        assert_ne!(keys.id(), other.id());
    }

    /// A server that accepts an example key would seal real data with it.
    #[test]
    fn placeholders_are_no_keys() {
        assert!(matches!(Keys::parse(&"00".repeat(32)), Err(KeyError::Placeholder)));
        assert!(matches!(Keys::parse("changeme"), Err(KeyError::Malformed)));
    }
}
