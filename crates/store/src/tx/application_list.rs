//! Lists of applications.

use domain::application::StateKind;
use domain::content::Category;
use domain::id::{ApplicationId, ElectionCode, OrganizationCode};
use domain::name::PrincipalName;
use domain::policy::Permit;
use jiff::Timestamp;

use super::application::{ApplicationRecord, application, seen, seen_from};
use super::mission::scope_value;
use super::queue::stands;
use super::revision::kept;
use super::screening::screening;
use super::{Page, Tx};
use crate::StoreError;
use crate::session::{Row, params, word};

/// Which applications to list.
#[derive(Debug, Clone, Default)]
pub struct ApplicationFilter {
    /// Of this organization only.
    pub organization: Option<OrganizationCode>,
    /// In one of these states; empty for any.
    pub states: Vec<StateKind>,
    /// In this category only.
    pub category: Option<Category>,
    /// Of this presentation only.
    pub presentation: Option<u32>,
    /// Decided by this decree only.
    pub decree: Option<u32>,
    /// Come on paper only, or only what did not.
    pub paper: Option<bool>,
    /// With findings that stand in the way of accrediting, or checked and without.
    pub findings: Option<bool>,
    /// Held in review by this principal only.
    pub reviewer: Option<PrincipalName>,
    /// Recommended to accredit only, or to refuse only.
    pub accredit: Option<bool>,
    /// Whose hold ends, or whose answers are due, before this moment only.
    pub due_before: Option<Timestamp>,
    /// In the order of the queue, without what is not in one; else in the order of filing.
    pub in_queue: bool,
}

/// How a recommendation stands in the JSON of an application's state; no text in there can hold these quotes.
const ACCREDIT: &str = "\"verdict\":\"Accredit\"";
const REFUSE: &str = "\"verdict\":{\"Refuse\":";

/// What comes after the last application of the page before. Its place in the queue never changes once it has one.
macro_rules! after {
    (as_filed) => {
        "a.id > $2"
    };
    (in_queue) => {
        "(a.presentation > COALESCE((SELECT p.presentation FROM application p WHERE p.election = $1 AND p.id = $2), 0)
            OR (a.presentation = (SELECT p.presentation FROM application p WHERE p.election = $1 AND p.id = $2)
                AND a.position > (SELECT p.position FROM application p WHERE p.election = $1 AND p.id = $2)))"
    };
}

macro_rules! order {
    (as_filed) => {
        "a.id"
    };
    (in_queue) => {
        "a.presentation, a.position"
    };
}

macro_rules! list {
    ($database:ident, $order:ident) => {
        concat!(
            "-- list applications
            SELECT a.*, r.content, r.identity, s.revision AS screened_revision, s.version AS screening_version,
                s.findings, s.screen_time
            FROM application a
            JOIN revision r ON r.election = a.election AND r.application = a.id AND r.number = a.revision
            LEFT JOIN screening s ON s.election = a.election AND s.application = a.id
            WHERE a.election = $1 AND ",
            after!($order),
            " AND ($3 IS NULL OR a.organization = $3) AND ($4 IS NULL OR a.organization = $4)
                AND ($5 = '' OR $5 LIKE '%,' || a.state || ',%')
                AND ($6 IS NULL OR a.category = $6) AND ($7 IS NULL OR a.presentation = $7)
                AND ($8 IS NULL OR a.decree = $8)
                AND ",
            seen!("a", "$9"),
            "
                AND ($11 IS NULL OR $11 = CASE WHEN a.paper IS NULL THEN 0 ELSE 1 END)
                AND ($12 IS NULL OR a.due_time < $12)
                AND ($13 IS NULL OR (a.state = 'IN_REVIEW' AND replace(a.facts, $13, '') <> a.facts))
                AND ($14 IS NULL OR replace(a.facts, $14, '') <> a.facts)
                AND ($15 IS NULL OR (s.revision = a.revision AND $15 = CASE WHEN ",
            stands!($database),
            " THEN 1 ELSE 0 END))
            ORDER BY ",
            order!($order),
            " LIMIT $10"
        )
    };
}

impl Tx<'_> {
    /// A page of applications and one more, in the filter's order; the key of both is the application's id.
    pub async fn list_applications(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        filter: &ApplicationFilter,
        page: &Page<ApplicationId>,
    ) -> Result<Vec<ApplicationRecord>, StoreError> {
        let sql = if filter.in_queue {
            self.session.pick(list!(sqlite, in_queue), list!(postgres, in_queue))
        } else {
            self.session.pick(list!(sqlite, as_filed), list!(postgres, as_filed))
        };
        let states: String = filter.states.iter().map(|state| format!(",{state},")).collect();
        let values = params![
            election.as_str(),
            page.after.map_or(uuid::Uuid::nil(), |id| id.0),
            scope_value(permit.scope()),
            filter.organization.as_ref().map(ToString::to_string),
            states,
            filter.category.as_ref().map_or(crate::session::Value::Text(None), word),
            filter.presentation,
            filter.decree,
            seen_from(permit.view()),
            page.limit(),
            filter.paper.map(u32::from),
            filter.due_before,
            filter.reviewer.as_ref().map(|reviewer| format!("\"reviewer\":\"{reviewer}\"")),
            filter.accredit.map(|accredit| if accredit { ACCREDIT } else { REFUSE }.to_owned()),
            filter.findings.map(u32::from),
        ];
        let record = |row: &Row| {
            let application = application(row)?;
            let kept = kept(row, &application.name, application.revision, self.keys)?;
            Ok(ApplicationRecord { application, kept, screening: screening(row)? })
        };
        self.session.all(sql, values).await?.iter().map(record).collect()
    }
}
