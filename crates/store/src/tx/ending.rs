//! What ends by itself, and how far that has come.

use domain::election::{Election, Ending};
use domain::id::ElectionCode;
use domain::policy::Permit;

use super::Tx;
use super::election::election;
use super::log::Turn;
use crate::StoreError;
use crate::session::params;

impl Tx<'_> {
    /// The elections that have something to end, or may have, each with how many numbers of accreditations and badges were
    /// taken. Whatever comes into force takes a number, so this is read before what is in force.
    pub async fn elections_to_end(&mut self) -> Result<Vec<(Election, i64)>, StoreError> {
        let sql = "-- elections to end
            SELECT * FROM (
                SELECT e.*, (SELECT CAST(COALESCE(SUM(c.next), 0) AS BIGINT) FROM counter c
                    WHERE c.election = e.code AND c.series IN ('accreditation', 'badge')) AS numbers
                FROM election e WHERE e.results_time IS NOT NULL) AS over
            WHERE ended_cause IS NULL OR ended_cause <> results_time OR ended_through <> numbers ORDER BY code";
        let rows = self.session.all(sql, Vec::new()).await?;
        rows.iter().map(|row| Ok((election(row)?, row.int("numbers")?))).collect()
    }

    /// Waits until no other server ends anything.
    pub async fn take_turn_to_end(&mut self) -> Result<(), StoreError> {
        self.take_turn(Turn::Ending).await
    }

    /// Records that everything has ended that was to end, of what had come into force with so many numbers.
    pub async fn everything_has_ended(
        &mut self,
        _permit: &Permit,
        code: &ElectionCode,
        ending: &Ending,
        numbers: i64,
    ) -> Result<(), StoreError> {
        let sql = "-- update election ended
            UPDATE election SET ended_cause = $2, ended_through = $3 WHERE code = $1";
        self.session.execute_one(sql, params![code.as_str(), ending.cause, numbers]).await
    }
}
