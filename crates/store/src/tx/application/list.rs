//! Lists of applications: filters and pages.

use std::collections::BTreeSet;

use domain::policy::Permit;
use domain::refusal::Refusal;
use domain::vocabulary::category::Category;
use domain::vocabulary::id::{ApplicationId, ElectionCode, OrganizationCode};
use domain::vocabulary::name::{ApplicationName, PrincipalName};
use domain::vocabulary::state::StateKind;
use jiff::Timestamp;
use uuid::Uuid;

use crate::session::{Row, Value, concat_sql, enum_text, params, text};
use crate::tx::application::revision::kept_filing;
use crate::tx::application::{ApplicationRecord, application, visibility_of, visible};
use crate::tx::mission::scope_value;
use crate::tx::screening::screening;
use crate::tx::{Page, Tx};
use crate::{CommandError, StoreError};

/// Which applications to list. A field at its default filters nothing.
#[derive(Debug, Clone, Default)]
pub struct ApplicationFilter {
    /// Of this organization.
    pub organization: Option<OrganizationCode>,
    /// In one of these states; empty for any state.
    pub states: Vec<StateKind>,
    /// In this category.
    pub category: Option<Category>,
    /// Of the presentation with this number.
    pub presentation: Option<u32>,
    /// Decided by the decree with this number.
    pub decree: Option<u32>,
    /// Filed on paper (`true`), or not.
    pub paper: Option<bool>,
    /// Checked with findings that stand in the way of accrediting (`true`), or
    /// checked without (`false`).
    pub findings: Option<bool>,
    /// Whose review lease this principal holds.
    pub reviewer: Option<PrincipalName>,
    /// Recommended to accredit (`true`) or to refuse (`false`).
    pub accredit: Option<bool>,
    /// Whose lease ends, or whose answers are due, before this moment.
    pub due_before: Option<Timestamp>,
    /// In the order of the review queue, without applications that have no
    /// place in it. Otherwise in the order of filing.
    pub in_queue: bool,
}

impl ApplicationFilter {
    /// The states that can match the filter; `None` stands for all states in
    /// one statement.
    ///
    /// Each state is read by its own index. Reading all applications of an
    /// election to find those of two states would take longer the larger the
    /// election is.
    fn states_to_read(&self) -> BTreeSet<Option<&'static str>> {
        let can = |state: &StateKind| {
            (self.reviewer.is_none() || state.is_held())
                && (self.due_before.is_none() || state.has_due())
                && self.accredit.is_none_or(|accredit| state.follows(accredit))
        };
        let asked = if self.states.is_empty() { &StateKind::ALL[..] } else { &self.states[..] };
        if asked.iter().all(can) && self.states.is_empty() {
            return BTreeSet::from([None]);
        }
        asked.iter().filter(|state| can(state)).map(|state| Some(state.as_str())).collect()
    }
}

/// The conditions that every statement has. They are checked on rows that an
/// index has already found, so they may be absent (NULL).
const COMMON_FILTERS: &str = concat!(
    " AND ",
    visible!("a", "$9"),
    "
                AND ($11 IS NULL OR $11 = CASE WHEN a.paper IS NULL THEN 0 ELSE 1 END)
                AND ($12 IS NULL OR a.due_time < $12)
                AND ($13 IS NULL OR (a.state = 'IN_REVIEW' AND replace(a.facts, $13, '') <> a.facts))
                AND ($14 IS NULL OR a.category = $14)"
);

/// SQL: applications of election `$1` with their filing and the result of the
/// checks.
///
/// A delegation never sees that result. For it the statement joins no row:
/// PostgreSQL would read all results, only for row-level security to hide them.
macro_rules! select_records {
    ($name:literal, without screening) => {
        select_records!($name, "(SELECT * FROM screening WHERE 1 = 0)")
    };
    ($name:literal) => {
        select_records!($name, "screening")
    };
    ($name:literal, $screening:literal) => {
        concat!(
            "-- ",
            $name,
            "
            SELECT a.*, r.content, r.identity, s.revision AS screened_revision, s.version AS screening_version,
                s.findings, s.screen_time
            FROM application a
            JOIN revision r ON r.election = a.election AND r.application = a.id AND r.number = a.revision
            LEFT JOIN ",
            $screening,
            " s ON s.election = a.election AND s.application = a.id
            WHERE a.election = $1"
        )
    };
}

/// The list for the hosts.
const SELECT_WITH_SCREENING: &str = select_records!("list applications");
/// The list for one organization.
const SELECT_WITHOUT_SCREENING: &str = select_records!("list applications", without screening);

/// SQL: one application, within scope `$4` and view `$5`.
macro_rules! select_one {
    ($rows:expr) => {
        concat!(
            $rows,
            " AND a.organization = $2 AND a.id = $3 AND ($4 IS NULL OR a.organization = $4) AND ",
            visible!("a", "$5")
        )
    };
}

