//! The schedule of an election: the voting day as first set, and each date that
//! it was moved to.
//!
//! Table: `election_schedule`. A trigger adds the first entry when the election
//! is inserted. Entries are only added, because they justify which cutoff
//! applied to an application. Voting day never moves to an earlier date: a
//! trigger refuses that, since it would shorten retention.

use domain::election::cutoff::Cutoffs;
use domain::election::{Election, ScheduleEntry};
use domain::policy::Permit;
use domain::vocabulary::id::ElectionCode;
use jiff::civil::Date;

use crate::StoreError;
use crate::session::{Row, enum_text, params, text};
use crate::tx::Tx;

/// Reads a schedule entry.
fn entry(row: &Row) -> Result<ScheduleEntry, StoreError> {
    Ok(ScheduleEntry {
        kind: row.enum_value("kind")?,
        voting_day: row.parse("voting_day")?,
        cutoffs: Cutoffs { submission: row.time("submission_cutoff")?, presentation: row.time("presentation_cutoff")? },
        reason: row.text("reason")?,
        act: row.text("act")?,
        time: row.time("time")?,
    })
}

impl Tx<'_> {
    /// Moves an election's voting day and cutoffs. `before` is the old voting
    /// day: two moves from the same day cannot both succeed.
    pub(crate) async fn update_voting_day(
        &mut self,
        _permit: &Permit,
        changed: &Election,
        before: Date,
    ) -> Result<(), StoreError> {
        let sql = "-- update voting day
            UPDATE election SET voting_day = $3, submission_cutoff = $4, presentation_cutoff = $5
            WHERE code = $1 AND voting_day = $2";
        let Election { code, voting_day, cutoffs, .. } = changed;
        let values = params![code.as_str(), text(before), text(voting_day), cutoffs.submission, cutoffs.presentation];
        self.update_election(sql, values).await
    }

    /// Adds an entry to the schedule. Two transactions that add one at the same
    /// time meet at the unique key.
    pub(crate) async fn insert_schedule_entry(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        new: &ScheduleEntry,
    ) -> Result<(), StoreError> {
        let sql = "-- insert election_schedule
            INSERT INTO election_schedule (election, sequence, kind, voting_day, submission_cutoff, presentation_cutoff,
                reason, act, time)
            SELECT $1, COALESCE(MAX(sequence), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM election_schedule
            WHERE election = $1";
        let ScheduleEntry { kind, voting_day, cutoffs, reason, act, time } = new;
        let values = params![
            election.as_str(),
            enum_text(kind),
            text(voting_day),
            cutoffs.submission,
            cutoffs.presentation,
            reason.as_str(),
            act.as_str(),
            *time,
        ];
        self.session.execute_one(sql, values).await
    }

    /// The schedule of an election, oldest entry first.
    pub async fn schedule(&mut self, election: &ElectionCode) -> Result<Vec<ScheduleEntry>, StoreError> {
        let sql = "-- list election_schedule
            SELECT * FROM election_schedule WHERE election = $1 ORDER BY sequence";
        self.session.fetch_all(sql, params![election.as_str()]).await?.iter().map(entry).collect()
    }
}
