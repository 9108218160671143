//! Applications: their state. What they say is in their revisions.
//!
//! Table: `application`. The facts of a state are JSON in `facts`. Columns that
//! are filtered or sorted by (state, category, place in the queue, decree,
//! deadline) repeat parts of them and are always written by the same statement.
//!
//! Each update names the version that it started from. A reviewer's claim, a
//! withdrawal and a cutoff may meet at the same application: the first to
//! commit wins, and the others run again on what is there then. On PostgreSQL
//! an organization sees and writes its own applications alone.

use std::collections::HashMap;

use domain::application::content::{Filing, StoredFiling};
use domain::application::{Application, LAPSING, Lapsing, StoredVersion};
use domain::decree::Verdict;
use domain::policy::{Permit, View};
use domain::refusal::Refusal;
use domain::screening::Screening;
use domain::vocabulary::id::{ApplicationId, ElectionCode};
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::state::StateKind;
use jiff::Timestamp;

use crate::session::{Row, enum_text, json, opt_json, params, text};
use crate::tx::Tx;
use crate::tx::application::revision::kept_filing;
use crate::tx::mission::scope_value;
use crate::tx::transparency::log::ExclusiveJob;
use crate::{CommandError, StoreError};

pub(crate) mod list;
mod locks;
pub(crate) mod revision;

/// An application with its current filing and the result of the checks.
#[derive(Debug, Clone)]
pub struct ApplicationRecord {
    /// The state.
    pub application: Application,
    /// What its current revision says, or what erasure left of it.
    pub kept: StoredFiling,
    /// The result of the checks. Only the commission may see it.
    pub screening: Screening,
}

/// The parameter of `visible!` for a view: how far an application must have
/// come for the viewer to see it. The ministry sees submitted applications, the
/// commission presented ones, a registrar those that were filed on paper.
pub(crate) fn visibility_of(view: View) -> &'static str {
    match view {
        View::Delegation => "filed",
        View::Ministry => "submitted",
        View::Commission => "presented",
        View::Registrar => "on paper",
        View::CommissionAndRegistrar => "presented or on paper",
    }
}

/// All states for which `which` holds, as one text parameter. A statement finds
/// a state in it between commas, so the same SQL serves any set of states.
pub(crate) fn states_param(which: impl Fn(&StateKind) -> bool) -> String {
    StateKind::ALL.into_iter().filter(which).map(|state| format!(",{state},")).collect()
}

/// SQL: whether a viewer may see application `$row`. The parameter `$view` is
/// the text of [`visibility_of`].
macro_rules! visible {
    ($row:literal, $view:literal) => {
        concat!(
            "CASE ",
            $view,
            " WHEN 'filed' THEN TRUE
                WHEN 'submitted' THEN ",
            $row,
            ".first_submit_time IS NOT NULL
                WHEN 'on paper' THEN ",
            $row,
            ".paper IS NOT NULL
                WHEN 'presented or on paper' THEN ",
            $row,
            ".presentation IS NOT NULL OR ",
            $row,
            ".paper IS NOT NULL
                ELSE ",
            $row,
            ".presentation IS NOT NULL END"
        )
    };
}
pub(crate) use visible;

