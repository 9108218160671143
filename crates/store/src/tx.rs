//! What a command can do within its transaction: one file for each resource.
//!
//! Names of methods say what they do. `lookup_` gives an `Option`, `list_` a
//! page, `lock_` locks the rows that it reads until the transaction ends. What
//! writes a row of a resource is private to this crate: [`Tx::save`] calls it
//! together with recording the event.
//!
//! Two conventions hold everywhere:
//!
//! - A method that takes a [`Permit`] or a [`domain::policy::Scope`] shows no
//!   row outside of it. A row of another organization looks like a missing one,
//!   so that nobody learns that it exists.
//! - An update names the version that it started from, and must change exactly
//!   one row. If another transaction was faster it changes none, fails with
//!   [`StoreError::RowCount`], and the command runs again.

use domain::application::reference::Reference;
use domain::election::Election;
use domain::outcome::Event;
use domain::policy::Permit;
use domain::vocabulary::id::{ApplicationId, ElectionCode, EventId, OrganizationCode};
use domain::vocabulary::log::EventActor;
use domain::vocabulary::personal::Personal;
use evidence::{FORMAT, Hash, LogEvent};
use jiff::Timestamp;
use uuid::Uuid;

use crate::keys::random_bytes;
use crate::session::{Session, params, text};
use crate::{Keys, StoreError};

// Used by every command: request ids, saving an outcome, digests of rows in the
// log.
pub(crate) mod engine;

mod accreditation;
mod amendment;
mod appeal;
mod application;
mod decree;
mod deployment;
mod document;
mod election;
mod mission;
mod presentation;
mod proposal;
mod registry;
mod report;
mod retention;
mod review;
mod rule_pack;
mod screening;
mod transparency;
mod watch_list;

use engine::rows::RowsDigestInput;

pub use application::ApplicationRecord;
pub use application::list::ApplicationFilter;
pub use election::Series;
pub use engine::request::RequestRecord;
pub use engine::rows::{Compared, Difference};
pub use report::access_attempt::AccessAttempt;
pub use report::tally::Tally;
pub use review::queue::QueueFilter;
pub use screening::possible_duplicates::{ComparedWith, SimilarCursor, SimilarPage, SimilarityKind};
pub use screening::{PendingScreening, Sweep};
pub use transparency::log::PendingEvents;
pub use watch_list::{CurrentList, SealedEntry};

/// A transaction: the statements that a command can run.
///
/// Methods that write take a [`Permit`], even if they do not look at it. A
/// permit can only come from the policy of the domain, so no write compiles for
/// which nobody was asked.
pub struct Tx<'c> {
    session: &'c mut Session,
    keys: &'c Keys,
    /// The election that the command has read. Many checks need it, so it is
    /// read once. It is dropped when the command changes the election.
    election: Option<Election>,
}

/// Which part of a list to read: the rows after a key, up to a size.
#[derive(Debug, Clone)]
pub struct Page<K> {
    /// The last key of the previous page; `None` for the first page.
    pub after: Option<K>,
    /// The most rows of the page. The store reads one more, so that the caller
    /// can tell whether another page follows.
    pub size: u32,
}

impl<K> Page<K> {
    /// The page size and one more.
    fn limit(&self) -> i64 {
        i64::from(self.size) + 1
    }
}

/// The event that a mutation recorded. The caller gets it as a receipt and can
/// check it against the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// The name of the resource that was changed.
    pub subject: String,
    /// The name of the log that the event is in.
    pub log: String,
    /// The event's id.
    pub event: EventId,
    /// The hash of the event: its leaf in the Merkle tree of the log.
    pub leaf: Hash,
    /// When the change happened.
    pub time: Timestamp,
}

impl<'c> Tx<'c> {
    /// A transaction on a session that has begun one.
    pub(crate) fn new(session: &'c mut Session, keys: &'c Keys) -> Self {
        Self { session, keys, election: None }
    }

    /// The keys, for page tokens and for sealing outside of the store.
    pub fn keys(&self) -> &Keys {
        self.keys
    }

