//! What anyone can verify offline. For now: the leaf of the transparency log.
//!
//! The format is frozen in `docs/formats.md`; this is the one piece of code that writes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The version of the canonical form.
pub const FORMAT: u32 = 1;

/// An event as it enters the log: text only, no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEvent {
    /// The method or system action, as in `ApplicationService/SubmitApplication`.
    pub action: String,
    /// The principal's name, or `system`.
    pub actor: String,
    /// Facts: states, numbers, digests in hexadecimal.
    pub facts: BTreeMap<String, String>,
    /// The version of this form.
    pub format: u32,
    /// The event's id, a UUID.
    pub id: String,
    /// The log, `elections/{election}` or `registry`.
    pub log: String,
    /// The code of the organization that it concerns.
    pub organization: String,
    /// The human behind the actor, or empty.
    pub person: String,
    /// The resource that it happened to.
    pub subject: String,
    /// When, RFC 3339 in UTC with six digits of a second's fraction.
    pub time: String,
}

impl LogEvent {
    /// The canonical bytes: JSON in UTF-8 without white space, members in the order of their names (RFC 8785, of which
    /// only strings, one small integer and objects are used).
    pub fn canonical_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and integers always serialize")
    }
}

/// SHA-256(0x00 ‖ data): a leaf of an RFC 6962 tree.
pub fn leaf_hash(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

/// The digest by which the log knows a revision: SHA-256(salt ‖ content's length, eight bytes, big-endian ‖ content ‖
/// identity). Without the salt it tells nothing; erasing a revision erases its salt.
pub fn content_digest(salt: &[u8; 32], content: &[u8], identity: &[u8]) -> Hash {
    let length = (content.len() as u64).to_be_bytes();
    let hash = Sha256::new().chain_update(salt).chain_update(length).chain_update(content);
    hash.chain_update(identity).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> LogEvent {
        LogEvent {
            action: "ApplicationService/SubmitApplication".to_owned(),
            actor: "organizations/cis/principals/secretary".to_owned(),
            facts: BTreeMap::from([("to".to_owned(), "SUBMITTED".to_owned()), ("from".to_owned(), "DRAFT".to_owned())]),
            format: FORMAT,
            id: "0190b0a0-0000-7000-8000-000000000001".to_owned(),
            log: "elections/kz-2019".to_owned(),
            organization: "cis".to_owned(),
            person: String::new(),
            subject: "elections/kz-2019".to_owned(),
            time: "2019-05-03T10:00:00.000000Z".to_owned(),
        }
    }

    /// The example of `docs/formats.md`: the bytes and the leaf must never change.
    #[test]
    fn the_form_is_frozen() {
        let bytes = event().canonical_bytes();
        let text = concat!(
            r#"{"action":"ApplicationService/SubmitApplication","actor":"organizations/cis/principals/secretary","#,
            r#""facts":{"from":"DRAFT","to":"SUBMITTED"},"format":1,"id":"0190b0a0-0000-7000-8000-000000000001","#,
            r#""log":"elections/kz-2019","organization":"cis","person":"","subject":"elections/kz-2019","#,
            r#""time":"2019-05-03T10:00:00.000000Z"}"#
        );
        assert_eq!(String::from_utf8_lossy(&bytes), text);
        assert_eq!(hex::encode(leaf_hash(&bytes)), "2f955feb30d526aeaca84c1bada847b3ce5181fc5190d20c80f99e83e1ba970e");
    }

    #[test]
    fn members_stand_in_the_order_of_their_names() {
        let bytes = event().canonical_bytes();
        let sorted: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&bytes).expect("valid JSON");
        assert_eq!(serde_json::to_vec(&sorted).expect("valid JSON"), bytes);
    }

    #[test]
    fn a_digest_depends_on_salt_content_and_where_the_content_ends() {
        let digest = |salt: u8, content: &str, identity: &str| {
            content_digest(&[salt; 32], content.as_bytes(), identity.as_bytes())
        };
        assert_ne!(digest(1, "ab", "c"), digest(1, "a", "bc"));
        assert_ne!(digest(1, "ab", "c"), digest(2, "ab", "c"));
    }
}
