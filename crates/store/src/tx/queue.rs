//! The commission's queue.

use domain::application::{Application, StateKind};
use domain::content::Category;
use domain::id::{ElectionCode, OrganizationCode, PersonId};

use super::Tx;
use super::application::application;
use crate::StoreError;
use crate::session::{Value, params, word};

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

/// Whether a finding stands in the way, as [`domain::screening::Screening::standing`] says; each database has its own
/// words for what JSON holds.
macro_rules! stands {
    (sqlite) => {
        "EXISTS (SELECT 1 FROM json_each(s.findings) f WHERE json_extract(f.value, '$.blocking')
            AND json_extract(f.value, '$.clearance') IS NULL)"
    };
    (postgres) => {
        "EXISTS (SELECT 1 FROM jsonb_array_elements(s.findings::jsonb) AS f(value)
            WHERE (f.value ->> 'blocking')::boolean AND f.value ->> 'clearance' IS NULL)"
    };
}
pub(super) use stands;

macro_rules! next {
    ($name:literal, $database:ident, $lock:literal) => {
        concat!(
            $name,
            "
            SELECT a.* FROM application a JOIN screening s
                ON s.election = a.election AND s.application = a.id AND s.revision = a.revision
            WHERE a.election = $1 AND a.state = $2 AND a.erase_time IS NULL
                AND (a.paper IS NULL OR replace(a.paper, $3, '') = a.paper)
                AND (a.recused IS NULL OR replace(a.recused, $3, '') = a.recused)
                AND ($4 IS NULL OR a.category = $4) AND ($5 IS NULL OR a.organization = $5)
                AND ($6 IS NULL OR a.presentation = $6) AND ($7 IS NULL OR $7 = CASE WHEN ",
            stands!($database),
            " THEN 1 ELSE 0 END)
            ORDER BY a.presentation, a.position LIMIT 1",
            $lock
        )
    };
}

impl QueueFilter {
    fn values(&self) -> [Value; 3] {
        let category = self.category.as_ref().map_or(Value::Text(None), word);
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
        let sql = self.session.pick(
            next!("-- next in queue", sqlite, ""),
            next!("-- next in queue", postgres, " FOR UPDATE OF a SKIP LOCKED"),
        );
        let waiting = self.session.pick(sql, next!("-- next in queue, waiting", postgres, " FOR UPDATE OF a"));
        // As it stands in the JSON of whoever entered something or is recused; no text in there can hold these quotes.
        let person = format!("\"person\":\"{reviewer}\"");
        let mut key = params![election.as_str(), StateKind::Presented.as_str(), person];
        key.extend(filter.values());
        key.push(filter.findings.map(u32::from).into());
        let row = match self.session.optional(sql, key.clone()).await? {
            Some(row) => Some(row),
            None => self.session.optional(waiting, key).await?,
        };
        row.as_ref().map(application).transpose()
    }

    /// Whether an application waits in this part of the queue that the checks have not reached yet.
    pub async fn queue_waits_for_screening(
        &mut self,
        election: &ElectionCode,
        filter: &QueueFilter,
    ) -> Result<bool, StoreError> {
        let sql = "-- unscreened in queue
            SELECT a.id FROM application a LEFT JOIN screening s
                ON s.election = a.election AND s.application = a.id AND s.revision = a.revision
            WHERE a.election = $1 AND a.state = $2 AND a.erase_time IS NULL
                AND ($3 IS NULL OR a.category = $3) AND ($4 IS NULL OR a.organization = $4)
                AND ($5 IS NULL OR a.presentation = $5)
                AND s.application IS NULL LIMIT 1";
        let mut key = params![election.as_str(), StateKind::Presented.as_str()];
        key.extend(filter.values());
        Ok(self.session.optional(sql, key).await?.is_some())
    }
}
