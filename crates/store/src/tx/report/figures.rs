//! Counts for reports, as of any moment.
//!
//! The statements that change an application also keep its times in columns,
//! and keep an outcome that it loses in `past_state`. So a report reads neither
//! events nor documents, and its cost does not grow with the length of the log.
//!
//! The columns of `application` are `present_time`, `return_time`,
//! `outcome_time`, `accreditation_end_time`, `category_time`, `documents` and
//! `figure_time` (the last change of any of them). A row of `past_state` says
//! that an application had an outcome from `since` until `until`. The digests
//! of the log leave these columns out, because they follow from others.

use std::collections::BTreeMap;

use domain::application::StoredVersion;
use domain::deployment::Team;
use domain::policy::{Permit, Scope};
use domain::report::totals::Totals;
use domain::report::{Counted, Figures, Times};
use domain::vocabulary::id::{ApplicationId, ElectionCode};
use domain::vocabulary::name::ApplicationName;
use jiff::Timestamp;

use crate::StoreError;
use crate::session::{Row, params};
use crate::tx::Tx;
use crate::tx::mission::scope_value;

/// SQL: counts of election `$1` within scope `$2` at moment `$3`.
///
/// The first half counts applications by their state now. The second half
/// counts those that had another outcome at that moment. `$place` is a further
/// column to group by. `$people` and `$past_people` limit the count to some
/// applications, which `$with` prepares. Durations are those of every outcome:
/// whether a decree made the outcome is cheaper to check for each group than
/// for each row.
macro_rules! select_counted {
    ($name:literal, $with:literal, $place:literal, $people:literal, $past_people:literal) => {
        concat!(
            "-- ",
            $name,
            "
            ",
            $with,
            "SELECT c.*, o.kind, o.state AS of_state FROM (
                SELECT ",
            $place,
            "a.organization, a.category, a.state AS stands,
                    COUNT(*) FILTER (WHERE a.first_submit_time <= $3) AS submitted,
                    COUNT(*) FILTER (WHERE a.present_time <= $3) AS presented,
                    COUNT(*) FILTER (WHERE a.return_time <= $3) AS returned,
                    COUNT(*) FILTER (WHERE a.outcome_time <= $3) AS outcomes,
                    COUNT(*) FILTER (WHERE a.accreditation_end_time <= $3) AS ended,
                    string_agg(CAST((a.outcome_time - a.first_submit_time) / 1000000 AS TEXT), ',')
                        FILTER (WHERE a.outcome_time <= $3) AS since_submission,
                    string_agg(CAST((a.outcome_time - a.present_time) / 1000000 AS TEXT), ',')
                        FILTER (WHERE a.outcome_time <= $3) AS since_presentation
                FROM ",
            $people,
            " WHERE a.election = $1 AND ($2 IS NULL OR a.organization = $2)
                GROUP BY ",
            $place,
            "a.organization, a.category, a.state
                UNION ALL
                SELECT ",
            $place,
            "a.organization, a.category, p.state, CAST(0 AS BIGINT), CAST(0 AS BIGINT), CAST(0 AS BIGINT),
                    COUNT(*), CAST(0 AS BIGINT),
                    string_agg(CAST((p.since - a.first_submit_time) / 1000000 AS TEXT), ','),
                    string_agg(CAST((p.since - a.present_time) / 1000000 AS TEXT), ',')
                FROM ",
            $past_people,
            " JOIN application a ON a.election = p.election AND a.id = p.application
                WHERE p.election = $1 AND ($2 IS NULL OR p.organization = $2) AND p.since <= $3 AND p.until > $3
                GROUP BY ",
            $place,
            "a.organization, a.category, p.state
            ) c JOIN organization o ON o.code = c.organization"
        )
    };
}

/// Counts all applications.
const COUNTED: &str = select_counted!("count applications", "", "", "application a", "past_state p");

/// Counts the people of the JSON object `$4`, which gives each id a number to
/// group by.
///
/// The ids are turned into columns first. Behind the policies of PostgreSQL
/// only a comparison of columns uses an index.
const COUNTED_PEOPLE_ON_SQLITE: &str = select_counted!(
    "count applications of people",
    "WITH d AS MATERIALIZED (SELECT unhex(key) AS id, value AS place FROM json_each($4)) ",
    "d.place, ",
    "d CROSS JOIN application a ON a.id = d.id",
    "d CROSS JOIN past_state p ON p.application = d.id"
);