    /// A new id (UUID version 7). Ids that are made later sort later, so lists
    /// by id are in order of time.
    pub fn new_uuid(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random_bytes()).into_uuid()
    }

    /// A new application's id.
    pub fn new_application_id(&self, now: Timestamp) -> ApplicationId {
        ApplicationId(self.new_uuid(now))
    }

    /// A random reference that no application of the election has.
    ///
    /// Two transactions may draw the same one at once. Then the unique key of
    /// the table stops the second, and its command runs again.
    pub async fn new_reference(&mut self, election: &ElectionCode) -> Result<Reference, StoreError> {
        loop {
            let reference = Reference::from_number(u64::from_be_bytes(random_bytes()));
            let sql = "-- lookup reference
                SELECT id FROM application WHERE election = $1 AND reference = $2";
            if self.session.fetch_optional(sql, params![election.as_str(), text(reference)]).await?.is_none() {
                return Ok(reference);
            }
        }
    }

    /// A new event's id.
    pub fn new_event_id(&self, now: Timestamp) -> EventId {
        EventId(self.new_uuid(now))
    }

    /// Buffers plain inserts until the command ends, so that one statement
    /// writes many rows. For commands that add thousands of rows.
    ///
    /// Any other statement first writes the rows that wait. The statements keep
    /// the order in which each was first used. So if a row refers to another
    /// one, the statement for the other must be used first.
    pub fn buffer_inserts(&mut self) {
        self.session.buffer_inserts();
    }

    /// Inserts an event in the same transaction as its change, and queues it
    /// for a position in the log.
    pub(crate) async fn record_event(
        &mut self,
        permit: &Permit,
        event: Event,
        rows: &[RowsDigestInput],
    ) -> Result<RecordedEvent, StoreError> {
        let sql = "-- insert event that waits
            INSERT INTO event (id, log, organization, time, canonical, leaf) VALUES ($1, $2, $3, $4, $5, $6);
            INSERT INTO event_pending (event) VALUES ($1)";
        if self.session.allows_multiple_statements() {
            return self.insert_event_row(event, rows, (sql, 2)).await;
        }
        let done = self.insert_event(permit, event, rows).await?;
        let sql = "-- insert event_pending
            INSERT INTO event_pending (event) VALUES ($1)";
        self.session.execute_one(sql, params![done.event.0]).await?;
        Ok(done)
    }

    /// Inserts an event that gets its position elsewhere.
    async fn insert_event(
        &mut self,
        _permit: &Permit,
        event: Event,
        rows: &[RowsDigestInput],
    ) -> Result<RecordedEvent, StoreError> {
        let sql = "-- insert event
            INSERT INTO event (id, log, organization, time, canonical, leaf) VALUES ($1, $2, $3, $4, $5, $6)";
        self.insert_event_row(event, rows, (sql, 1)).await
    }

    /// Builds, seals and inserts an event that changed `rows`. `added` is how
    /// many rows the statement adds.
    async fn insert_event_row(
        &mut self,
        event: Event,
        rows: &[RowsDigestInput],
        (sql, added): (&'static str, u64),
    ) -> Result<RecordedEvent, StoreError> {
        let time = event.time;
        let (id, log, subject) = (event.id, event.log.to_string(), event.subject.clone());
        let organization = event.organization.to_string();
        let mut event = self.to_log_event(event, rows, random_bytes());
        event.seal = self.keys.event_seal(&event);
        let canonical = event.canonical_bytes();
        let leaf = evidence::leaf_hash(&evidence::entry(&canonical));
        let values = params![id.0, text(&log), organization, time, canonical, leaf];
        self.session.execute_exactly(sql, values, added).await?;
        Ok(RecordedEvent { subject, log, event: id, leaf, time })
    }

    /// Stores the free text of an event. It has a table of its own, because it
    /// is erased after retention, while the event stays in the log for ever.
    pub(crate) async fn insert_event_note(
        &mut self,
        _permit: &Permit,
        event: EventId,
        organization: &OrganizationCode,
        note: &Personal<String>,
    ) -> Result<(), StoreError> {
        let sql = "-- insert event_note
            INSERT INTO event_note (event, organization, note) VALUES ($1, $2, $3)";
        self.session.execute_one(sql, params![event.0, organization.as_str(), note.clone()]).await
    }

    /// Writes to the database without changing data, for the readiness check.
    /// It fails if a real command would fail, for example on a full disk or a
    /// standby.
    pub async fn heartbeat(&mut self, _permit: &Permit) -> Result<(), StoreError> {
        // On PostgreSQL, assigning a transaction id forces a write at COMMIT
        // and locks no row. So servers that are checked at the same time do not
        // wait for each other.
        let sql = self.session.select_sql(
            "-- heartbeat
            UPDATE master_key SET create_time = create_time WHERE key_id = $1 RETURNING key_id",
            "-- heartbeat
            SELECT key_id, pg_current_xact_id() IS NOT NULL AS written FROM master_key WHERE key_id = $1",
        );
        let beat = self.session.fetch_optional(sql, params![self.keys.id()]).await?;
        beat.map(drop).ok_or(StoreError::RowCount { statement: "heartbeat", rows: 0, expected: 1 })
    }

    /// The event in the form that is hashed into the log.
    ///
    /// The random `salt` goes into every digest of the event. Without it, two
    /// events about the same data would show equal digests.
    fn to_log_event(&self, event: Event, rows: &[RowsDigestInput], salt: [u8; 16]) -> LogEvent {
        let Event { id, log, time, actor, action, subject, organization, payload, received, read } = event;
        let salted = |data: &[u8]| hex::encode(evidence::salted(&salt, data));
        let (actor, person) = match actor {
            EventActor::Principal(name, person) => {
                (name.to_string(), person.map(|id| id.to_string()).unwrap_or_default())
            }
            EventActor::System => ("system".to_owned(), String::new()),
        };
        LogEvent {
            action,
            actor,
            certificate: received.map(|received| hex::encode(received.certificate)).unwrap_or_default(),
            event: payload.kind().to_owned(),
            facts: payload.facts().into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            format: FORMAT,
            id: id.to_string(),
            log: log.to_string(),
            organization: organization.to_string(),
            person,
            read: read.map(|etag| salted(etag.as_bytes())).unwrap_or_default(),
            request: received.map(|received| salted(&self.keys.request_hash(&received.request))).unwrap_or_default(),
            rows: rows.iter().map(|rows| rows.digest(self.keys, &salt)).collect(),
            salt: hex::encode(salt),
            seal: String::new(),
            subject,
            time: format!("{time:.6}"),
        }
    }
}
