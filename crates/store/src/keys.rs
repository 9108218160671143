//! The master key and what is derived from it: sealing, blind indexes, page tokens.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::{hmac, rand};
use evidence::{Hash, LogEvent};

use crate::StoreError;

/// A master key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not 32 bytes in hexadecimal.
    #[error("expected a master key of 64 hexadecimal digits")]
    Malformed,
    /// A key that guards nothing.
    #[error("the master key is a placeholder: all its bytes are the same")]
    Placeholder,
}

/// The keys in use, all derived from one master key.
pub struct Keys {
    id: String,
    sealing: LessSafeKey,
    index: hmac::Key,
    page_token: hmac::Key,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.id)
    }
}

struct Length;

impl KeyType for Length {
    fn len(&self) -> usize {
        32
    }
}

fn derive(master: &[u8; 32], purpose: &str) -> [u8; 32] {
    let mut key = [0; 32];
    let prk = Salt::new(HKDF_SHA256, b"accreditation.v1").extract(master);
    let info = [purpose.as_bytes()];
    let okm = prk.expand(&info, Length).expect("32 bytes are within HKDF's limit");
    okm.fill(&mut key).expect("the lengths are equal");
    key
}

/// Random bytes from the operating system's generator.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the system's generator does not fail once it is seeded");
    bytes
}

impl Keys {
    /// A new master key, as the text of its file.
    pub fn generate() -> String {
        hex::encode(random::<32>())
    }

    /// Reads a master key's file.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let bytes = hex::decode(text.trim()).map_err(|_| KeyError::Malformed)?;
        let master: [u8; 32] = bytes.try_into().map_err(|_| KeyError::Malformed)?;
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

    /// The master key's id, which tells nothing about it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Seals a value to its place: at another place it does not open.
    pub(crate) fn seal(&self, place: &str, value: &[u8]) -> Vec<u8> {
        let nonce = random::<NONCE_LEN>();
        let mut sealed = value.to_vec();
        let result = self.sealing.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(place.as_bytes()),
            &mut sealed,
        );
        result.expect("a value this short is always sealed");
        [nonce.to_vec(), sealed].concat()
    }

    /// Opens what [`Keys::seal`] sealed to the same place.
    pub(crate) fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (nonce, value) = sealed.split_at_checked(NONCE_LEN).ok_or(StoreError::Unsealable)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| StoreError::Unsealable)?;
        let mut value = value.to_vec();
        let opened = self.sealing.open_in_place(nonce, Aad::from(place.as_bytes()), &mut value);
        Ok(opened.map_err(|_| StoreError::Unsealable)?.to_vec())
    }

    /// Seals a place in a log, so that it tells nobody how much happened between two events.
    pub fn seal_cursor(&self, owner: &str, cursor: &[u8]) -> Vec<u8> {
        self.seal(&format!("cursor/{owner}"), cursor)
    }

    /// Opens what [`Keys::seal_cursor`] sealed for the same owner.
    pub fn open_cursor(&self, owner: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.open(&format!("cursor/{owner}"), sealed).ok()
    }

    /// A keyed hash by which equal values are found. `kind` keeps equal values of different kinds apart.
    pub(crate) fn blind_index(&self, kind: &str, value: &str) -> Vec<u8> {
        hmac::sign(&self.index, format!("{kind}\n{value}").as_bytes()).as_ref().to_vec()
    }

    /// A hash under a key: whoever lacks the key confirms no guess at what it is of. `kind` is as in [`Keys::blind_index`].
    fn keyed(&self, kind: &str, hash: &Hash) -> Hash {
        self.blind_index(kind, &hex::encode(hash)).try_into().expect("HMAC-SHA-256 gives 32 bytes")
    }

    /// A request's hash as it is kept.
    pub fn request_hash(&self, hash: &Hash) -> Hash {
        self.keyed("request", hash)
    }

    /// The hash of what can be erased as it is kept.
    pub(crate) fn erasable_hash(&self, hash: &Hash) -> Hash {
        self.keyed("erasable", hash)
    }

    /// What shows that the service itself made an event, of which this is all but the seal.
    pub(crate) fn event_seal(&self, unsealed: &LogEvent) -> String {
        hex::encode(self.keyed("event", &evidence::entry(&unsealed.canonical_bytes())))
    }

    /// Signs a page token.
    pub fn sign_page_token(&self, data: &[u8]) -> Vec<u8> {
        hmac::sign(&self.page_token, data).as_ref().to_vec()
    }

    /// Whether a page token's signature is ours.
    pub fn verify_page_token(&self, data: &[u8], signature: &[u8]) -> bool {
        hmac::verify(&self.page_token, data, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn placeholders_are_no_keys() {
        assert!(matches!(Keys::parse(&"00".repeat(32)), Err(KeyError::Placeholder)));
        assert!(matches!(Keys::parse("changeme"), Err(KeyError::Malformed)));
    }
}