/// The same for PostgreSQL, whose functions for JSON have other names.
const COUNTED_PEOPLE_ON_POSTGRES: &str = select_counted!(
    "count applications of people",
    "WITH d AS MATERIALIZED (
                SELECT key::uuid AS id, value::bigint AS place FROM json_each_text($4::json)
            ) ",
    "d.place, ",
    "d JOIN application a ON a.id = d.id",
    "d JOIN past_state p ON p.application = d.id"
);

/// Durations in seconds that a statement has joined into one text. A row for
/// each duration would take most of the time of a report.
fn parse_times(row: &Row, column: &'static str) -> Result<Times, StoreError> {
    let text = row.opt_text(column)?.unwrap_or_default();
    let seconds = text.split(',').filter(|number| !number.is_empty()).map(str::parse);
    let seconds: Result<Vec<i64>, _> = seconds.collect();
    Ok(Times::new(seconds.map_err(|_| row.invalid(column, "not numbers"))?))
}

/// Reads one group of a count.
fn counted(row: &Row) -> Result<Counted, StoreError> {
    let (outcomes, ended, stands) = (row.int("outcomes")?, row.int("ended")?, row.text("stands")?);
    let mut figures = Figures {
        submitted: row.int("submitted")?,
        presented: row.int("presented")?,
        returned: row.int("returned")?,
        ..Figures::default()
    };
    match stands.as_str() {
        "REFUSED" => figures.refused = outcomes,
        "WITHDRAWN" => figures.withdrawn = outcomes,
        "LAPSED" => figures.lapsed = outcomes,
        "ACCREDITED" => (figures.accredited, figures.ended) = (outcomes - ended, ended),
        // Its outcome still counts it as accredited, so that is subtracted
        // here.
        "NOT_IN_FORCE" => (figures.accredited, figures.ended) = (-outcomes, outcomes),
        _ => {}
    }
    if matches!(stands.as_str(), "ACCREDITED" | "REFUSED") {
        figures.since_submission = parse_times(row, "since_submission")?;
        figures.since_presentation = parse_times(row, "since_presentation")?;
    }
    counted_group(row, figures)
}

/// Figures of one organization and category.
pub(crate) fn counted_group(row: &Row, figures: Figures) -> Result<Counted, StoreError> {
    Ok(Counted {
        organization: row.parse("organization")?,
        kind: row.enum_value("kind")?,
        state: row.opt_text("of_state")?,
        category: row.enum_value("category")?,
        figures,
    })
}

