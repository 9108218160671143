//! Remembered requests: a call that is repeated with the same request id has
//! one effect.
//!
//! Table: `request`. A client that lost the connection repeats the call, and
//! must neither change something twice nor get an error. The row is inserted in
//! the transaction of the change. It is kept for ever, because the signature in
//! it is evidence.

use domain::policy::Permit;
use domain::vocabulary::id::{EventId, OrganizationCode, RequestId};

use crate::StoreError;
use crate::session::params;
use crate::tx::{RecordedEvent, Tx};

/// A request, as it is remembered. The key is organization, method and request
/// id, so two organizations can use the same id.
#[derive(Debug, Clone)]
pub struct RequestRecord {
    /// The caller's organization.
    pub organization: OrganizationCode,
    /// The RPC method.
    pub method: &'static str,
    /// The id that the caller chose.
    pub request_id: RequestId,
    /// The keyed hash of the request: [`crate::Keys::request_hash`]. A second
    /// request with the same id and another hash is an error of the caller.
    pub hash: [u8; 32],
    /// The caller's detached signature, as it was received; empty if there was
    /// none. It is evidence of who asked for the change.
    pub signature: Vec<u8>,
}

impl Tx<'_> {
    /// The effect of an earlier call with this request id, and the hash of that
    /// call. The service compares the hash and then answers as it did before.
    pub async fn lookup_request(
        &mut self,
        request: &RequestRecord,
    ) -> Result<Option<([u8; 32], RecordedEvent)>, StoreError> {
        let sql = "-- lookup request
            SELECT r.request_hash, r.subject, e.id, e.log, e.leaf, e.time FROM request r JOIN event e ON e.id = r.event
            WHERE r.organization = $1 AND r.method = $2 AND r.request_id = $3";
        let key = params![request.organization.as_str(), request.method, request.request_id.0];
        let Some(row) = self.session.fetch_optional(sql, key).await? else { return Ok(None) };
        let done = RecordedEvent {
            subject: row.text("subject")?,
            log: row.text("log")?,
            event: EventId(row.uuid("id")?),
            leaf: row.hash("leaf")?,
            time: row.time("time")?,
        };
        Ok(Some((row.hash("request_hash")?, done)))
    }

    /// Remembers the effect of a request, in the transaction that has it. If
    /// the same request commits in parallel, the unique key fails here, and
    /// nothing of the second call stays.
    pub async fn insert_request(
        &mut self,
        _permit: &Permit,
        request: &RequestRecord,
        done: &RecordedEvent,
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
