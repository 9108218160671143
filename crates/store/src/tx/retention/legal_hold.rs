//! Legal holds: orders to keep data beyond its retention, for an election or
//! for one application.
//!
//! Table: `legal_hold`. Releasing a hold keeps its row, with who released it
//! and why. Only the hosts see holds on PostgreSQL: that a court has asked
//! about somebody is confidential.

use domain::policy::Permit;
use domain::retention::legal_hold::{LegalHold, Release};
use domain::vocabulary::id::{ApplicationId, ElectionCode};
use domain::vocabulary::name::{ApplicationName, LegalHoldName};
use domain::vocabulary::personal::Personal;
use uuid::Uuid;

use crate::StoreError;
use crate::session::{Row, Value, params, text};
use crate::tx::{Page, Tx};

/// Reads a legal hold.
fn legal_hold(row: &Row) -> Result<LegalHold, StoreError> {
    let name = LegalHoldName { election: row.parse("election")?, id: row.uuid("id")? };
    let application = match row.opt_uuid("application")? {
        Some(id) => {
            let (election, organization) = (name.election.clone(), row.parse("organization")?);
            Some(ApplicationName { election, organization, id: ApplicationId(id) })
        }
        None => None,
    };
    let release = match row.opt_time("release_time")? {
        Some(time) => {
            Some(Release { by: row.parse("released_by")?, time, reason: Personal::new(row.text("release_reason")?) })
        }
        None => None,
    };
    Ok(LegalHold {
        name,
        application,
        reason: Personal::new(row.text("reason")?),
        created_by: row.parse("created_by")?,
        create_time: row.time("create_time")?,
        release,
    })
}

impl Tx<'_> {
    /// Inserts a legal hold. The caller has locked the election, so erasure
    /// does not run in between.
    pub(crate) async fn insert_legal_hold(&mut self, _permit: &Permit, new: &LegalHold) -> Result<(), StoreError> {
        let sql = "-- insert legal_hold
            INSERT INTO legal_hold (election, id, application, reason, created_by, create_time)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let LegalHold { name, application, reason, created_by, create_time, release: _ } = new;
        let application = application.as_ref().map(|name| name.id.0);
        let values =
            params![name.election.as_str(), name.id, application, reason.clone(), text(created_by), *create_time];
        self.session.execute_one(sql, values).await
    }

    /// Releases a legal hold that is in effect. If somebody else has released
    /// it, no row changes.
    pub(crate) async fn release_legal_hold(
        &mut self,
        _permit: &Permit,
        released: &LegalHold,
    ) -> Result<(), StoreError> {
        let Some(Release { by, time, reason }) = &released.release else { return Ok(()) };
        let name = &released.name;
        let sql = "-- release legal_hold
            UPDATE legal_hold SET release_reason = $3, released_by = $4, release_time = $5
            WHERE election = $1 AND id = $2 AND release_time IS NULL";
        let values = params![name.election.as_str(), name.id, reason.clone(), text(by), *time];
        self.session.execute_one(sql, values).await
    }

    /// A legal hold by name.
    pub async fn lookup_legal_hold(&mut self, name: &LegalHoldName) -> Result<Option<LegalHold>, StoreError> {
        let sql = "-- lookup legal_hold
            SELECT h.*, a.organization FROM legal_hold h
            LEFT JOIN application a ON a.election = h.election AND a.id = h.application
            WHERE h.election = $1 AND h.id = $2";
        let row = self.session.fetch_optional(sql, params![name.election.as_str(), name.id]).await?;
        row.as_ref().map(legal_hold).transpose()
    }

    /// A page of an election's legal holds, oldest first.
    pub async fn list_legal_holds(
        &mut self,
        election: &ElectionCode,
        page: &Page<Uuid>,
    ) -> Result<Vec<LegalHold>, StoreError> {
        let sql = "-- list legal_hold
            SELECT h.*, a.organization FROM legal_hold h
            LEFT JOIN application a ON a.election = h.election AND a.id = h.application
            WHERE h.election = $1 AND h.id > $2 ORDER BY h.id LIMIT $3";
        let after = Value::from(page.after.unwrap_or(Uuid::nil()));
        let rows = self.session.fetch_all(sql, vec![election.as_str().into(), after, page.limit().into()]).await?;
        rows.iter().map(legal_hold).collect()
    }

    /// Whether the data of a whole election is protected, by a legal hold or by
    /// an open appeal. A hold on a single application does not count here;
    /// [`Tx::applications_to_erase`] leaves that one out.
    pub async fn is_held(&mut self, election: &ElectionCode) -> Result<bool, StoreError> {
        let sql = "-- held election
            SELECT id FROM legal_hold WHERE election = $1 AND application IS NULL AND release_time IS NULL
            UNION ALL
            SELECT id FROM appeal WHERE election = $1 AND state = 'OPEN'
            LIMIT 1";
        Ok(self.session.fetch_optional(sql, params![election.as_str()]).await?.is_some())
    }
}
