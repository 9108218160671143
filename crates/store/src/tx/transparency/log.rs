//! The transparency log. An event gets its position after its transaction has
//! committed, in the order of the commits. A position that was assigned before
//! COMMIT could stay empty.
//!
//! Tables: `event` (canonical bytes, only added), `event_pending` (events
//! without a position) and `log_entry` (log and position). There is one log for
//! each election, and the registry for everything else. Triggers refuse every
//! update and deletion of events and entries. On PostgreSQL an organization
//! sees the events and entries of its own resources, and only the hosts' role
//! assigns positions.

use std::collections::BTreeMap;

use domain::outcome::Event;
use domain::outcome::EventPayload;
use domain::policy::{Permit, Scope};
use domain::transparency::event::LoggedEvent;
use domain::vocabulary::id::EventId;
use evidence::{Hash, LogEvent};

use crate::StoreError;
use crate::session::{Row, json, params};
use crate::tx::mission::scope_value;
use crate::tx::{Page, RecordedEvent, Tx};

/// The result of one run of the sequencer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingEvents {
    /// How many events got a position.
    pub sequenced: u64,
    /// Whether more events may wait.
    pub more: bool,
}

/// A job that one server runs at a time. The number is the key of an advisory
/// lock of PostgreSQL, so it must be the same in every release that may run at
/// the same time.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ExclusiveJob {
    /// Assigning positions in the log.
    Sequencer = 1,
    /// Moving on applications whose deadline has passed.
    Clock = 2,
    /// Erasing after retention.
    Retention = 4,
    /// Ending accreditations automatically.
    Ending = 5,
}

/// One entry of a log. The position is part of the key: no two events share
/// one.
const INSERT_LOG_ENTRY: &str = "-- insert log_entry
    INSERT INTO log_entry (log, position, organization, event, leaf) VALUES ($1, $2, $3, $4, $5)";

/// Reads an event of a log.
pub(crate) fn logged_event(row: &Row) -> Result<LoggedEvent, StoreError> {
    let canonical = row.bytes("canonical")?;
    let event: LogEvent = serde_json::from_slice(&canonical).map_err(|_| row.invalid("canonical", "not an event"))?;
    let LogEvent { action, actor, event, facts, organization, subject, .. } = event;
    let organization = organization.parse().map_err(|_| row.invalid("canonical", "not an organization"))?;
    Ok(LoggedEvent {
        position: row.int("position")?,
        id: EventId(row.uuid("id")?),
        leaf: row.hash("leaf")?,
        time: row.time("time")?,
        action,
        actor,
        organization,
        subject,
        payload: EventPayload::read(&event, &facts),
    })
}

/// The action and the actor of an event, which may have no position yet.
pub(crate) fn action_and_actor(row: &Row) -> Result<(String, String), StoreError> {
    let event: Result<LogEvent, _> = serde_json::from_slice(&row.bytes("canonical")?);
    let LogEvent { action, actor, .. } = event.map_err(|_| row.invalid("canonical", "not an event"))?;
    Ok((action, actor))
}

