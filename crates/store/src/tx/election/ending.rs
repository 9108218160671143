//! Accreditations that end automatically after an election or a run-off, and
//! how far that job has come.
//!
//! The job runs on one server at a time, under an advisory lock. `ended_cause`
//! and `ended_through` in the election's row say which publication or run-off
//! it has dealt with, and up to which assigned numbers. So an idle server reads
//! one row for each election and nothing else.

use domain::accreditation::Accreditation;
use domain::election::{Election, Ending};
use domain::policy::Permit;
use domain::vocabulary::id::ElectionCode;
use domain::vocabulary::name::PrincipalName;
use jiff::Timestamp;

use crate::StoreError;
use crate::session::{params, text};
use crate::tx::Tx;
use crate::tx::election::election;
use crate::tx::transparency::log::ExclusiveJob;

impl Tx<'_> {
    /// The elections in which accreditations may have to end.
    ///
    /// Each comes with the sum of its assigned accreditation and badge numbers.
    /// Everything that becomes active takes a number. So this sum is read
    /// first: if it is still the same when the job is done, nothing became
    /// active in between.
    pub async fn elections_to_end(&mut self) -> Result<Vec<(Election, i64)>, StoreError> {
        let sql = "-- elections to end
            SELECT * FROM (
                SELECT e.*, (SELECT p.content FROM rule_pack p WHERE p.digest = e.rule_pack) AS rules,
                    (SELECT CAST(COALESCE(SUM(c.next), 0) AS BIGINT) FROM counter c
                    WHERE c.election = e.code AND c.series IN ('accreditation', 'badge')) AS numbers
                FROM election e WHERE e.results_time IS NOT NULL OR e.run_off_time IS NOT NULL) AS called
            WHERE ended_cause IS NULL OR ended_cause <> COALESCE(results_time, run_off_time) OR ended_through <> numbers ORDER BY code";
        let rows = self.session.fetch_all(sql, Vec::new()).await?;
        rows.iter().map(|row| Ok((election(row)?, row.int("numbers")?))).collect()
    }

    /// Waits until no other server runs the job that ends accreditations.
    pub async fn take_turn_to_end(&mut self) -> Result<(), StoreError> {
        self.lock_job(ExclusiveJob::Ending).await
    }

    /// Records when the last run-off of an election was called.
    pub(crate) async fn update_run_off_time(&mut self, _permit: &Permit, called: &Election) -> Result<(), StoreError> {
        let sql = "-- update election run-off
            UPDATE election SET run_off_time = $2 WHERE code = $1";
        self.update_election(sql, params![called.code.as_str(), called.run_off_time]).await
    }

    /// Records that an accreditation was confirmed for the run-off that was
    /// called at that moment.
    pub(crate) async fn insert_confirmation(
        &mut self,
        _permit: &Permit,
        of: &Accreditation,
        called: Timestamp,
        by: &PrincipalName,
        time: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "-- insert accreditation_confirmation
            INSERT INTO accreditation_confirmation (election, accreditation, called, organization, confirmed_by, time)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let (election, organization) = (of.name.election.as_str(), of.application.organization.as_str());
        let values = params![election, of.name.number, called, organization, text(by), time];
        self.session.execute_one(sql, values).await
    }

    /// Records that everything has ended that had to, up to this sum of
    /// assigned numbers. The job then skips the election until something
    /// changes.
    pub async fn record_all_ended(
        &mut self,
        _permit: &Permit,
        code: &ElectionCode,
        ending: &Ending,
        numbers: i64,
    ) -> Result<(), StoreError> {
        let sql = "-- update election ended
            UPDATE election SET ended_cause = $2, ended_through = $3 WHERE code = $1";
        self.update_election(sql, params![code.as_str(), ending.cause, numbers]).await
    }
}
