//! The review queue of the commission.
//!
//! The queue has no table: it is the applications in state PRESENTED, in the
//! order of presentation and position. Claiming one changes its state, which
//! takes it out of the queue. Unlike other commands, a claim has no application
//! in mind, so parallel claims must not wait for each other. On PostgreSQL they
//! skip locked rows.

use domain::application::Application;
use domain::vocabulary::category::Category;
use domain::vocabulary::id::{ElectionCode, OrganizationCode, PersonId};
use domain::vocabulary::state::StateKind;

use crate::StoreError;
use crate::session::{Value, concat_sql, enum_text, params};
use crate::tx::Tx;
use crate::tx::application::application;

/// Which part of the queue to take from. A field at its default filters
/// nothing.
#[derive(Debug, Clone, Default)]
pub struct QueueFilter {
    /// In this category.
    pub category: Option<Category>,
    /// Of this organization.
    pub organization: Option<OrganizationCode>,
    /// Of the presentation with this number.
    pub presentation: Option<u32>,
    /// With findings that stand in the way of accrediting (`true`), or without
    /// (`false`).
    pub findings: Option<bool>,
}

/// The statement for the first application in the queue that a reviewer may
/// take.
fn next_sql(name: &'static str, filter: &QueueFilter, lock: &'static str) -> &'static str {
    let mut parts = vec![
        name,
        "
            SELECT a.* FROM application a JOIN screening s
                ON s.election = a.election AND s.application = a.id AND s.revision = a.revision
            WHERE a.election = $1 AND a.state = $2 AND a.erase_time IS NULL
                AND (a.paper IS NULL OR replace(a.paper, $3, '') = a.paper)
                AND (a.recused IS NULL OR replace(a.recused, $3, '') = a.recused)
                AND ($4 IS NULL OR a.category = $4) AND ($7 IS NULL OR s.stands = $7)",
    ];
    parts.extend(filter.index_conditions());
    parts.extend([" ORDER BY a.presentation, a.position LIMIT 1", lock]);
    concat_sql(&parts)
}

impl QueueFilter {
    /// The conditions on indexed columns, each as a part of its own so that the
    /// index is used. Everything in the queue has been presented. Saying so
    /// again lets SQLite read one organization in the queue's order.
    fn index_conditions(&self) -> impl Iterator<Item = &'static str> {
        let organization = " AND a.organization = $5 AND a.presentation IS NOT NULL";
        let organization = self.organization.is_some().then_some(organization);
        organization.into_iter().chain(self.presentation.is_some().then_some(" AND a.presentation = $6"))
    }

    /// The parameters of the filter.
    fn values(&self) -> [Value; 3] {
        let category = self.category.as_ref().map_or(Value::Text(None), enum_text);
        [category, self.organization.as_ref().map(ToString::to_string).into(), self.presentation.into()]
    }
}

impl Tx<'_> {
    /// The first application in the queue that this person may review:
    /// presented, checked, and not entered or declined by them. The earliest
    /// presentation comes first, then the order of its list.
    pub async fn next_in_queue(
        &mut self,
        election: &ElectionCode,
        reviewer: &PersonId,
        filter: &QueueFilter,
    ) -> Result<Option<Application>, StoreError> {
        // Two reviewers who claim at the same moment get different
        // applications: the second skips the row that the first has locked. But
        // "none" is only answered after waiting for the locks. The lock may
        // belong to this very request on another connection, or to a claim that
        // is rolled back.
        let [skip, wait] = self.session.select_sql(["", ""], [" FOR UPDATE OF a SKIP LOCKED", " FOR UPDATE OF a"]);
        let sql = next_sql("-- next in queue", filter, skip);
        let waiting = next_sql("-- next in queue, waiting", filter, wait);
        // The text that the JSON of a paper filing or a recusal contains for
        // this person. Quotes within texts are escaped there, so no text can
        // imitate it.
        let person = format!("\"person\":\"{reviewer}\"");
        let mut key = params![election.as_str(), StateKind::Presented.as_str(), person];
        key.extend(filter.values());
        key.push(filter.findings.map(u32::from).into());
        // First without waiting, then, if nothing is free, with waiting.
        let row = match self.session.fetch_optional(sql, key.clone()).await? {
            Some(row) => Some(row),
            None => self.session.fetch_optional(waiting, key).await?,
        };
        row.as_ref().map(application).transpose()
    }

    /// Whether an application in this part of the queue has not been checked
    /// yet. The reviewer is then told to wait, instead of being told that the
    /// queue is empty.
    pub async fn queue_waits_for_screening(
        &mut self,
        election: &ElectionCode,
        filter: &QueueFilter,
    ) -> Result<bool, StoreError> {
        // SQLite joins the tables of a CROSS JOIN in their order: the short list first.
        let mut parts = vec![
            "-- unscreened in queue
            SELECT a.id FROM screening_pending p CROSS JOIN application a
            LEFT JOIN screening s ON s.election = a.election AND s.application = a.id AND s.revision = a.revision
            WHERE p.election = $1 AND a.election = p.election AND a.id = p.application
            AND a.state = $2 AND a.erase_time IS NULL AND ($4 IS NULL OR a.category = $4)",
        ];
        parts.extend(filter.index_conditions());
        parts.push(" AND s.application IS NULL LIMIT 1");
        let mut key = params![election.as_str(), StateKind::Presented.as_str(), Value::Text(None)];
        key.extend(filter.values());
        Ok(self.session.fetch_optional(concat_sql(&parts), key).await?.is_some())
    }
}
