//! Figures, and who asked for what was not there for them.

use std::collections::BTreeMap;

use domain::application::StateKind;
use domain::deployment::Team;
use domain::id::{ApplicationId, ElectionCode};
use domain::name::PrincipalName;
use domain::policy::Permit;
use domain::report::Course;
use domain::totals::OrganizationTotals;
use jiff::Timestamp;
use uuid::Uuid;

use super::mission::scope_value;
use super::{Page, Tx};
use crate::StoreError;
use crate::session::{Row, params, text};

/// A call that asked for what was not there for its caller.
#[derive(Debug, Clone)]
pub struct AccessAttempt {
    /// Its id, ordered by time.
    pub id: Uuid,
    /// When.
    pub time: Timestamp,
    /// Who asked.
    pub principal: PrincipalName,
    /// The method.
    pub method: String,
    /// What was asked for.
    pub resource: String,
}

fn totals(row: &Row) -> Result<OrganizationTotals, StoreError> {
    Ok(OrganizationTotals {
        organization: row.parse("organization")?,
        kind: row.word("kind")?,
        state: row.opt_text("state")?,
        submitted: row.int("submitted")?,
        returned: row.int("returned")?,
        refused: row.int("refused")?,
        withdrawn: row.int("withdrawn")?,
        lapsed: row.int("lapsed")?,
        accredited: row.int("accredited")?,
        ended: row.int("ended")?,
    })
}

/// Each database has its own words for an application's name and for what an event says. Names are made first: behind the
/// policies of PostgreSQL only a comparison of columns finds events by their index.
macro_rules! moved {
    ($before:literal, $name:literal, $from:literal, $to:literal, $after:literal) => {
        concat!(
            $before,
            "
            WITH named AS MATERIALIZED (
                SELECT a.id, ",
            $name,
            " AS name FROM application a WHERE a.election = $1 AND ($2 IS NULL OR a.organization = $2)
            ), moved AS (
                SELECT n.id, e.time, ",
            $from,
            " AS before, ",
            $to,
            " AS state FROM named n JOIN event e ON e.subject = n.name
            ) ",
            $after
        )
    };
}

/// The same statement for each database.
macro_rules! both {
    ($sqlite:ident, $postgres:ident, $before:literal, $after:literal) => {
        const $sqlite: &str = moved!(
            $before,
            "'elections/' || a.election || '/missions/' || a.organization || '/applications/' || lower(
                substr(hex(a.id), 1, 8) || '-' || substr(hex(a.id), 9, 4) || '-' || substr(hex(a.id), 13, 4) || '-' ||
                substr(hex(a.id), 17, 4) || '-' || substr(hex(a.id), 21))",
            "json_extract(CAST(e.canonical AS TEXT), '$.facts.from')",
            "json_extract(CAST(e.canonical AS TEXT), '$.facts.to')",
            $after
        );

        const $postgres: &str = moved!(
            $before,
            "'elections/' || a.election || '/missions/' || a.organization || '/applications/' || a.id",
            "convert_from(e.canonical, 'UTF8')::jsonb #>> '{facts,from}'",
            "convert_from(e.canonical, 'UTF8')::jsonb #>> '{facts,to}'",
            $after
        );
    };
}

// What every application went through. First submissions have their own records; when an application was presented,
// returned, decided or given up stands in its events, which its reader's scope reaches too.
both! {
    COURSES_ON_SQLITE, COURSES_ON_POSTGRES,
    "-- courses",
    ", told AS MATERIALIZED (
                SELECT id, MIN(CASE WHEN state = 'PRESENTED' THEN time END) AS present_time,
                    MIN(CASE WHEN state IN ('RETURNED_BY_MINISTRY', 'RETURNED_BY_COMMISSION') THEN time END) AS return_time
                FROM moved GROUP BY id
            )
            SELECT a.id, a.organization, o.kind, o.state AS of_state, a.category, a.first_submit_time,
                t.present_time, t.return_time
            FROM application a JOIN organization o ON o.code = a.organization LEFT JOIN told t ON t.id = a.id
            WHERE a.election = $1 AND ($2 IS NULL OR a.organization = $2)"
}

// When each was decided or given up, and when a refusal was overturned or what had lapsed came back. Of one moment, what
// leaves a state comes after what came to it, and what cannot be left comes last.
both! {
    ENDS_ON_SQLITE, ENDS_ON_POSTGRES,
    "-- ends of courses",
    "SELECT id, time, state FROM moved
            WHERE (state IN ('ACCREDITED', 'REFUSED', 'WITHDRAWN', 'LAPSED') OR before IN ('REFUSED', 'LAPSED'))
                AND COALESCE(before, '') <> state
            ORDER BY id, time, CASE WHEN before IN ('REFUSED', 'LAPSED') THEN 1
                WHEN state IN ('REFUSED', 'LAPSED') THEN 0 ELSE 2 END"
}

