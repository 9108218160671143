//! What applications say: one row for each version, the identity sealed.

use domain::content::{Content, Filing, Identity};
use domain::name::ApplicationName;
use domain::policy::Permit;
use jiff::Timestamp;

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
        let document = format!("{}|{}", filing.content.issuing_state, filing.identity.passport_number.expose());
        Sealed {
            salt,
            digest: evidence::content_digest(&salt, content.as_bytes(), &identity),
            identity: self.keys.seal(&place(name, number), &identity),
            document_index: self.keys.blind_index("document", &document),
            birth_index: self.keys.blind_index("birth", &filing.identity.birth_date.expose().to_string()),
            content,
        }
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
