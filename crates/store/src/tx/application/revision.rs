//! Revisions: what applications say, one row for each version. The identity
//! (passport, birth date, MRZ) is sealed.
//!
//! Table: `revision`. The content is readable JSON, because lists and checks
//! use it. Passport and birth date are also kept as blind indexes, so that
//! equal ones are found without unsealing anything. On PostgreSQL the service's
//! role cannot update or delete a revision; a function of the owner erases.

use domain::application::content::{Content, Filing, Identity, SaltedFiling, StoredFiling};
use domain::policy::Permit;
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::personal::Personal;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::StoreError;
use crate::keys::random_bytes;
use crate::session::{Row, params};
use crate::tx::Tx;

/// The context to which an identity is sealed. Copied to another application or
/// revision it does not unseal.
fn identity_context(name: &ApplicationName, number: i32) -> String {
    format!("{name}/revisions/{number}/identity")
}

/// The text under which a passport is indexed.
pub(crate) fn document_index_input(issuing_state: &str, number: &str) -> String {
    format!("{issuing_state}|{number}")
}

/// The text under which a birth date is indexed.
pub(crate) fn birth_index_input(date: Date) -> String {
    date.to_string()
}

/// The filing of a revision, or what erasure left of it: erasure sets the
/// identity to NULL.
pub(crate) fn kept_filing(
    row: &Row,
    name: &ApplicationName,
    number: i32,
    keys: &crate::Keys,
) -> Result<StoredFiling, StoreError> {
    match row.opt_bytes("identity")? {
        Some(_) => Ok(StoredFiling::Whole(open_filing(row, name, number, keys)?)),
        None => Ok(StoredFiling::Erased(row.opt_json("content")?)),
    }
}

/// The whole filing of a revision, with its identity unsealed.
pub(crate) fn open_filing(
    row: &Row,
    name: &ApplicationName,
    number: i32,
    keys: &crate::Keys,
) -> Result<Filing, StoreError> {
    let content: Content = row.json("content")?;
    let identity = keys.open(&identity_context(name, number), &row.bytes("identity")?)?;
    let identity: Identity = serde_json::from_slice(&identity).map_err(|_| StoreError::CannotUnseal)?;
    Ok(Filing { content, identity })
}

/// The two byte strings that are stored: the readable content and the identity
/// to be sealed. The content digest covers exactly these bytes.
fn serialize_filing(filing: &Filing) -> (String, Vec<u8>) {
    let content = serde_json::to_string(&filing.content).expect("the domain's values serialize");
    let identity = serde_json::to_vec(&filing.identity).expect("the domain's values serialize");
    (content, identity)
}

impl Tx<'_> {
    /// A filing with random bytes and the digest over both. The log has the
    /// digest; without the salt a reader of the log could confirm a guess of
    /// the content.
    pub fn salt(&self, filing: Filing) -> SaltedFiling {
        let (content, identity) = serialize_filing(&filing);
        let salt = random_bytes();
        let digest = evidence::content_digest(&salt, content.as_bytes(), &identity);
        SaltedFiling { filing, salt: Personal::new(salt), digest }
    }

    /// The blind indexes of passport and birth date, by which possible
    /// duplicates are found.
    pub(crate) fn blind_indexes(&self, filing: &Filing) -> (Vec<u8>, Vec<u8>) {
        let Filing { content, identity } = filing;
        let document = document_index_input(&content.issuing_state, identity.passport_number.expose());
        let birth = birth_index_input(*identity.birth_date.expose());
        (self.keys.blind_index("document", &document), self.keys.blind_index("birth", &birth))
    }

    /// The number of the newest revision of an application, revisions of its
    /// amendments included.
    pub async fn last_revision(&mut self, of: &ApplicationName) -> Result<i32, StoreError> {
        let sql = "-- last revision
            SELECT MAX(number) AS revision FROM revision WHERE election = $1 AND application = $2";
        let row = self.session.fetch_optional(sql, params![of.election.as_str(), of.id.0]).await?;
        let row = row.ok_or(StoreError::RowCount { statement: "last revision", rows: 0, expected: 1 })?;
        row.number("revision")
    }

    /// Inserts a revision with its identity sealed. Revisions are never
    /// updated, except by erasure.
    pub(crate) async fn insert_revision(
        &mut self,
        _permit: &Permit,
        name: &ApplicationName,
        number: i32,
        new_content: &SaltedFiling,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "-- insert revision
            INSERT INTO revision (election, application, number, organization, salt, content, identity, key_id,
                document_index, birth_index, create_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let (content, identity) = serialize_filing(&new_content.filing);
        let (document_index, birth_index) = self.blind_indexes(&new_content.filing);
        let values = params![
            name.election.as_str(),
            name.id.0,
            number,
            name.organization.as_str(),
            *new_content.salt.expose(),
            content,
            self.keys.seal(&identity_context(name, number), &identity),
            self.keys.id(),
            document_index,
            birth_index,
            now,
        ];
        self.session.execute_one(sql, values).await
    }
}
