//! Compares the database with its log. Every event must be in its place and
//! sealed by the service, and every row must be as its last event recorded it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use evidence::LogEvent;
use uuid::Uuid;

use super::table::{TABLES, Table};
use super::{AffectedRows, RowsDigestInput, split_key};
use crate::session::{Row, concat_sql, params};
use crate::tx::Tx;
use crate::{Keys, StoreError};

/// How many events or keys are read at a time.
const PAGE: usize = 500;

/// The log of everything that belongs to no election. It also has the
/// registration of each election.
const REGISTRY: &str = "registry";

/// The result of comparing a database with its log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// How many events were checked.
    pub events: u64,
    /// How many rows and lists of rows were compared.
    pub rows: u64,
    /// What differs; empty if the database agrees with its log.
    pub differences: Vec<Difference>,
}

/// A difference between the database and its log. `Display` is what `accreditd
/// verify` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Rows that no event records: somebody inserted them around the service.
    Unrecorded {
        /// Their table.
        table: String,
        /// By what they are found.
        key: Vec<String>,
    },
    /// Rows that differ from what their last event recorded: somebody changed
    /// or deleted them.
    Changed {
        /// Their table.
        table: String,
        /// By what they are found.
        key: Vec<String>,
        /// The event.
        event: Uuid,
    },
    /// An event that was altered, or that the service did not make.
    AlteredEvent(Uuid),
    /// A position of a log has no entry, but later ones have.
    MissingPosition {
        /// The log.
        log: String,
        /// The position.
        position: i64,
    },
    /// How many events are in no log and do not wait for a position either.
    UnloggedEvents(i64),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unrecorded { table, key } => write!(f, "{table} {}: no event records it", key.join("/")),
            Self::Changed { table, key, event } => {
                write!(f, "{table} {}: differs from what event {event} recorded", key.join("/"))
            }
            Self::AlteredEvent(event) => write!(f, "event {event}: was altered, or was not made by the service"),
            Self::MissingPosition { log, position } => write!(f, "log {log}: position {position} is missing"),
            Self::UnloggedEvents(events) => write!(f, "{events} event(s) are in no log and wait for no position"),
        }
    }
}

/// What the last event about some rows recorded.
struct Recorded {
    /// The event.
    event: Uuid,
    /// The salt of its digests.
    salt: [u8; 16],
    /// The digest of the permanent columns.
    digest: Vec<u8>,
    /// The digest of the erasable columns; empty if the table has none.
    erasable: Vec<u8>,
}

/// The last recorded digests: by table, then by key.
type RecordedDigests = BTreeMap<String, BTreeMap<Vec<String>, Recorded>>;

