//! The results of the automatic checks, and the queue of applications that wait
//! for them.
//!
//! Tables: `screening` (results), `screening_pending` (the queue) and
//! `screening_sweep` (what is to be queued page by page). A row of the queue is
//! written in the transaction that changes the application, so no change goes
//! unchecked. An organization may add to the queue on PostgreSQL, and never
//! reads it or a result.

use domain::application::Application;
use domain::policy::Permit;
use domain::screening::Screening;
use domain::vocabulary::id::{ApplicationId, ElectionCode, OrganizationCode};
use domain::vocabulary::name::ApplicationName;
use uuid::Uuid;

use crate::StoreError;
use crate::session::{Row, json, params};
use crate::tx::Tx;
use crate::tx::application::{application, states_param};

pub(crate) mod possible_duplicates;

/// An application that waits for the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingScreening {
    /// Its number in the queue. Lower numbers are checked first.
    pub number: i64,
    /// The election.
    pub election: ElectionCode,
    /// The application.
    pub application: ApplicationId,
}

/// The next page of a sweep: of checking again every open application of an
/// election or a mission, because something that concerns all of them has
/// changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// The number of the sweep. Lower numbers come first.
    number: i64,
    election: ElectionCode,
    /// The last application that was queued; `None` before the first page.
    /// Advancing the sweep requires that it is still the same.
    reached: Option<Uuid>,
    /// The next applications to queue, in the order of their ids; empty at the
    /// end.
    page: Vec<ApplicationId>,
}

/// Reads the result of the checks from a row that may have none.
pub(crate) fn screening(row: &Row) -> Result<Screening, StoreError> {
    let Some(findings) = row.opt_json("findings")? else { return Ok(Screening::default()) };
    Ok(Screening {
        revision: row.number("screened_revision")?,
        version: row.int("screening_version")?,
        findings,
        time: row.time("screen_time")?,
    })
}

/// SQL: the result of the checks of one application.
macro_rules! screening_sql {
    ($lock:literal) => {
        concat!(
            "-- lookup screening
            SELECT revision AS screened_revision, version AS screening_version, findings, screen_time FROM screening
            WHERE election = $1 AND application = $2",
            $lock
        )
    };
}