impl Tx<'_> {
    /// Makes PostgreSQL count in a hash table and in one process, until the
    /// transaction ends.
    ///
    /// It takes policies for filters that leave few rows, and would sort all of
    /// them. And a report must not occupy all processors of the database.
    async fn prepare_to_count(&mut self) -> Result<(), StoreError> {
        let sql = "-- prepare to count
            SELECT set_config('enable_sort', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)";
        self.session.execute_on_postgres(sql, Vec::new()).await
    }

    /// Counts all applications of an election as of a moment, within a scope.
    pub(crate) async fn count_all(
        &mut self,
        scope: &Scope,
        election: &ElectionCode,
        at: Timestamp,
    ) -> Result<Vec<Counted>, StoreError> {
        self.prepare_to_count().await?;
        let values = params![election.as_str(), scope_value(scope), at];
        self.session.fetch_all(COUNTED, values).await?.iter().map(counted).collect()
    }

    /// Counts some applications as of a moment. Each id has a number; the
    /// result has the figures of each number.
    pub async fn count_applications_of(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        at: Timestamp,
        people: &BTreeMap<ApplicationId, usize>,
    ) -> Result<Vec<(usize, Counted)>, StoreError> {
        let people: Vec<_> = people.iter().map(|(id, number)| format!("\"{}\":{number}", id.0.simple())).collect();
        let people = format!("{{{}}}", people.join(","));
        self.prepare_to_count().await?;
        let sql = self.session.select_sql(COUNTED_PEOPLE_ON_SQLITE, COUNTED_PEOPLE_ON_POSTGRES);
        let values = params![election.as_str(), scope_value(permit.scope()), at, people];
        let row = |row: &Row| Ok((row.number("place")?, counted(row)?));
        self.session.fetch_all(sql, values).await?.iter().map(row).collect()
    }

    /// The teams of all deployment plans as of a moment, as far as the permit
    /// reaches.
    pub async fn teams_at(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        at: Timestamp,
    ) -> Result<Vec<Team>, StoreError> {
        let sql = "-- teams at a moment
            SELECT teams FROM deployment_plan_revision r
            WHERE election = $1 AND ($2 IS NULL OR organization = $2) AND update_time <= $3
                AND NOT EXISTS (SELECT 1 FROM deployment_plan_revision l WHERE l.election = r.election
                    AND l.organization = r.organization AND l.version > r.version AND l.update_time <= $3)";
        let rows = self.session.fetch_all(sql, params![election.as_str(), scope_value(permit.scope()), at]).await?;
        let plans = rows.iter().map(|row| row.json("teams")).collect::<Result<Vec<Vec<Team>>, _>>()?;
        Ok(plans.into_iter().flatten().collect())
    }

    /// Counts an election's applications and documents by organization, as far
    /// as the permit reaches. A mission without applications is in the result
    /// too.
    pub async fn totals(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        now: Timestamp,
    ) -> Result<Totals, StoreError> {
        let sql = "-- missions to count
            SELECT m.organization, o.kind, o.state FROM mission m JOIN organization o ON o.code = m.organization
            WHERE m.election = $1 AND ($2 IS NULL OR m.organization = $2)";
        let rows = self.session.fetch_all(sql, params![election.as_str(), scope_value(permit.scope())]).await?;
        let mission = |row: &Row| Ok((row.parse("organization")?, row.enum_value("kind")?, row.opt_text("state")?));
        let missions = rows.iter().map(mission).collect::<Result<_, StoreError>>()?;
        let (counted, documents) = self.count_with_documents(permit, election, now).await?;
        Ok(Totals::new(missions, &counted, documents))
    }

    /// Keeps the outcome that an application loses, and since when it had it.
    ///
    /// An outcome of no duration is left out. So is one whose begin lies after
    /// `now`: the clock of another server is ahead, and that must not stop a
    /// transition.
    pub(crate) async fn insert_past_outcome(
        &mut self,
        _permit: &Permit,
        name: &ApplicationName,
        before: StoredVersion,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "-- insert past_state of outcome
            INSERT INTO past_state (election, application, state, since, until, organization)
            SELECT election, id, state, outcome_time, $4, organization FROM application
            WHERE election = $1 AND id = $2 AND version = $3 AND outcome_time < $4
            ON CONFLICT DO NOTHING";
        let values = params![name.election.as_str(), name.id.0, before.version, now];
        self.session.execute(sql, values).await.map(drop)
    }

    /// Records that an accreditation stopped being active, or became active
    /// again.
    ///
    /// It runs before the change itself. A command that ends all accreditations
    /// of a mission has locked the applications, and all transactions must take
    /// these locks in the same order.
    pub(crate) async fn count_accreditation_change(
        &mut self,
        _permit: &Permit,
        name: &ApplicationName,
        is_active: bool,
        time: Timestamp,
    ) -> Result<(), StoreError> {
        let key = || params![name.election.as_str(), name.id.0, time];
        if !is_active {
            let sql = "-- update application out of force
                UPDATE application SET accreditation_end_time = COALESCE(accreditation_end_time, $3), figure_time = CASE WHEN figure_time > $3 THEN figure_time ELSE $3 END
                WHERE election = $1 AND id = $2";
            return self.session.execute_one(sql, key()).await;
        }
        let sql = "-- insert past_state of accreditation
            INSERT INTO past_state (election, application, state, since, until, organization)
            SELECT election, id, 'NOT_IN_FORCE', accreditation_end_time, $3, organization FROM application
            WHERE election = $1 AND id = $2 AND accreditation_end_time < $3
            ON CONFLICT DO NOTHING";
        self.session.execute(sql, key()).await?;
        let sql = "-- update application in force
            UPDATE application SET accreditation_end_time = NULL, figure_time = CASE WHEN figure_time > $3 THEN figure_time ELSE $3 END WHERE election = $1 AND id = $2";
        self.session.execute_one(sql, key()).await
    }
}
