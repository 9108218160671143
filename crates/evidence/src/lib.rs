//! What anyone can verify offline. For now: the leaf of the transparency log.
//!
//! The format is frozen in `docs/formats.md`; this is the one piece of code that writes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The version of the canonical form.
pub const FORMAT: u32 = 2;

/// An event as it enters the log: text only, no personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEvent {
    /// The method or system action, as in `ApplicationService/SubmitApplication`.
    pub action: String,
    /// The principal's name, or `system`.
    pub actor: String,
    /// SHA-256 of the certificate that the request came with, in hexadecimal; empty for what the service does by itself.
    pub certificate: String,
    /// What happened, as a word.
    pub event: String,
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
    /// The salted digest of the etag of what the actor had read, in hexadecimal; empty where nothing needs to have been read.
    pub read: String,
    /// The salted digest of the request, in hexadecimal; empty for what the service does by itself.
    pub request: String,
    /// The rows that it changed, as they are after it.
    pub rows: Vec<ChangedRows>,
    /// 16 random bytes, in hexadecimal: whoever lacks them learns nothing from a hash of all this.
    pub salt: String,
    /// The entry of the event without this, under a key of the service, in hexadecimal: who lacks the key cannot make an event.
    pub seal: String,
    /// The resource that it happened to.
    pub subject: String,
    /// When, RFC 3339 in UTC with six digits of a second's fraction.
    pub time: String,
}

/// Rows of a table that have a key, as an event left them: one row, those of a list, or none if they are gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedRows {
    /// The salted digest of the columns that stay, in hexadecimal.
    pub digest: String,
    /// The salted digest of the columns that can be erased, in hexadecimal; empty if the table has none.
    pub erasable: String,
    /// The values by which the rows are found.
    pub key: Vec<String>,
    /// The table.
    pub table: String,
}

/// A row: the text of each column that has a value, by the column's name.
pub type Columns = BTreeMap<String, String>;

/// What is digested of rows: each a JSON object of strings in the canonical form of events, one after the other with a line
/// feed after each. The caller has put them in order.
pub fn rows_text(rows: &[Columns]) -> Vec<u8> {
    let mut text = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut text, row).expect("strings always serialize");
        text.push(b'\n');
    }
    text
}

impl LogEvent {
    /// The canonical bytes: JSON in UTF-8 without white space, members in the order of their names (RFC 8785, of which
    /// only strings, one small integer, arrays and objects are used).
    pub fn canonical_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and integers always serialize")
    }
}

/// The entry of an event in the log: SHA-256 of its canonical bytes. It tells nothing and can be published.
pub fn entry(canonical: &[u8]) -> Hash {
    Sha256::digest(canonical).into()
}

/// SHA-256(0x00 ‖ entry): a leaf of an RFC 6962 tree.
pub fn leaf_hash(entry: &Hash) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// SHA-256(salt ‖ data), with the salt of an event.
pub fn salted(salt: &[u8; 16], data: &[u8]) -> Hash {
    Sha256::new().chain_update(salt).chain_update(data).finalize().into()
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

    fn row() -> Columns {
        [("election", "kz-2019"), ("id", "0190b0a0000070008000000000000002"), ("state", "SUBMITTED")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    fn event() -> LogEvent {
        LogEvent {
            action: "ApplicationService/SubmitApplication".to_owned(),
            actor: "organizations/cis/principals/secretary".to_owned(),
            certificate: "cc".repeat(32),
            event: "application-moved".to_owned(),
            facts: [
                ("content_digest", "ab".repeat(32)),
                ("from", "DRAFT".to_owned()),
                ("revision", "1".to_owned()),
                ("to", "SUBMITTED".to_owned()),
                ("verb", "submit".to_owned()),
            ]
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
            format: FORMAT,
            id: "0190b0a0-0000-7000-8000-000000000001".to_owned(),
            log: "elections/kz-2019".to_owned(),
            organization: "cis".to_owned(),
            person: String::new(),
            read: String::new(),
            request: hex::encode(salted(&[7; 16], &[9; 32])),
            rows: vec![ChangedRows {
                digest: hex::encode(salted(&[7; 16], &rows_text(&[row()]))),
                erasable: hex::encode(salted(&[7; 16], &[10; 32])),
                key: vec!["kz-2019".to_owned(), "0190b0a0000070008000000000000002".to_owned()],
                table: "application".to_owned(),
            }],
            salt: hex::encode([7; 16]),
            seal: "5e".repeat(32),
            subject: "elections/kz-2019/missions/cis/applications/0190b0a0-0000-7000-8000-000000000002".to_owned(),
            time: "2019-05-03T10:00:00.000000Z".to_owned(),
        }
    }

    /// The example of `docs/formats.md`: the bytes and the leaf must never change.
    #[test]
    fn the_form_is_frozen() {
        let bytes = event().canonical_bytes();
        let page = include_str!("../../../docs/formats.md");
        let example = page.lines().find(|line| line.starts_with('{')).expect("the example");
        assert_eq!(String::from_utf8_lossy(&bytes), example);
        let entry = entry(&bytes);
        assert_eq!(hex::encode(entry), "49c2c69d04fcebf6990f20186f2f87fc3a70e8b65812eeaaa8cd410381af53eb");
        assert_eq!(hex::encode(leaf_hash(&entry)), "aa4b7c9e0165580fb60ff7121f65208c800fed3c6d2650fbeea9866078d703b5");
        for hash in [hex::encode(entry), hex::encode(leaf_hash(&entry))] {
            assert!(page.contains(&hash), "{hash}");
        }
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
