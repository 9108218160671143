//! Elections, and the numbers that are assigned within each.
//!
//! Tables: `election` and `counter`. The rules of an election are those of its
//! rule pack, which is joined by its digest. Elections have no version column:
//! registrars change them seldom, and each statement changes one aspect. Where
//! two acts depend on each other the election's row is locked. On PostgreSQL
//! every organization sees all elections; only the hosts write them.

use domain::election::Election;
use domain::election::cutoff::Cutoffs;
use domain::policy::Permit;
use domain::vocabulary::id::ElectionCode;

use crate::StoreError;
use crate::session::{Row, Value, enum_text, json, params, text};
use crate::tx::rule_pack::rule_pack_file;
use crate::tx::{Page, Tx};

pub(crate) mod ending;
pub(crate) mod schedule;

/// A series of numbers within an election. Each begins at 1 and has no gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// The ministry's presentations.
    Presentation,
    /// The commission's decrees.
    Decree,
    /// Accreditations.
    Accreditation,
    /// Badges.
    Badge,
    /// Proposals to revoke, annul or reinstate accreditations.
    Proposal,
}

impl Series {
    /// The name of the series in the database.
    fn as_str(self) -> &'static str {
        match self {
            Self::Presentation => "presentation",
            Self::Decree => "decree",
            Self::Accreditation => "accreditation",
            Self::Badge => "badge",
            Self::Proposal => "proposal",
        }
    }
}

/// Reads an election, from a row that has the content of its rule pack as `rules`.
pub(crate) fn election(row: &Row) -> Result<Election, StoreError> {
    let rule_pack = rule_pack_file(row, "rules", "rule_pack")?;
    Ok(Election {
        code: row.parse("code")?,
        names: row.json("names")?,
        kind: row.enum_value("kind")?,
        voting_day: row.parse("voting_day")?,
        time_zone: row.text("time_zone")?,
        rule_pack_digest: rule_pack.digest(),
        rules: rule_pack.into_rules(),
        region_set: row.text("region_set")?,
        state: row.enum_value("state")?,
        cutoffs: Cutoffs { submission: row.time("submission_cutoff")?, presentation: row.time("presentation_cutoff")? },
        create_time: row.time("create_time")?,
        results_time: row.opt_time("results_time")?,
        appeal_time: row.opt_time("appeal_time")?,
        run_off_time: row.opt_time("run_off_time")?,
    })
}

impl Tx<'_> {
    /// Inserts an election.
    pub(crate) async fn insert_election(&mut self, _permit: &Permit, new: &Election) -> Result<(), StoreError> {
        let sql = "-- insert election
            INSERT INTO election (code, names, kind, voting_day, time_zone, rule_pack, region_set, state,
                submission_cutoff, presentation_cutoff, create_time, results_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let Election {
            code,
            names,
            kind,
            voting_day,
            time_zone,
            rules: _,
            rule_pack_digest,
            region_set,
            state,
            cutoffs,
            create_time,
            results_time,
            appeal_time: _,
            run_off_time: _,
        } = new;
        let values = params![
            code.as_str(),
            json(names),
            enum_text(kind),
            text(voting_day),
            time_zone.as_str(),
            rule_pack_digest.to_vec(),
            region_set.as_str(),
            enum_text(state),
            cutoffs.submission,
            cutoffs.presentation,
            *create_time,
            *results_time,
        ];
        self.session.execute_one(sql, values).await
    }

    /// Sets the state of an election.
    pub(crate) async fn update_election_state(
        &mut self,
        _permit: &Permit,
        changed: &Election,
    ) -> Result<(), StoreError> {
        let sql = "-- update election state
            UPDATE election SET state = $2 WHERE code = $1";
        self.update_election(sql, params![changed.code.as_str(), enum_text(&changed.state)]).await
    }

    /// Records when the results were published. Retention counts from this
    /// moment.
    pub(crate) async fn update_results_time(&mut self, _permit: &Permit, changed: &Election) -> Result<(), StoreError> {
        let sql = "-- update election results
            UPDATE election SET results_time = $2 WHERE code = $1";
        self.update_election(sql, params![changed.code.as_str(), changed.results_time]).await
    }

    /// Locks an election by its code.
    ///
    /// Setting a legal hold, deciding an appeal, publishing results, moving
    /// voting day and erasing all take this lock. Without it, retention could
    /// erase an application while a hold is being set. On PostgreSQL it is FOR
    /// NO KEY UPDATE, which lets others insert rows that refer to the election.
    pub async fn lock_election(&mut self, code: &ElectionCode) -> Result<Option<Election>, StoreError> {
        let sql = self.session.select_sql(
            "-- lookup election to keep
            SELECT e.*, (SELECT p.content FROM rule_pack p WHERE p.digest = e.rule_pack) AS rules
            FROM election e WHERE e.code = $1",
            "-- lookup election to keep
            SELECT e.*, (SELECT p.content FROM rule_pack p WHERE p.digest = e.rule_pack) AS rules
            FROM election e WHERE e.code = $1 FOR NO KEY UPDATE",
        );
        self.session.fetch_optional(sql, params![code.as_str()]).await?.as_ref().map(election).transpose()
    }

    /// An election by its code, from memory if the transaction has read it
    /// before.
    pub async fn lookup_election(&mut self, code: &ElectionCode) -> Result<Option<Election>, StoreError> {
        if let Some(known) = self.election.as_ref().filter(|known| known.code == *code) {
            return Ok(Some(known.clone()));
        }
        let sql = "-- lookup election
            SELECT e.*, (SELECT p.content FROM rule_pack p WHERE p.digest = e.rule_pack) AS rules
            FROM election e WHERE e.code = $1";
        self.election =
            self.session.fetch_optional(sql, params![code.as_str()]).await?.as_ref().map(election).transpose()?;
        Ok(self.election.clone())
    }

    /// Runs an update of an election and drops what was read of it before.
    pub(crate) async fn update_election(&mut self, sql: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
        // A later lookup in this transaction must see the change.
        self.election = None;
        self.session.execute_one(sql, values).await
    }

    /// A page of elections.
    pub async fn list_elections(&mut self, page: &Page<ElectionCode>) -> Result<Vec<Election>, StoreError> {
        let sql = "-- list elections
            SELECT e.*, (SELECT p.content FROM rule_pack p WHERE p.digest = e.rule_pack) AS rules
            FROM election e WHERE e.code > $1 ORDER BY e.code LIMIT $2";
        let after = page.after.as_ref().map_or("", ElectionCode::as_str);
        self.session.fetch_all(sql, params![after, page.limit()]).await?.iter().map(election).collect()
    }

    /// Takes `count` consecutive numbers of a series and gives the first.
    ///
    /// The counter is a row, not a database sequence: it rolls back with the
    /// transaction, so a refused command leaves no gap. Two transactions that
    /// take numbers of the same series wait for each other.
    pub async fn take_numbers(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        series: Series,
        count: u32,
    ) -> Result<u32, StoreError> {
        let sql = "-- take numbers
            INSERT INTO counter (election, series, next) VALUES ($1, $2, 1 + $3)
            ON CONFLICT (election, series) DO UPDATE SET next = counter.next + $3
            RETURNING next - $3 AS first";
        let values = params![election.as_str(), series.as_str(), count];
        let row = self.session.fetch_optional(sql, values).await?;
        let row = row.ok_or(StoreError::RowCount { statement: "take numbers", rows: 0, expected: 1 })?;
        row.number("first")
    }
}
