//! Effects by the caller's request id.

use domain::policy::Permit;
use domain::vocabulary::id::{EventId, OrganizationCode, RequestId};

use crate::StoreError;
use crate::session::params;
use crate::tx::{Done, Tx};

/// A request as it is remembered.
#[derive(Debug, Clone)]
pub struct RequestRecord {
    /// The caller's organization.
    pub organization: OrganizationCode,
    /// The method.
    pub method: &'static str,
    /// The caller's id of it.
    pub request_id: RequestId,
    /// The keyed hash of the request as re-encoded: [`crate::Keys::request_hash`].
    pub hash: [u8; 32],
    /// The caller's detached signature, as it came; empty if there was none.
    pub signature: Vec<u8>,
}

impl Tx<'_> {
    /// What this request left behind when it came before, with the hash that it had then.
    pub async fn lookup_request(&mut self, request: &RequestRecord) -> Result<Option<([u8; 32], Done)>, StoreError> {
        let sql = "-- lookup request
            SELECT r.request_hash, r.subject, e.id, e.log, e.leaf, e.time FROM request r JOIN event e ON e.id = r.event
            WHERE r.organization = $1 AND r.method = $2 AND r.request_id = $3";
        let key = params![request.organization.as_str(), request.method, request.request_id.0];
        let Some(row) = self.session.fetch_optional(sql, key).await? else { return Ok(None) };
        let done = Done {
            subject: row.text("subject")?,
            log: row.text("log")?,
            event: EventId(row.uuid("id")?),
            leaf: row.hash("leaf")?,
            time: row.time("time")?,
        };
        Ok(Some((row.hash("request_hash")?, done)))
    }

    /// Remembers what a request left behind.
    pub async fn insert_request(
        &mut self,
        _permit: &Permit,
        request: &RequestRecord,
        done: &Done,
    ) -> Result<(), StoreError> {
        let sql = "-- insert request
            INSERT INTO request (organization, method, request_id, request_hash, subject, event, signature)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let RequestRecord { organization, method, request_id, hash, signature } = request;
        let (subject, signature) = (done.subject.as_str(), signature.clone());
        let values = params![organization.as_str(), *method, request_id.0, *hash, subject, done.event.0, signature];
        self.session.execute_one(sql, values).await
    }
}
