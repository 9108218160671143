//! Whether the database says what its log says: every row is as the last event left it that changed it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use evidence::LogEvent;

use super::super::Tx;
use super::table::{TABLES, Table};
use super::{RowsText, Touched, read};
use crate::StoreError;
use crate::session::{Row, params, put_together};

/// How many events or keys are looked at together.
const PAGE: usize = 500;

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
pub struct Difference {
    /// The table.
    pub table: &'static str,
    /// The key, or the id of an event.
    pub key: Vec<String>,
    /// The last event that tells of it; none if none does.
    pub event: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, key, event } = self;
        let key = key.join("/");
        match event {
            None => write!(f, "{table} {key}: no event tells of it"),
            Some(event) if *table == EVENT => write!(f, "event {event}: it is not what its leaf is of"),
            Some(event) => write!(f, "{table} {key}: is not as event {event} left it"),
        }
    }
}

/// Where an event is that was changed itself.
const EVENT: &str = "event";

/// What the last event says of rows.
struct Recorded {
    event: String,
    log: String,
    time: String,
    salt: [u8; 16],
    digest: String,
    erasable: String,
}

/// What the log says of the rows of each table, by their keys.
type Log = BTreeMap<String, BTreeMap<Vec<String>, Recorded>>;

impl Tx<'_> {
    /// Compares every row that acts change with the event that changed it last. It reads all of the database, and keeps what
    /// the log says of each row in memory: some hundred bytes.
    pub async fn compare_with_log(&mut self) -> Result<Compared, StoreError> {
        let mut compared = Compared::default();
        let mut log = Log::new();
        for name in self.log_sizes().await?.0.into_keys() {
            let mut after = -1;
            loop {
                let sql = "-- events of a log
                    SELECT l.position AS place, l.leaf, e.id, e.canonical FROM log_entry l JOIN event e ON e.id = l.event
                    WHERE l.log = $1 AND l.position > $2 ORDER BY l.position LIMIT $3";
                let rows = self.session.all(sql, params![name.as_str(), after, page()]).await?;
                let Some(last) = rows.last() else { break };
                after = last.int("place")?;
                compared.take(&rows, &mut log)?;
            }
        }
        let mut after = 0;
        loop {
            let sql = "-- events without a position
                SELECT p.number AS place, e.leaf, e.id, e.canonical FROM event_pending p JOIN event e ON e.id = p.event
                WHERE p.number > $1 ORDER BY p.number LIMIT $2";
            let rows = self.session.all(sql, params![after, page()]).await?;
            let Some(last) = rows.last() else { break };
            after = last.int("place")?;
            compared.take(&rows, &mut log)?;
        }
        for table in TABLES {
            let recorded = log.remove(table.name).unwrap_or_default();
            self.compare_table(table, &recorded, &mut compared).await?;
        }
        Ok(compared)
    }

    async fn compare_table(
        &mut self,
        table: &'static Table,
        recorded: &BTreeMap<Vec<String>, Recorded>,
        compared: &mut Compared,
    ) -> Result<(), StoreError> {
        let rows = self.session.all(put_together(&table.keys()), Vec::new()).await?;
        let keys = rows.iter().map(|row| Ok::<_, StoreError>(read(table, row)?.0));
        let mut keys: BTreeSet<_> = keys.collect::<Result<_, _>>()?;
        keys.extend(recorded.keys().cloned());
        let touched: Vec<_> = keys.into_iter().map(|key| Touched { table, key }).collect();
        for page in touched.chunks(PAGE) {
            let mut found = self.rows_of(table, &page.iter().collect::<Vec<_>>()).await?;
            for Touched { key, .. } in page {
                compared.rows += 1;
                let said = recorded.get(key);
                let text = RowsText::new(table, key.clone(), found.remove(key).unwrap_or_default());
                let is_same = |said: &&Recorded| {
                    let now = text.digest(self.keys, &said.salt);
                    now.digest == said.digest && now.erasable == said.erasable
                };
                if said.filter(is_same).is_none() {
                    let event = said.map(|said| said.event.clone());
                    compared.differences.push(Difference { table: table.name, key: key.clone(), event });
                }
            }
        }
        Ok(())
    }
}

/// An event and its salt, if its bytes are those of its leaf.
fn read_event(row: &Row) -> Result<Option<(LogEvent, [u8; 16])>, StoreError> {
    let (canonical, leaf) = (row.bytes("canonical")?, row.bytes("leaf")?);
    if evidence::leaf_hash(&evidence::entry(&canonical)).as_slice() != leaf {
        return Ok(None);
    }
    let event: Option<LogEvent> = serde_json::from_slice(&canonical).ok();
    let salt = |event: &LogEvent| hex::decode(&event.salt).ok()?.try_into().ok();
    Ok(event.and_then(|event| salt(&event).map(|salt| (event, salt))))
}

fn page() -> i64 {
    i64::try_from(PAGE).expect("a page is short")
}

impl Compared {
    /// Takes a page of events of one log, in their order.
    fn take(&mut self, rows: &[Row], log: &mut Log) -> Result<(), StoreError> {
        for row in rows {
            self.events += 1;
            let Some((event, salt)) = read_event(row)? else {
                let id = row.uuid("id")?.to_string();
                self.differences.push(Difference { table: EVENT, key: vec![id.clone()], event: Some(id) });
                continue;
            };
            for rows in event.rows {
                let of_table = log.entry(rows.table).or_default();
                // An election is registered in one log and has another: what comes later is known by the time.
                let is_later = |before: &Recorded| before.log == event.log || before.time <= event.time;
                if of_table.get(&rows.key).is_none_or(is_later) {
                    let said = Recorded {
                        event: event.id.clone(),
                        log: event.log.clone(),
                        time: event.time.clone(),
                        salt,
                        digest: rows.digest,
                        erasable: rows.erasable,
                    };
                    of_table.insert(rows.key, said);
                }
            }
        }
        Ok(())
    }
}