fn state(row: &Row) -> Result<StateKind, StoreError> {
    let state = row.text("state")?;
    let state = StateKind::ALL.into_iter().find(|kind| kind.as_str() == state);
    state.ok_or_else(|| row.bad("state", "unknown word"))
}

fn course(row: &Row) -> Result<(Uuid, Course), StoreError> {
    let course = Course {
        id: ApplicationId(row.uuid("id")?),
        organization: row.parse("organization")?,
        kind: row.word("kind")?,
        state: row.opt_text("of_state")?,
        category: row.word("category")?,
        submit_time: row.opt_time("first_submit_time")?,
        present_time: row.opt_time("present_time")?,
        return_time: row.opt_time("return_time")?,
        ends: Vec::new(),
        changes: Vec::new(),
    };
    Ok((row.uuid("id")?, course))
}

impl Tx<'_> {
    /// What the applications of an election went through, and when, as far as the permit reaches.
    pub async fn courses(&mut self, permit: &Permit, election: &ElectionCode) -> Result<Vec<Course>, StoreError> {
        let values = || params![election.as_str(), scope_value(permit.scope())];
        let sql = self.session.pick(COURSES_ON_SQLITE, COURSES_ON_POSTGRES);
        let rows = self.session.all(sql, values()).await?;
        let mut courses: BTreeMap<Uuid, Course> = rows.iter().map(course).collect::<Result<_, _>>()?;
        let sql = self.session.pick(ENDS_ON_SQLITE, ENDS_ON_POSTGRES);
        for row in &self.session.all(sql, values()).await? {
            if let Some(course) = courses.get_mut(&row.uuid("id")?) {
                course.ends.push((state(row)?, row.time("time")?));
            }
        }
        let sql = "-- changes of accreditations
            SELECT a.application AS id, c.time, c.state FROM accreditation_change c
            JOIN accreditation a ON a.election = c.election AND a.number = c.accreditation
            WHERE c.election = $1 AND ($2 IS NULL OR c.organization = $2) ORDER BY c.accreditation, c.sequence";
        for row in &self.session.all(sql, values()).await? {
            if let Some(course) = courses.get_mut(&row.uuid("id")?) {
                course.changes.push((row.text("state")? == "ACTIVE", row.time("time")?));
            }
        }
        Ok(courses.into_values().collect())
    }

    /// The teams of every deployment plan as it stood at a moment, as far as the permit reaches.
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
        let rows = self.session.all(sql, params![election.as_str(), scope_value(permit.scope()), at]).await?;
        let plans = rows.iter().map(|row| row.json("teams")).collect::<Result<Vec<Vec<Team>>, _>>()?;
        Ok(plans.into_iter().flatten().collect())
    }

    /// Counts an election's applications by organization: every one with a mission, as far as the permit reaches.
    pub async fn totals(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
    ) -> Result<Vec<OrganizationTotals>, StoreError> {
        let sql = "-- totals
            SELECT m.organization, o.kind, o.state, COUNT(a.first_submit_time) AS submitted,
                COUNT(CASE WHEN a.return_count > 0 THEN 1 END) AS returned,
                COUNT(CASE WHEN a.state = 'REFUSED' THEN 1 END) AS refused,
                COUNT(CASE WHEN a.state = 'WITHDRAWN' THEN 1 END) AS withdrawn,
                COUNT(CASE WHEN a.state = 'LAPSED' THEN 1 END) AS lapsed,
                COUNT(CASE WHEN a.state = 'ACCREDITED' THEN 1 END) AS accredited,
                (SELECT COUNT(*) FROM accreditation_change c
                    WHERE c.election = $1 AND c.organization = m.organization AND c.state <> 'ACTIVE'
                        AND NOT EXISTS (SELECT 1 FROM accreditation_change l WHERE l.election = c.election
                            AND l.accreditation = c.accreditation AND l.sequence > c.sequence)) AS ended
            FROM mission m JOIN organization o ON o.code = m.organization
            LEFT JOIN application a ON a.election = m.election AND a.organization = m.organization
            WHERE m.election = $1 AND ($2 IS NULL OR m.organization = $2)
            GROUP BY m.organization, o.kind, o.state ORDER BY m.organization";
        let values = params![election.as_str(), scope_value(permit.scope())];
        self.session.all(sql, values).await?.iter().map(totals).collect()
    }

    /// Keeps an access attempt.
    pub async fn insert_access_attempt(&mut self, attempt: &AccessAttempt) -> Result<(), StoreError> {
        let sql = "-- insert access_attempt
            INSERT INTO access_attempt (id, time, principal, method, resource) VALUES ($1, $2, $3, $4, $5)";
        let AccessAttempt { id, time, principal, method, resource } = attempt;
        let values = params![*id, *time, text(principal), method.as_str(), resource.as_str()];
        self.session.execute_one(sql, values).await
    }

    /// A page of access attempts and one more, newest first.
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
        self.session.all(sql, params![before, page.limit()]).await?.iter().map(attempt).collect()
    }
}