impl Tx<'_> {
    /// Compares the log with itself, and every row with the last event that
    /// changed it.
    ///
    /// It reads the whole database, and holds the last digests of all rows in
    /// memory. On both databases it runs in one snapshot, so commands that run
    /// meanwhile make no difference.
    pub async fn compare_with_log(&mut self) -> Result<Compared, StoreError> {
        let (mut compared, mut recorded) = (Compared::default(), RecordedDigests::new());
        // The registry comes first. It records an election's registration, and
        // the election's own log records every later change of the same row.
        let mut logs: Vec<_> = self.log_sizes().await?.0.into_keys().collect();
        logs.sort_by_key(|log| log != REGISTRY);
        for log in logs {
            let mut next = 0;
            loop {
                let sql = "-- events of a log
                    SELECT l.position AS place, l.log AS of_log, l.organization AS shown, l.leaf AS entered, e.*
                    FROM log_entry l JOIN event e ON e.id = l.event
                    WHERE l.log = $1 AND l.position >= $2 ORDER BY l.position LIMIT $3";
                let rows = self.session.fetch_all(sql, params![log.as_str(), next, page_size()]).await?;
                if rows.is_empty() {
                    break;
                }
                for row in &rows {
                    let place = row.int("place")?;
                    let log = || log.clone();
                    compared
                        .differences
                        .extend((next..place).map(|position| Difference::MissingPosition { log: log(), position }));
                    next = place + 1;
                }
                compared.add_events(&rows, self.keys, &mut recorded)?;
            }
        }
        let mut after = 0;
        loop {
            // In this order, as in `Tx::sequence`.
            let sql = "-- events without a position
                SELECT p.number AS place, e.log AS of_log, e.organization AS shown, e.leaf AS entered, e.*
                FROM event_pending p CROSS JOIN event e
                WHERE e.id = p.event AND p.number > $1 ORDER BY p.number LIMIT $2";
            let rows = self.session.fetch_all(sql, params![after, page_size()]).await?;
            let Some(last) = rows.last() else { break };
            after = last.int("place")?;
            compared.add_events(&rows, self.keys, &mut recorded)?;
        }
        let sql = "-- count events
            SELECT COUNT(*) AS events FROM event";
        let all = self.session.fetch_optional(sql, Vec::new()).await?.map_or(Ok(0), |row| row.int("events"))?;
        // Each event was met once, in a log or among the pending ones. A
        // difference means that events lost their entry.
        let loose = all - i64::try_from(compared.events).expect("they were counted one by one");
        compared.differences.extend((loose != 0).then_some(Difference::UnloggedEvents(loose)));
        for table in TABLES {
            let recorded = recorded.remove(table.name).unwrap_or_default();
            self.compare_table(table, &recorded, &mut compared).await?;
        }
        // Rows of a table that this version does not know.
        let unknown = recorded
            .into_iter()
            .flat_map(|(table, keys)| keys.into_iter().map(move |recorded| (table.clone(), recorded)));
        let unknown = unknown.map(|(table, (key, recorded))| Difference::Changed { table, key, event: recorded.event });
        compared.differences.extend(unknown);
        Ok(compared)
    }

    /// Compares all rows of one table. Keys of the log are included, because a
    /// deleted row has a digest and no row.
    async fn compare_table(
        &mut self,
        table: &'static Table,
        recorded: &BTreeMap<Vec<String>, Recorded>,
        compared: &mut Compared,
    ) -> Result<(), StoreError> {
        let rows = self.session.fetch_all(concat_sql(&table.select_keys_sql()), Vec::new()).await?;
        let keys = rows.iter().map(|row| Ok::<_, StoreError>(split_key(table, row)?.0));
        let mut keys: BTreeSet<_> = keys.collect::<Result<_, _>>()?;
        drop(rows);
        keys.extend(recorded.keys().cloned());
        let affected: Vec<_> = keys.into_iter().map(|key| AffectedRows { table, key }).collect();
        for page in affected.chunks(PAGE) {
            let mut found = self.read_rows(table, &page.iter().collect::<Vec<_>>()).await?;
            for AffectedRows { key, .. } in page {
                compared.rows += 1;
                let text = RowsDigestInput::new(table, key.clone(), found.remove(key).unwrap_or_default());
                let (table, key) = (table.name.to_owned(), key.clone());
                let Some(Recorded { event, salt, digest, erasable }) = recorded.get(&key) else {
                    compared.differences.push(Difference::Unrecorded { table, key });
                    continue;
                };
                let now = text.digest(self.keys, salt);
                if now.digest != hex::encode(digest) || now.erasable != hex::encode(erasable) {
                    compared.differences.push(Difference::Changed { table, key, event: *event });
                }
            }
        }
        Ok(())
    }
}

/// An event and its salt, if the service made it and every copy of its fields
/// agrees; `None` otherwise.
fn read_event(row: &Row, keys: &Keys) -> Result<Option<(LogEvent, [u8; 16])>, StoreError> {
    let canonical = row.bytes("canonical")?;
    let Ok(mut event) = serde_json::from_slice::<LogEvent>(&canonical) else { return Ok(None) };
    let leaf = evidence::leaf_hash(&evidence::entry(&canonical)).to_vec();
    // Altered bytes that parse to the same event are detected too.
    let is_canonical = event.canonical_bytes() == canonical;
    let seal = std::mem::take(&mut event.seal);
    let is_whole = is_canonical
        && seal == keys.event_seal(&event)
        && [row.bytes("leaf")?, row.bytes("entered")?] == [leaf.clone(), leaf]
        && event.id == row.uuid("id")?.to_string()
        && [row.text("log")?, row.text("of_log")?] == [event.log.clone(), event.log.clone()]
        && [row.text("organization")?, row.text("shown")?] == [event.organization.clone(), event.organization.clone()]
        && event.time == format!("{:.6}", row.time("time")?);
    let salt = hex::decode(&event.salt).ok().and_then(|salt| salt.try_into().ok());
    Ok(salt.filter(|_| is_whole).map(|salt| (event, salt)))
}

/// [`PAGE`] as a parameter.
fn page_size() -> i64 {
    i64::try_from(PAGE).expect("a page is short")
}

impl Compared {
    /// Takes over the digests of a page of events, in the order of the log.
    fn add_events(&mut self, rows: &[Row], keys: &Keys, recorded: &mut RecordedDigests) -> Result<(), StoreError> {
        for row in rows {
            self.events += 1;
            let event = row.uuid("id")?;
            let Some((LogEvent { rows, .. }, salt)) = read_event(row, keys)? else {
                self.differences.push(Difference::AlteredEvent(event));
                continue;
            };
            for rows in rows {
                let bytes = |text: &str| hex::decode(text).unwrap_or_default();
                let (digest, erasable) = (bytes(&rows.digest), bytes(&rows.erasable));
                recorded.entry(rows.table).or_default().insert(rows.key, Recorded { event, salt, digest, erasable });
            }
        }
        Ok(())
    }
}