impl Tx<'_> {
    /// Waits for the lock of a job. It is released when the transaction ends,
    /// also if the server dies in it. On SQLite there is nothing to lock: it
    /// has one server.
    pub(crate) async fn lock_job(&mut self, turn: ExclusiveJob) -> Result<(), StoreError> {
        // SQLite has one writer, so the lock is always free.
        let sql = "-- take turn
            SELECT pg_advisory_xact_lock($1)";
        self.session.execute_on_postgres(sql, params![turn as i64]).await
    }

    /// Assigns the next positions of their logs to committed events that have
    /// none, at most `limit` of them.
    ///
    /// One server does it at a time, under an advisory lock. `event_pending`
    /// numbers the events when they are inserted. A transaction with a lower
    /// number may commit later, so its event gets a later position; the order
    /// of the log is that of the commits, as far as this job sees them.
    pub async fn sequence(&mut self, limit: u32) -> Result<PendingEvents, StoreError> {
        self.lock_job(ExclusiveJob::Sequencer).await?;
        // SQLite joins the tables of a CROSS JOIN in their order. Otherwise it would scan all events: statistics are
        // made while `event_pending` is empty, so it takes that for a large table.
        let sql = "-- pending events
            SELECT p.number, e.id, e.log, e.organization, e.leaf FROM event_pending p CROSS JOIN event e
            WHERE e.id = p.event ORDER BY p.number LIMIT $1";
        let rows = self.session.fetch_all(sql, params![limit]).await?;
        let sequenced = rows.len() as u64;
        if sequenced == 0 {
            return Ok(PendingEvents { sequenced, more: false });
        }
        self.buffer_inserts();
        // The next position of each log, looked up once in this transaction: no
        // other server assigns positions.
        let mut next: BTreeMap<String, i64> = BTreeMap::new();
        for row in &rows {
            let log = row.text("log")?;
            let position = match next.get(&log) {
                Some(position) => *position,
                None => self.log_size(&log).await?,
            };
            let (event, leaf) = (row.uuid("id")?, row.bytes("leaf")?);
            let values = params![log.as_str(), position, row.text("organization")?, event, leaf];
            self.session.execute_one(INSERT_LOG_ENTRY, values).await?;
            next.insert(log, position + 1);
        }
        self.delete_pending_events(&rows).await?;
        // Wakes the listeners of the other servers when this transaction
        // commits.
        let sql = "-- ring
            SELECT pg_notify('accreditation_log', '')";
        self.session.execute_on_postgres(sql, Vec::new()).await?;
        Ok(PendingEvents { sequenced, more: sequenced == u64::from(limit) })
    }

    /// Removes events from the list of those without a position. Each by its
    /// number and not by a range: a lower number may belong to a transaction
    /// that commits later.
    async fn delete_pending_events(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        let sql = self.session.select_sql(
            "-- delete event_pending
            DELETE FROM event_pending WHERE number IN (SELECT value FROM json_each($1))",
            "-- delete event_pending
            DELETE FROM event_pending WHERE number IN (
                SELECT j.value::bigint FROM jsonb_array_elements_text($1::jsonb) AS j (value))",
        );
        let numbers = rows.iter().map(|row| row.int("number")).collect::<Result<Vec<_>, _>>()?;
        let (expected, statement) = (numbers.len() as u64, "delete event_pending");
        match self.session.execute(sql, params![json(&numbers)]).await? {
            rows if rows == expected => Ok(()),
            rows => Err(StoreError::RowCount { statement, rows, expected }),
        }
    }

    /// Records an event at a given position of its log. It is for tools that
    /// fill a database before it is served, while no sequencer runs. A position
    /// that is taken is refused by the unique key.
    pub async fn record_at_position(
        &mut self,
        permit: &Permit,
        event: Event,
        position: i64,
    ) -> Result<RecordedEvent, StoreError> {
        let organization = event.organization.to_string();
        let done = self.insert_event(permit, event, &[]).await?;
        let leaf = done.leaf.to_vec();
        self.session
            .execute_one(INSERT_LOG_ENTRY, params![done.log.as_str(), position, organization, done.event.0, leaf])
            .await?;
        Ok(done)
    }

    /// How many entries a log has.
    pub async fn log_size(&mut self, log: &str) -> Result<i64, StoreError> {
        let sql = "-- log size
            SELECT COALESCE(MAX(position) + 1, 0) AS size FROM log_entry WHERE log = $1";
        let row = self.session.fetch_optional(sql, params![log]).await?;
        row.map_or(Ok(0), |row| row.int("size"))
    }

    /// How many entries each log has, and how many events wait for a position.
    pub async fn log_sizes(&mut self) -> Result<(BTreeMap<String, i64>, i64), StoreError> {
        let sql = "-- log sizes
            SELECT l.log, (SELECT COALESCE(MAX(position) + 1, 0) FROM log_entry e WHERE e.log = l.log) AS size
            FROM (SELECT 'registry' AS log UNION ALL SELECT 'elections/' || code FROM election) l";
        let rows = self.session.fetch_all(sql, Vec::new()).await?;
        let sizes = rows.iter().map(|row| Ok::<_, StoreError>((row.text("log")?, row.int("size")?)));
        let sizes = sizes.collect::<Result<_, _>>()?;
        let sql = "-- count event_pending
            SELECT COUNT(*) AS waiting FROM event_pending";
        let row = self.session.fetch_optional(sql, Vec::new()).await?;
        Ok((sizes, row.map_or(Ok(0), |row| row.int("waiting"))?))
    }

    /// A page of a log's entries by position, as far as the scope reaches.
    /// `after` is a position.
    pub async fn log_entries(
        &mut self,
        scope: &Scope,
        log: &str,
        page: &Page<i64>,
    ) -> Result<Vec<LoggedEvent>, StoreError> {
        let (after, size) = (page.after.unwrap_or(-1), page.size);
        let rows = match scope_value(scope) {
            None => {
                let sql = "-- list log_entry
                    SELECT l.position, l.leaf, e.id, e.time, e.canonical FROM log_entry l JOIN event e ON e.id = l.event
                    WHERE l.log = $1 AND l.position > $2 ORDER BY l.position LIMIT $3";
                self.session.fetch_all(sql, params![log, after, size]).await?
            }
            Some(organization) => {
                let sql = "-- list log_entry of organization
                    SELECT l.position, l.leaf, e.id, e.time, e.canonical FROM log_entry l JOIN event e ON e.id = l.event
                    WHERE l.log = $1 AND l.position > $2 AND l.organization = $4 ORDER BY l.position LIMIT $3";
                self.session.fetch_all(sql, params![log, after, size, organization]).await?
            }
        };
        rows.iter().map(logged_event).collect()
    }

    /// The facts of an event.
    pub async fn event_payload(&mut self, id: EventId) -> Result<EventPayload, StoreError> {
        let sql = "-- lookup event
            SELECT canonical FROM event WHERE id = $1";
        let row = self.session.fetch_optional(sql, params![id.0]).await?;
        let row = row.ok_or(StoreError::RowCount { statement: "lookup event", rows: 0, expected: 1 })?;
        let event: LogEvent =
            serde_json::from_slice(&row.bytes("canonical")?).map_err(|_| row.invalid("canonical", "not an event"))?;
        EventPayload::read(&event.event, &event.facts)
            .ok_or_else(|| row.invalid("canonical", "no event of this version"))
    }

    /// The leaf at a position of a log, if the scope reaches it.
    pub async fn lookup_leaf(&mut self, scope: &Scope, log: &str, position: i64) -> Result<Option<Hash>, StoreError> {
        let sql = "-- lookup leaf
            SELECT leaf FROM log_entry WHERE log = $1 AND position = $2 AND ($3 IS NULL OR organization = $3)";
        let row = self.session.fetch_optional(sql, params![log, position, scope_value(scope)]).await?;
        row.map(|row| row.hash("leaf")).transpose()
    }
}