/// The parts of the statement for a filter.
///
/// Each condition on an indexed column is a part of its own and is left out if
/// it filters nothing. Inside an OR with NULL no index would be used, and the
/// database would read rows that it does not return.
fn sql_parts(rows: &'static str, filter: &ApplicationFilter, organization: bool, state: bool) -> Vec<&'static str> {
    let mut parts = vec![rows];
    let mut add = |wanted: bool, part| parts.extend(wanted.then_some(part));
    add(!filter.in_queue, " AND a.id > $2");
    // A place in the queue never changes, so it serves as a key for pages.
    add(filter.in_queue, " AND (a.presentation, a.position) > ($3, $4)");
    add(organization, " AND a.organization = $5");
    add(state, " AND a.state = $6");
    add(filter.presentation.is_some(), " AND a.presentation = $7");
    add(filter.decree.is_some(), " AND a.decree = $8");
    // A result for an earlier revision says nothing about this one.
    // Applications with findings are few and have an index.
    add(filter.findings == Some(true), " AND s.stands = 1 AND s.revision = a.revision");
    add(filter.findings == Some(false), " AND s.stands = 0 AND s.revision = a.revision");
    add(filter.accredit == Some(true), " AND a.to_refuse = 0");
    add(filter.accredit == Some(false), " AND a.to_refuse = 1");
    add(true, COMMON_FILTERS);
    add(
        !filter.in_queue && filter.findings == Some(true),
        " AND s.election = $1 AND s.application > $2 ORDER BY s.application LIMIT $10",
    );
    add(!filter.in_queue && filter.findings != Some(true), " ORDER BY a.id LIMIT $10");
    add(filter.in_queue, " ORDER BY a.presentation, a.position LIMIT $10");
    parts
}

impl Tx<'_> {
    /// A page of applications in the order of the filter. The key of a page is
    /// the id of its last application, in both orders.
    pub async fn list_applications(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        filter: &ApplicationFilter,
        page: &Page<ApplicationId>,
    ) -> Result<Vec<ApplicationRecord>, StoreError> {
        let own = permit.scope().organization();
        // An organization that asks for another one gets an empty list. An
        // error would tell that the other one takes part.
        if own.zip(filter.organization.as_ref()).is_some_and(|(own, asked)| own != asked) {
            return Ok(Vec::new());
        }
        let organization = own.or(filter.organization.as_ref());
        let selected = if own.is_some() { SELECT_WITHOUT_SCREENING } else { SELECT_WITH_SCREENING };
        let states = filter.states_to_read();
        let after = page.after.map_or(Uuid::nil(), |id| id.0);
        let (presentation, position) = self.queue_position_of(election, filter, after).await?;
        let mut rows = Vec::new();
        // Each state is read in the requested order. The first rows of all
        // states together are the page.
        for state in &states {
            let sql = concat_sql(&sql_parts(selected, filter, organization.is_some(), state.is_some()));
            let values = params![
                election.as_str(),
                after,
                presentation,
                position,
                organization.map(ToString::to_string),
                state.map(str::to_owned),
                filter.presentation,
                filter.decree,
                visibility_of(permit.view()),
                page.limit(),
                filter.paper.map(u32::from),
                filter.due_before,
                filter.reviewer.as_ref().map(|reviewer| format!("\"reviewer\":\"{reviewer}\"")),
                filter.category.as_ref().map_or(Value::Text(None), enum_text),
            ];
            for row in self.session.fetch_all(sql, values).await? {
                let place = if filter.in_queue { (row.int("presentation")?, row.int("position")?) } else { (0, 0) };
                rows.push((place, row.uuid("id")?, row));
            }
        }
        // The rows of several states were read one state after the other.
        rows.sort_by_key(|(place, id, _)| (*place, *id));
        rows.truncate(usize::try_from(page.limit()).unwrap_or(usize::MAX));
        rows.iter().map(|(.., row)| self.open_record(row)).collect()
    }

    /// An application with its filing and the result of the checks, or the
    /// refusal that the caller can see none of that name.
    pub async fn application_record(
        &mut self,
        permit: &Permit,
        name: &ApplicationName,
    ) -> Result<ApplicationRecord, CommandError> {
        let sql = match permit.scope().organization() {
            Some(_) => select_one!(select_records!("lookup application with content", without screening)),
            None => select_one!(select_records!("lookup application with content")),
        };
        let scope = scope_value(permit.scope());
        let key =
            params![text(&name.election), text(&name.organization), name.id.0, scope, visibility_of(permit.view())];
        let row = self.session.fetch_optional(sql, key).await?.ok_or_else(|| Refusal::not_found(name))?;
        Ok(self.open_record(&row)?)
    }

    /// The place in the queue after which the page begins; before the first
    /// place for the first page.
    async fn queue_position_of(
        &mut self,
        election: &ElectionCode,
        filter: &ApplicationFilter,
        after: Uuid,
    ) -> Result<(i64, i64), StoreError> {
        if !filter.in_queue || after.is_nil() {
            return Ok((0, 0));
        }
        let sql = "-- place in queue
            SELECT presentation, position FROM application WHERE election = $1 AND id = $2";
        let Some(row) = self.session.fetch_optional(sql, params![election.as_str(), after]).await? else {
            return Ok((0, 0));
        };
        Ok((row.opt_int("presentation")?.unwrap_or(0), row.opt_int("position")?.unwrap_or(0)))
    }

    /// Unseals the identity of a row and reads the rest.
    fn open_record(&self, row: &Row) -> Result<ApplicationRecord, StoreError> {
        let application = application(row)?;
        let kept = kept_filing(row, &application.name, application.revision, self.keys)?;
        Ok(ApplicationRecord { application, kept, screening: screening(row)? })
    }
}
