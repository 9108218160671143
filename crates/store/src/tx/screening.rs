//! What the automatic checks found, what waits for them, and what they are made against.

use domain::application::Application;
use domain::content::Filing;
use domain::id::{ApplicationId, ElectionCode, OrganizationCode};
use domain::name::ApplicationName;
use domain::policy::Permit;
use domain::screening::{Other, Screening};

use super::Tx;
use super::accreditation::ended_by_itself;
use super::application::application;
use super::log::Turn;
use super::revision::open_filing;
use crate::StoreError;
use crate::session::{Row, json, params};

/// An application that waits for the checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingScreening {
    /// Its number in the queue.
    pub number: i64,
    /// The election.
    pub election: ElectionCode,
    /// The application.
    pub application: ApplicationId,
}

/// Reads a screening from a row that may have none.
pub(super) fn screening(row: &Row) -> Result<Screening, StoreError> {
    let Some(findings) = row.opt_json("findings")? else { return Ok(Screening::default()) };
    Ok(Screening {
        revision: row.number("screened_revision")?,
        version: row.int("screening_version")?,
        findings,
        time: row.time("screen_time")?,
    })
}

/// What the checks found about one application.
macro_rules! found {
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
    /// Asks for an application to be checked, soon after the transaction has committed.
    pub async fn queue_screening(&mut self, _permit: &Permit, name: &ApplicationName) -> Result<(), StoreError> {
        let sql = "-- insert screening_pending
            INSERT INTO screening_pending (election, application) VALUES ($1, $2)";
        self.session.execute_one(sql, params![name.election.as_str(), name.id.0]).await
    }

    /// Asks for every undecided application that is before the commission to be checked again, and every open amendment: of
    /// one mission, or of the whole election.
    pub async fn queue_screenings(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        organization: Option<&OrganizationCode>,
    ) -> Result<(), StoreError> {
        let sql = "-- insert screening_pending of many
            INSERT INTO screening_pending (election, application)
            SELECT election, id FROM application WHERE election = $1 AND ($2 IS NULL OR organization = $2)
                AND (state IN ('PRESENTED', 'IN_REVIEW', 'RETURNED_BY_COMMISSION', 'RECOMMENDED') OR EXISTS (
                    SELECT 1 FROM amendment m WHERE m.election = application.election AND m.application = application.id
                        AND m.state = 'OPEN'))
            ORDER BY id";
        let organization = organization.map(ToString::to_string);
        self.session.execute(sql, params![election.as_str(), organization]).await.map(drop)
    }

    /// Whether an application waits for the checks, after a number.
    pub async fn screening_waits(&mut self, after: i64) -> Result<bool, StoreError> {
        let sql = "-- screening waits
            SELECT number FROM screening_pending WHERE number > $1 LIMIT 1";
        Ok(self.session.optional(sql, params![after]).await?.is_some())
    }

    /// The applications that have waited longest for the checks, after a number; one server at a time gets them.
    pub async fn pending_screenings(&mut self, after: i64, limit: u32) -> Result<Vec<PendingScreening>, StoreError> {
        self.take_turn(Turn::Screening).await?;
        let sql = "-- pending screenings
            SELECT number, election, application FROM screening_pending WHERE number > $1 ORDER BY number LIMIT $2";
        let pending = |row: &Row| {
            let application = ApplicationId(row.uuid("application")?);
            Ok(PendingScreening { number: row.int("number")?, election: row.parse("election")?, application })
        };
        self.session.all(sql, params![after, limit]).await?.iter().map(pending).collect()
    }

    /// What waited was checked.
    pub async fn end_pending(&mut self, _permit: &Permit, pending: &PendingScreening) -> Result<(), StoreError> {
        let sql = "-- delete screening_pending
            DELETE FROM screening_pending WHERE number = $1";
        self.session.execute_one(sql, params![pending.number]).await
    }

    /// An application, whoever's it is.
    pub async fn application_of_anyone(
        &mut self,
        election: &ElectionCode,
        id: ApplicationId,
    ) -> Result<Option<Application>, StoreError> {
        let sql = "-- application of anyone
            SELECT * FROM application WHERE election = $1 AND id = $2";
        let row = self.session.optional(sql, params![election.as_str(), id.0]).await?;
        row.as_ref().map(application).transpose()
    }

    /// What the checks found about an application; an empty screening before they have run.
    pub async fn screening(&mut self, of: &ApplicationName) -> Result<Screening, StoreError> {
        self.found(of, found!("")).await
    }

    /// The same, for a decision that goes by it: what the checks find meanwhile, they find after it.
    pub async fn screening_to_go_by(&mut self, of: &ApplicationName) -> Result<Screening, StoreError> {
        self.found(of, self.session.pick(found!(""), found!(" FOR NO KEY UPDATE"))).await
    }

    async fn found(&mut self, of: &ApplicationName, sql: &'static str) -> Result<Screening, StoreError> {
        let row = self.session.optional(sql, params![of.election.as_str(), of.id.0]).await?;
        row.as_ref().map_or_else(|| Ok(Screening::default()), screening)
    }

    /// Keeps what the checks found. `before` is the version that it was made from, 0 for the first.
    pub async fn put_screening(
        &mut self,
        _permit: &Permit,
        of: &ApplicationName,
        before: i64,
        found: &Screening,
    ) -> Result<(), StoreError> {
        let sql = "-- put screening
            INSERT INTO screening (election, application, organization, revision, version, findings, screen_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (election, application)
            DO UPDATE SET revision = $4, version = $5, findings = $6, screen_time = $7 WHERE screening.version = $8";
        let Screening { revision, version, findings, time } = found;
        let (election, organization) = (of.election.as_str(), of.organization.as_str());
        let values = params![election, of.id.0, organization, *revision, *version, json(findings), *time, before];
        self.session.execute_one(sql, values).await
    }

    /// Other applications before the commission with the same passport or the same birth date, whoever's they are, but those
    /// whose accreditation ended by itself: by what they say, and by what an open amendment would make them say.
    pub async fn others_like(&mut self, name: &ApplicationName, filing: &Filing) -> Result<Vec<Other>, StoreError> {
        let sql = concat!(
            "-- applications alike
            SELECT a.election, a.organization, a.id, r.number AS revision, r.content, r.identity FROM revision r
            JOIN application a ON a.election = r.election AND a.id = r.application
            LEFT JOIN amendment m ON m.election = a.election AND m.application = a.id AND m.state = 'OPEN'
            WHERE r.number IN (a.revision, m.after_revision) AND r.election = $1
                AND (r.document_index = $2 OR r.birth_index = $3) AND a.id <> $4
                AND a.state IN ('PRESENTED', 'IN_REVIEW', 'RETURNED_BY_COMMISSION', 'RECOMMENDED', 'ACCREDITED')
                AND r.identity IS NOT NULL
                AND NOT ",
            ended_by_itself!("a"),
            "
            ORDER BY a.id, r.number"
        );
        let (document, birth) = self.indexes(filing);
        let other = |row: &Row| {
            let id = ApplicationId(row.uuid("id")?);
            let name =
                ApplicationName { election: row.parse("election")?, organization: row.parse("organization")?, id };
            let filing = open_filing(row, &name, row.number("revision")?, self.keys)?;
            Ok(Other { name, filing })
        };
        let rows = self.session.all(sql, params![name.election.as_str(), document, birth, name.id.0]).await?;
        rows.iter().map(other).collect()
    }
}