/// SQL: the applications with the given ids, within scope `$3` and view `$4`.
macro_rules! select_by_ids {
    ($ids:literal) => {
        concat!(
            "-- applications by name
            SELECT a.* FROM application a
            WHERE a.election = $1 AND a.id IN (",
            $ids,
            ") AND ($3 IS NULL OR a.organization = $3) AND ",
            visible!("a", "$4")
        )
    };
}

/// Reads an application.
pub(crate) fn application(row: &Row) -> Result<Application, StoreError> {
    let id = ApplicationId(row.uuid("id")?);
    let name = ApplicationName { election: row.parse("election")?, organization: row.parse("organization")?, id };
    Ok(Application {
        name,
        reference: row.parse("reference")?,
        category: row.enum_value("category")?,
        state: row.json("facts")?,
        version: row.int("version")?,
        revision: row.number("revision")?,
        content_digest: row.hash("content_digest")?,
        last_return: row.opt_json("last_return")?,
        create_time: row.time("create_time")?,
        first_submit_time: row.opt_time("first_submit_time")?,
        submit_time: row.opt_time("submit_time")?,
        return_count: row.number("return_count")?,
        erase_time: row.opt_time("erase_time")?,
        paper: row.opt_json("paper")?,
        recused: row.opt_json("recused")?.unwrap_or_default(),
        overturned: row.opt_json("overturned")?.unwrap_or_default(),
        unseen: row.int("unseen")?,
        replaces: row
            .opt_int("replaces")?
            .map(u32::try_from)
            .transpose()
            .map_err(|_| row.invalid("replaces", "out of range"))?,
    })
}

impl Tx<'_> {
    /// Inserts an application in its first state.
    pub(crate) async fn insert_application(&mut self, _permit: &Permit, new: &Application) -> Result<(), StoreError> {
        let sql = "-- insert application
            INSERT INTO application (election, id, organization, category, state, facts, version, revision,
                content_digest, create_time, return_count, paper, replaces, reference)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, $13)";
        let values = params![
            new.name.election.as_str(),
            new.name.id.0,
            new.name.organization.as_str(),
            enum_text(&new.category),
            new.state.kind().as_str(),
            json(&new.state),
            new.version,
            new.revision,
            new.content_digest,
            new.create_time,
            opt_json(new.paper.as_ref()),
            new.replaces,
            text(new.reference),
        ];
        self.session.execute_one(sql, values).await
    }

    /// Writes an application after a transition, with the columns that reports
    /// count.
    ///
    /// `before` is the version and state that the transition started from,
    /// `now` is when it happened. Only that version is updated, so two
    /// transitions from the same version cannot both succeed.
    pub(crate) async fn update_application(
        &mut self,
        permit: &Permit,
        changed: &Application,
        before: StoredVersion,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let state = changed.state.kind();
        // The application loses an outcome, for example because an appeal was
        // upheld. Reports about earlier moments still need it.
        if before.state.is_outcome() && before.state != state {
            self.insert_past_outcome(permit, &changed.name, before, now).await?;
        }
        // Columns for reports: set if the transition is of that kind, NULL
        // otherwise.
        let at = |counts: bool| counts.then_some(now);
        let is_return = matches!(state, StateKind::ReturnedByMinistry | StateKind::ReturnedByCommission);
        let sql = "-- update application
            UPDATE application SET category = $4, state = $5, facts = $6, version = $7, revision = $8,
                content_digest = $9, last_return = $10, first_submit_time = $11, submit_time = $12,
                return_count = $13, presentation = $14, position = $15, decree = $16, due_time = $17,
                erase_time = $18, paper = $19, recused = $20, unseen = $21, replaces = $22, overturned = $23,
                present_time = COALESCE(present_time, $24), return_time = COALESCE(return_time, $25),
                outcome_time = CASE WHEN state = $5 THEN outcome_time ELSE $26 END,
                documents = CASE WHEN $18 IS NULL THEN documents ELSE 0 END,
                category_time = CASE WHEN category = $4 OR (first_submit_time IS NULL AND outcome_time IS NULL)
                    THEN category_time ELSE $27 END,
                to_refuse = $28, figure_time = CASE WHEN figure_time > $27 THEN figure_time ELSE $27 END
            WHERE election = $1 AND id = $2 AND version = $3";
        let Application {
            name,
            reference: _,
            category,
            state: facts,
            version,
            revision,
            content_digest,
            last_return,
            create_time: _,
            first_submit_time,
            submit_time,
            return_count,
            erase_time,
            paper,
            recused,
            overturned,
            unseen,
            replaces,
        } = changed;
        let values = params![
            name.election.as_str(),
            name.id.0,
            before.version,
            enum_text(category),
            state.as_str(),
            json(facts),
            *version,
            *revision,
            *content_digest,
            opt_json(last_return.as_ref()),
            *first_submit_time,
            *submit_time,
            *return_count,
            facts.place().map(|place| place.presentation),
            facts.place().map(|place| place.position),
            facts.decree(),
            facts.due(),
            *erase_time,
            opt_json(paper.as_ref()),
            opt_json(Some(recused).filter(|list| !list.is_empty())),
            *unseen,
            *replaces,
            opt_json(Some(overturned).filter(|list| !list.is_empty())),
            at(state == StateKind::Presented),
            at(is_return),
            at(state.is_outcome()),
            now,
            facts.recommendation().map(|made| u32::from(made.verdict != Verdict::Accredit)),
        ];
        self.session.execute_one(sql, values).await
    }

    /// An application by organization and id, as far as the permit reaches. The
    /// organization is part of the key: an application of another organization
    /// looks like a missing one.
    pub async fn lookup_application(
        &mut self,
        permit: &Permit,
        name: &ApplicationName,
    ) -> Result<Option<Application>, StoreError> {
        let sql = concat!(
            "-- lookup application
            SELECT a.* FROM application a
            WHERE a.election = $1 AND a.organization = $2 AND a.id = $3 AND ($4 IS NULL OR a.organization = $4) AND ",
            visible!("a", "$5")
        );
        let scope = scope_value(permit.scope());
        let key =
            params![text(&name.election), text(&name.organization), name.id.0, scope, visibility_of(permit.view())];
        self.session.fetch_optional(sql, key).await?.as_ref().map(application).transpose()
    }

    /// An application by name, or the refusal that the caller can see none of
    /// that name.
    pub async fn application(&mut self, permit: &Permit, name: &ApplicationName) -> Result<Application, CommandError> {
        let found = self.lookup_application(permit, name).await?;
        Ok(found.ok_or_else(|| Refusal::not_found(name))?)
    }

    /// The applications with the given names, in their order. A name that is
    /// not found is given back.
    pub async fn applications(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        names: &[ApplicationName],
    ) -> Result<Vec<Result<Application, ApplicationName>>, StoreError> {
        // One statement for all names. A request may name thousands; a
        // statement for each would cost more than reading the rows.
        let sql = self.session.select_sql(
            select_by_ids!("SELECT unhex(j.value) FROM json_each($2) j"),
            select_by_ids!("SELECT j.value::uuid FROM jsonb_array_elements_text($2::jsonb) AS j (value)"),
        );
        // A name of another election cannot be found in this one.
        let here = names.iter().filter(|name| name.election == *election);
        let ids: Vec<_> = here.map(|name| name.id.0.simple().to_string()).collect();
        let scope = scope_value(permit.scope());
        let rows = self
            .session
            .fetch_all(sql, params![election.as_str(), json(&ids), scope, visibility_of(permit.view())])
            .await?;
        let found = rows.iter().map(application).map(|found| found.map(|found| (found.name.clone(), found)));
        let found: HashMap<_, _> = found.collect::<Result<_, _>>()?;
        Ok(names.iter().map(|name| found.get(name).cloned().ok_or_else(|| name.clone())).collect())
    }

    /// The filing of an application's current revision. Refused if its personal
    /// data has been erased.
    pub async fn filing(&mut self, of: &Application) -> Result<Filing, CommandError> {
        Ok(self.kept(of).await?.into_whole(&of.name)?)
    }

    /// The filing of an application's current revision, or what erasure left of
    /// it.
    pub async fn kept(&mut self, of: &Application) -> Result<StoredFiling, StoreError> {
        self.stored_filing_of(&of.name, of.revision).await
    }

    /// The filing of one revision, or what erasure left of it.
    pub async fn stored_filing_of(
        &mut self,
        name: &ApplicationName,
        revision: i32,
    ) -> Result<StoredFiling, StoreError> {
        let sql = "-- lookup revision
            SELECT content, identity FROM revision WHERE election = $1 AND application = $2 AND number = $3";
        let key = params![name.election.as_str(), name.id.0, revision];
        let row = self.session.fetch_optional(sql, key).await?;
        let row = row.ok_or(StoreError::RowCount { statement: "lookup revision", rows: 0, expected: 1 })?;
        kept_filing(&row, name, revision, self.keys)
    }

    /// The filing at the time of the last return, if it has changed since. A
    /// reviewer compares the two.
    pub async fn filing_when_returned(&mut self, of: &Application) -> Result<Option<StoredFiling>, StoreError> {
        let asked = of.last_return.as_ref().map_or(0, |asked| asked.revision);
        if asked == 0 || asked == of.revision {
            return Ok(None);
        }
        self.stored_filing_of(&of.name, asked).await.map(Some)
    }

    /// Applications whose cutoff or own deadline has passed.
    ///
    /// The lock of the clock job is taken first. Otherwise two servers would
    /// read the same applications, and the slower one would fail on every row.
    pub async fn due_applications(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Application>, StoreError> {
        self.lock_job(ExclusiveJob::Clock).await?;
        let sql = "-- applications with a moment of their own
            SELECT * FROM application WHERE due_time < $1 AND erase_time IS NULL LIMIT $2";
        let mut due = self.session.fetch_all(sql, params![now, limit]).await?;
        // From the few elections whose cutoff has passed to their open
        // applications. Decided applications are not read. SQLite keeps the
        // table order of a CROSS JOIN.
        let sql = "-- applications overtaken by a cutoff
            SELECT a.* FROM election e CROSS JOIN application a
            WHERE CASE $2 WHEN 'SUBMISSION' THEN e.submission_cutoff ELSE e.presentation_cutoff END < $1
                AND a.election = e.code AND a.state = $3 AND ($4 IS NULL OR (a.paper IS NOT NULL) = ($4 = 1))
                AND a.erase_time IS NULL
            LIMIT $5";
        // The states that lapse, and at which cutoff, are a table of the
        // domain.
        for Lapsing { state, on_paper, stage } in LAPSING {
            let left = limit.saturating_sub(u32::try_from(due.len()).unwrap_or(u32::MAX));
            if left == 0 {
                break;
            }
            let on_paper = on_paper.map(i64::from);
            due.extend(
                self.session.fetch_all(sql, params![now, stage.as_str(), state.as_str(), on_paper, left]).await?,
            );
        }
        due.iter().map(application).collect()
    }
}
