//! Access attempts: calls for resources that the caller could not see. They
//! show who is probing.
//!
//! Table: `access_attempt`. The attempt is recorded in a transaction of its
//! own, since the one that was refused has been rolled back.

use domain::vocabulary::name::PrincipalName;
use jiff::Timestamp;
use uuid::Uuid;

use crate::StoreError;
use crate::session::{Row, params, text};
use crate::tx::{Page, Tx};

/// A call for a resource that does not exist for its caller.
#[derive(Debug, Clone)]
pub struct AccessAttempt {
    /// Its id. Later attempts have higher ids.
    pub id: Uuid,
    /// When the call came.
    pub time: Timestamp,
    /// Who called.
    pub principal: PrincipalName,
    /// The RPC method.
    pub method: String,
    /// The name of the resource that was asked for.
    pub resource: String,
}

impl Tx<'_> {
    /// Records an access attempt.
    pub async fn insert_access_attempt(&mut self, attempt: &AccessAttempt) -> Result<(), StoreError> {
        let sql = "-- insert access_attempt
            INSERT INTO access_attempt (id, time, principal, method, resource) VALUES ($1, $2, $3, $4, $5)";
        let AccessAttempt { id, time, principal, method, resource } = attempt;
        let values = params![*id, *time, text(principal), method.as_str(), resource.as_str()];
        self.session.execute_one(sql, values).await
    }

    /// A page of access attempts, newest first.
    pub async fn list_access_attempts(&mut self, page: &Page<Uuid>) -> Result<Vec<AccessAttempt>, StoreError> {
        let sql = "-- list access_attempt
            SELECT * FROM access_attempt WHERE id < $1 ORDER BY id DESC LIMIT $2";
        let attempt = |row: &Row| {
            Ok(AccessAttempt {
                id: row.uuid("id")?,
                time: row.time("time")?,
                principal: row.parse("principal")?,
                method: row.text("method")?,
                resource: row.text("resource")?,
            })
        };
        let before = page.after.unwrap_or(Uuid::max());
        self.session.fetch_all(sql, params![before, page.limit()]).await?.iter().map(attempt).collect()
    }
}
