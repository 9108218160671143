//! What applications say: one row for each version, the identity sealed.

use domain::content::{Content, Filing, Identity, Kept};
use domain::name::ApplicationName;
use domain::policy::Permit;
use jiff::Timestamp;
use jiff::civil::Date;

use super::Tx;
use crate::StoreError;
use crate::keys::random;
use crate::session::{Row, params};

/// A revision ready to be written, with the digest that the log will know it by.
pub(super) struct Sealed {
    salt: [u8; 32],
    content: String,
    identity: Vec<u8>,
    document_index: Vec<u8>,
    birth_index: Vec<u8>,
    pub(super) digest: [u8; 32],
}

/// Where a sealed identity belongs: it opens nowhere else.
fn place(name: &ApplicationName, number: i32) -> String {
    format!("{name}/revisions/{number}/identity")
}

/// By what the same passport is known.
pub(super) fn document_key(issuing_state: &str, number: &str) -> String {
    format!("{issuing_state}|{number}")
}

/// By what the same birth date is known.
pub(super) fn birth_key(date: Date) -> String {
    date.to_string()
}

/// What a revision says, or what was left of it.
pub(super) fn kept(row: &Row, name: &ApplicationName, number: i32, keys: &crate::Keys) -> Result<Kept, StoreError> {
    match row.opt_bytes("identity")? {
        Some(_) => Ok(Kept::Whole(open_filing(row, name, number, keys)?)),
        None => Ok(Kept::Erased(row.opt_json("content")?)),
    }
}

pub(super) fn open_filing(
    row: &Row,
    name: &ApplicationName,
    number: i32,
    tx: &crate::Keys,
) -> Result<Filing, StoreError> {
    let content: Content = row.json("content")?;
    let identity = tx.open(&place(name, number), &row.bytes("identity")?)?;
    let identity: Identity = serde_json::from_slice(&identity).map_err(|_| StoreError::Unsealable)?;
    Ok(Filing { content, identity })
}

impl Tx<'_> {
    /// Seals a filing as revision `number` of an application.
    pub(super) fn seal(&self, name: &ApplicationName, number: i32, filing: &Filing) -> Sealed {
        let content = serde_json::to_string(&filing.content).expect("the domain's values serialize");
        let identity = serde_json::to_vec(&filing.identity).expect("the domain's values serialize");
        let salt = random();
        let (document_index, birth_index) = self.indexes(filing);
        Sealed {
            salt,
            digest: evidence::content_digest(&salt, content.as_bytes(), &identity),
            identity: self.keys.seal(&place(name, number), &identity),
            document_index,
            birth_index,
            content,
        }
    }

    /// The keyed hashes by which the same passport and the same birth date are found.
    pub(super) fn indexes(&self, filing: &Filing) -> (Vec<u8>, Vec<u8>) {
        let Filing { content, identity } = filing;
        let document = document_key(&content.issuing_state, identity.passport_number.expose());
        let birth = birth_key(*identity.birth_date.expose());
        (self.keys.blind_index("document", &document), self.keys.blind_index("birth", &birth))
    }

    pub(super) async fn insert_revision(
        &mut self,
        _permit: &Permit,
        name: &ApplicationName,
        number: i32,
        sealed: Sealed,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "-- insert revision
            INSERT INTO revision (election, application, number, organization, salt, content, identity, key_id,
                document_index, birth_index, create_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let Sealed { salt, content, identity, document_index, birth_index, digest: _ } = sealed;
        let values = params![
            name.election.as_str(),
            name.id.0,
            number,
            name.organization.as_str(),
            salt,
            content,
            identity,
            self.keys.id(),
            document_index,
            birth_index,
            now,
        ];
        self.session.execute_one(sql, values).await
    }
}
