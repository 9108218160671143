//! The commission's queue.

use domain::application::content::Category;
use domain::application::{Application, StateKind};
use domain::vocabulary::id::{ElectionCode, OrganizationCode, PersonId};

use crate::StoreError;
use crate::session::{Value, concat_sql, enum_text, params};
use crate::tx::Tx;
use crate::tx::application::application;

/// Which of those that wait.
#[derive(Debug, Clone, Default)]
pub struct QueueFilter {
    /// In this category only.
    pub category: Option<Category>,
    /// Of this organization only.
    pub organization: Option<OrganizationCode>,
    /// Of this presentation only.
    pub presentation: Option<u32>,
    /// With findings that stand in the way of accrediting, or without.
    pub findings: Option<bool>,
}

/// Whom the queue gives next to a reviewer, with what a filter picks: the earliest place first.
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
    /// What is compared with a column that has an index stands alone. Whatever waits in the queue has been presented; said
    /// again, it lets SQLite read one organization's in their order.
    fn index_conditions(&self) -> impl Iterator<Item = &'static str> {
        let organization = " AND a.organization = $5 AND a.presentation IS NOT NULL";
        let organization = self.organization.is_some().then_some(organization);
        organization.into_iter().chain(self.presentation.is_some().then_some(" AND a.presentation = $6"))
    }

    fn values(&self) -> [Value; 3] {
        let category = self.category.as_ref().map_or(Value::Text(None), enum_text);
        [category, self.organization.as_ref().map(ToString::to_string).into(), self.presentation.into()]
    }
}

impl Tx<'_> {
    /// The application that has waited longest of those that were checked and that this human may decide on:
    /// earliest presentation first, then the order of its list.
    pub async fn next_in_queue(
        &mut self,
        election: &ElectionCode,
        reviewer: &PersonId,
        filter: &QueueFilter,
    ) -> Result<Option<Application>, StoreError> {
        // Whoever claims at the same moment gets the one behind it; but "none" is only said when no claim of the last
        // ones is under way, which may be this very request's or may come to nothing.
        let [skip, wait] = self.session.select_sql(["", ""], [" FOR UPDATE OF a SKIP LOCKED", " FOR UPDATE OF a"]);
        let sql = next_sql("-- next in queue", filter, skip);
        let waiting = next_sql("-- next in queue, waiting", filter, wait);
        // As it stands in the JSON of whoever entered something or is recused; no text in there can hold these quotes.
        let person = format!("\"person\":\"{reviewer}\"");
        let mut key = params![election.as_str(), StateKind::Presented.as_str(), person];
        key.extend(filter.values());
        key.push(filter.findings.map(u32::from).into());
        let row = match self.session.fetch_optional(sql, key.clone()).await? {
            Some(row) => Some(row),
            None => self.session.fetch_optional(waiting, key).await?,
        };
        row.as_ref().map(application).transpose()
    }

    /// Whether an application waits in this part of the queue that the checks have not reached yet.
    pub async fn queue_waits_for_screening(
        &mut self,
        election: &ElectionCode,
        filter: &QueueFilter,
    ) -> Result<bool, StoreError> {
        let mut parts = vec![
            "-- unscreened in queue
            SELECT a.id FROM screening_pending p
            JOIN application a ON a.election = p.election AND a.id = p.application
            LEFT JOIN screening s ON s.election = a.election AND s.application = a.id AND s.revision = a.revision
            WHERE p.election = $1 AND a.state = $2 AND a.erase_time IS NULL AND ($4 IS NULL OR a.category = $4)",
        ];
        parts.extend(filter.index_conditions());
        parts.push(" AND s.application IS NULL LIMIT 1");
        let mut key = params![election.as_str(), StateKind::Presented.as_str(), Value::Text(None)];
        key.extend(filter.values());
        Ok(self.session.fetch_optional(concat_sql(&parts), key).await?.is_some())
    }
}
