//! Whether the database says what its log says: every event is where it belongs and was made by the service, and every row is
//! as the last event left it that changed it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use evidence::LogEvent;
use uuid::Uuid;

use super::table::{TABLES, Table};
use super::{AffectedRows, RowsDigestInput, split_key};
use crate::session::{Row, concat_sql, params};
use crate::tx::Tx;
use crate::{Keys, StoreError};

/// How many events or keys are looked at together.
const PAGE: usize = 500;

/// The log in which what belongs to no election is told, and the registration of elections.
const REGISTRY: &str = "registry";

/// What came of comparing a database with its log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// How many events there are.
    pub events: u64,
    /// How many rows and lists of rows were compared.
    pub rows: u64,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// What differs from the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// No event tells of rows.
    Unrecorded {
        /// Their table.
        table: String,
        /// By what they are found.
        key: Vec<String>,
    },
    /// Rows are not as the last event left them that changed them.
    Changed {
        /// Their table.
        table: String,
        /// By what they are found.
        key: Vec<String>,
        /// The event.
        event: Uuid,
    },
    /// An event was changed, or was not made by the service.
    AlteredEvent(Uuid),
    /// Nothing is at a position of a log that has later ones.
    MissingPosition {
        /// The log.
        log: String,
        /// The position.
        position: i64,
    },
    /// So many events are in no log and wait for no position.
    UnloggedEvents(i64),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unrecorded { table, key } => write!(f, "{table} {}: no event tells of it", key.join("/")),
            Self::Changed { table, key, event } => {
                write!(f, "{table} {}: is not as event {event} left it", key.join("/"))
            }
            Self::AlteredEvent(event) => write!(f, "event {event}: was changed, or was not made by the service"),
            Self::MissingPosition { log, position } => write!(f, "log {log}: nothing is at position {position}"),
            Self::UnloggedEvents(events) => write!(f, "{events} event(s) are in no log"),
        }
    }
}

/// What the last event says of rows.
struct Recorded {
    event: Uuid,
    salt: [u8; 16],
    digest: Vec<u8>,
    erasable: Vec<u8>,
}

/// What the logs say of the rows of each table, by their keys.
type RecordedDigests = BTreeMap<String, BTreeMap<Vec<String>, Recorded>>;

impl Tx<'_> {
    /// Compares the log with itself, and every row that acts change with the event that changed it last. It reads all of the
    /// database, and keeps what the log says of each row in memory.
    pub async fn compare_with_log(&mut self) -> Result<Compared, StoreError> {
        let (mut compared, mut recorded) = (Compared::default(), RecordedDigests::new());
        // The registry first: it tells of an election's registration, and the election's own log of all that came after.
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
            let sql = "-- events without a position
                SELECT p.number AS place, e.log AS of_log, e.organization AS shown, e.leaf AS entered, e.*
                FROM event_pending p JOIN event e ON e.id = p.event
                WHERE p.number > $1 ORDER BY p.number LIMIT $2";
            let rows = self.session.fetch_all(sql, params![after, page_size()]).await?;
            let Some(last) = rows.last() else { break };
            after = last.int("place")?;
            compared.add_events(&rows, self.keys, &mut recorded)?;
        }
        let sql = "-- count events
            SELECT COUNT(*) AS events FROM event";
        let all = self.session.fetch_optional(sql, Vec::new()).await?.map_or(Ok(0), |row| row.int("events"))?;
        let loose = all - i64::try_from(compared.events).expect("they were counted one by one");
        compared.differences.extend((loose != 0).then_some(Difference::UnloggedEvents(loose)));
        for table in TABLES {
            let recorded = recorded.remove(table.name).unwrap_or_default();
            self.compare_table(table, &recorded, &mut compared).await?;
        }
        // What a table that is not known would have to be.
        let unknown = recorded
            .into_iter()
            .flat_map(|(table, keys)| keys.into_iter().map(move |recorded| (table.clone(), recorded)));
        let unknown = unknown.map(|(table, (key, recorded))| Difference::Changed { table, key, event: recorded.event });
        compared.differences.extend(unknown);
        Ok(compared)
    }

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

/// An event and its salt, if it is the one that the service made and stands where it belongs.
fn read_event(row: &Row, keys: &Keys) -> Result<Option<(LogEvent, [u8; 16])>, StoreError> {
    let canonical = row.bytes("canonical")?;
    let Ok(mut event) = serde_json::from_slice::<LogEvent>(&canonical) else { return Ok(None) };
    let leaf = evidence::leaf_hash(&evidence::entry(&canonical)).to_vec();
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

fn page_size() -> i64 {
    i64::try_from(PAGE).expect("a page is short")
}

impl Compared {
    /// Takes a page of events of one log, in their order.
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
