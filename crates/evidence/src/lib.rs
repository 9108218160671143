//! The format of the event log: how an event becomes bytes, and how the bytes become a leaf of a Merkle tree.
//!
//! Anyone who has an event can compute its hashes with this crate and without the service. The format is frozen in
//! `docs/formats.md`, and no other code writes it. A change of a single byte would make every published hash wrong.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The version of the canonical form. It is part of each event, so that readers can recognize a later form.
pub const FORMAT: u32 = 2;

/// An event of the log. It consists of text and holds no personal data, so nothing in it ever has to be erased.
///
/// The fields are in the alphabetical order of their names, because the canonical form writes them so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEvent {
    /// The method or system action, as in `ApplicationService/SubmitApplication`.
    pub action: String,
    /// The principal's name, or `system`.
    pub actor: String,
    /// The SHA-256 of the certificate of the request, in hexadecimal; empty for an action of the service itself.
    pub certificate: String,
    /// The kind of event, such as `application-moved`.
    pub event: String,
    /// Details of the event by name: states, numbers, and digests in hexadecimal.
    pub facts: BTreeMap<String, String>,
    /// The version of this form.
    pub format: u32,
    /// The event's id, a UUID.
    pub id: String,
    /// The log, `elections/{election}` or `registry`.
    pub log: String,
    /// The code of the organization that the event concerns.
    pub organization: String,
    /// The id of the person behind the actor, or empty.
    pub person: String,
    /// The salted digest of the etag that the actor had read, in hexadecimal; empty if the action needs no etag.
    pub read: String,
    /// The salted digest of the request, in hexadecimal; empty for an action of the service itself.
    pub request: String,
    /// The rows that the event changed, as they are afterwards.
    pub rows: Vec<ChangedRows>,
    /// 16 random bytes in hexadecimal. Without them, nobody can test guesses against a published hash of the event.
    pub salt: String,
    /// A keyed hash of the entry of this event with an empty `seal`, in hexadecimal. Somebody with the database but
    /// without the service's key cannot make an event.
    pub seal: String,
    /// The name of the resource that the event concerns.
    pub subject: String,
    /// The time of the event: RFC 3339 in UTC, with six digits of a second's fraction.
    pub time: String,
}

/// The rows of a table with the same key, after an event: one row, the rows of a list, or none if they were deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedRows {
    /// The salted digest of the columns that are never erased, in hexadecimal.
    pub digest: String,
    /// The salted digest of the columns that can be erased, in hexadecimal; empty if the table has none. It is
    /// separate, so that the other columns can be verified after an erasure.
    pub erasable: String,
    /// The values of the key columns.
    pub key: Vec<String>,
    /// The name of the table.
    pub table: String,
}

/// A row of a table: the text of each column that is not NULL, by the column's name.
pub type Columns = BTreeMap<String, String>;

/// The bytes of rows that are digested: for each row a JSON object in the canonical form, and a line feed.
///
/// The caller must have sorted the rows, because a database returns them in any order.
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

/// The entry of an event in the log: the SHA-256 of its canonical bytes. It reveals nothing, so it can be published.
pub fn entry(canonical: &[u8]) -> Hash {
    Sha256::digest(canonical).into()
}

/// SHA-256(0x00 ‖ entry): a leaf of a Merkle tree by RFC 6962. The prefix distinguishes leaves from inner nodes.
pub fn leaf_hash(entry: &Hash) -> Hash {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().into()
}

/// SHA-256(salt ‖ data), with the salt of an event. Without the salt nobody can test guesses of the data.
pub fn salted(salt: &[u8; 16], data: &[u8]) -> Hash {
    Sha256::new().chain_update(salt).chain_update(data).finalize().into()
}

/// The digest of a revision in the log.
///
/// It is SHA-256(salt ‖ length of content, eight bytes, big-endian ‖ content ‖ identity). The length separates content
/// and identity, so that no two pairs have the same bytes. Erasing a revision erases its salt, and without the salt the
/// digest reveals nothing.
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
    fn members_are_in_the_order_of_their_names() {
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