impl Tx<'_> {
    /// Queues an application for the checks. They run soon after the
    /// transaction has committed.
    pub async fn queue_screening(&mut self, permit: &Permit, name: &ApplicationName) -> Result<(), StoreError> {
        self.insert_pending(permit, &name.election, name.id).await
    }

    /// Queues a sweep over the undecided applications and open amendments of a
    /// mission or an election.
    ///
    /// The job queues them page by page, each page in its own transaction. An
    /// election may have so many that one transaction would block all others.
    pub async fn queue_screenings(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        organization: Option<&OrganizationCode>,
    ) -> Result<(), StoreError> {
        let sql = "-- insert screening_sweep
            INSERT INTO screening_sweep (election, organization) VALUES ($1, $2)";
        let organization = organization.map(ToString::to_string);
        self.session.execute_one(sql, params![election.as_str(), organization]).await
    }

    /// The oldest sweep and its next page.
    pub async fn next_sweep(&mut self, limit: u32) -> Result<Option<Sweep>, StoreError> {
        let sql = "-- next screening_sweep
            SELECT number, election, organization, reached FROM screening_sweep ORDER BY number LIMIT 1";
        let Some(row) = self.session.fetch_optional(sql, Vec::new()).await? else { return Ok(None) };
        let (election, reached): (ElectionCode, _) = (row.parse("election")?, row.opt_uuid("reached")?);
        let sql = "-- undecided applications
            SELECT id FROM application WHERE election = $1 AND ($2 IS NULL OR organization = $2)
                AND id > $3
                AND ($5 LIKE '%,' || state || ',%' OR EXISTS (
                    SELECT 1 FROM amendment m WHERE m.election = application.election AND m.application = application.id
                        AND m.state = 'OPEN'))
            ORDER BY id LIMIT $4";
        let checked = states_param(|kind| kind.is_checked());
        let organization = row.opt_text("organization")?;
        let values = params![election.as_str(), organization, reached.unwrap_or_default(), limit, checked];
        let page = self.session.fetch_all(sql, values).await?;
        let page = page.iter().map(|row| Ok(ApplicationId(row.uuid("id")?))).collect::<Result<_, StoreError>>()?;
        Ok(Some(Sweep { number: row.int("number")?, election, reached, page }))
    }

    /// Queues the page of a sweep, unless another server has done so. An empty
    /// page ends the sweep.
    pub async fn advance_sweep(&mut self, permit: &Permit, sweep: &Sweep) -> Result<(), StoreError> {
        let Some(last) = sweep.page.last() else {
            let sql = "-- delete screening_sweep
                DELETE FROM screening_sweep WHERE number = $1 AND (reached = $2 OR (reached IS NULL AND $2 IS NULL))";
            return self.session.execute(sql, params![sweep.number, sweep.reached]).await.map(drop);
        };
        let sql = "-- advance screening_sweep
            UPDATE screening_sweep SET reached = $3
            WHERE number = $1 AND (reached = $2 OR (reached IS NULL AND $2 IS NULL))";
        // Another server has queued this page.
        if self.session.execute(sql, params![sweep.number, sweep.reached, last.0]).await? == 0 {
            return Ok(());
        }
        for application in &sweep.page {
            self.insert_pending(permit, &sweep.election, *application).await?;
        }
        Ok(())
    }

    /// Queues one application.
    async fn insert_pending(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        application: ApplicationId,
    ) -> Result<(), StoreError> {
        let sql = "-- insert screening_pending
            INSERT INTO screening_pending (election, application) VALUES ($1, $2)";
        self.session.execute_one(sql, params![election.as_str(), application.0]).await
    }

    /// The applications that have waited longest, after a number.
    pub async fn pending_screenings(&mut self, after: i64, limit: u32) -> Result<Vec<PendingScreening>, StoreError> {
        let sql = "-- pending screenings
            SELECT number, election, application FROM screening_pending WHERE number > $1 ORDER BY number LIMIT $2";
        let pending = |row: &Row| {
            let application = ApplicationId(row.uuid("application")?);
            Ok(PendingScreening { number: row.int("number")?, election: row.parse("election")?, application })
        };
        self.session.fetch_all(sql, params![after, limit]).await?.iter().map(pending).collect()
    }

    /// Whether an application still waits. Another server may have checked it
    /// meanwhile.
    pub async fn is_pending(&mut self, pending: &PendingScreening) -> Result<bool, StoreError> {
        let sql = "-- lookup screening_pending
            SELECT number FROM screening_pending WHERE number = $1";
        Ok(self.session.fetch_optional(sql, params![pending.number]).await?.is_some())
    }

    /// Removes an application from the queue, in the transaction that stores
    /// its result. Gives `false` if another server was faster; the caller then
    /// rolls back.
    pub async fn end_pending(&mut self, _permit: &Permit, pending: &PendingScreening) -> Result<bool, StoreError> {
        let sql = "-- delete screening_pending
            DELETE FROM screening_pending WHERE number = $1";
        Ok(self.session.execute(sql, params![pending.number]).await? > 0)
    }

    /// An application by id, of any organization.
    pub async fn application_of_anyone(
        &mut self,
        election: &ElectionCode,
        id: ApplicationId,
    ) -> Result<Option<Application>, StoreError> {
        let sql = "-- application of anyone
            SELECT * FROM application WHERE election = $1 AND id = $2";
        let row = self.session.fetch_optional(sql, params![election.as_str(), id.0]).await?;
        row.as_ref().map(application).transpose()
    }

    /// The result of the checks of an application; empty before they have run.
    pub async fn screening(&mut self, of: &ApplicationName) -> Result<Screening, StoreError> {
        self.read_screening(of, screening_sql!("")).await
    }

    /// The same, locked (FOR NO KEY UPDATE on PostgreSQL), for a decision that
    /// rests on it. A new result of the checks is stored after the decision and
    /// not between reading and deciding.
    pub async fn screening_to_go_by(&mut self, of: &ApplicationName) -> Result<Screening, StoreError> {
        self.read_screening(of, self.session.select_sql(screening_sql!(""), screening_sql!(" FOR NO KEY UPDATE"))).await
    }

    /// Runs one of the two statements.
    async fn read_screening(&mut self, of: &ApplicationName, sql: &'static str) -> Result<Screening, StoreError> {
        let row = self.session.fetch_optional(sql, params![of.election.as_str(), of.id.0]).await?;
        row.as_ref().map_or_else(|| Ok(Screening::default()), screening)
    }

    /// Stores the result of the checks. `before` is the version that it was
    /// computed from, 0 for the first. If another server has stored one since,
    /// this changes no row and fails.
    pub(crate) async fn put_screening(
        &mut self,
        _permit: &Permit,
        of: &ApplicationName,
        before: i64,
        found: &Screening,
    ) -> Result<(), StoreError> {
        let sql = "-- put screening
            INSERT INTO screening (election, application, organization, revision, version, findings, screen_time, stands)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $9)
            ON CONFLICT (election, application)
            DO UPDATE SET revision = $4, version = $5, findings = $6, screen_time = $7, stands = $9
            WHERE screening.version = $8";
        let Screening { revision, version, findings, time } = found;
        let (election, organization) = (of.election.as_str(), of.organization.as_str());
        let stands = !found.standing().is_empty();
        let values =
            params![election, of.id.0, organization, *revision, *version, json(findings), *time, before, stands];
        self.session.execute_one(sql, values).await
    }
}
