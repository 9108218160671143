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
    time: String,
    salt: [u8; 16],
    digest: String,
    erasable: String,
}

/// What the last event of each log says of rows, by the log. An election has a log, and is registered in another.
type Said = BTreeMap<String, Recorded>;

/// What the logs say of the rows of each table, by their keys.
type Log = BTreeMap<String, BTreeMap<Vec<String>, Said>>;

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
        recorded: &BTreeMap<Vec<String>, Said>,
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
                // Of two logs that one counts which tells of a later moment. Where both tell of the same one, either may.
                let logs = || recorded.get(key).into_iter().flat_map(BTreeMap::values);
                let last = logs().map(|said| &said.time).max();
                let mut said = logs().filter(|said| Some(&said.time) == last);
                let text = RowsText::new(table, key.clone(), found.remove(key).unwrap_or_default());
                let is_same = |said: &&Recorded| {
                    let now = text.digest(self.keys, &said.salt);
                    now.digest == said.digest && now.erasable == said.erasable
                };
                if !said.clone().any(|said| is_same(&said)) {
                    let event = said.next().map(|said| said.event.clone());
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
            let log_name = event.log.clone();
            for rows in event.rows {
                let of_table = log.entry(rows.table).or_default();
                let (event, time) = (event.id.clone(), event.time.clone());
                let said = Recorded { event, time, salt, digest: rows.digest, erasable: rows.erasable };
                of_table.entry(rows.key).or_default().insert(log_name.clone(), said);
            }
        }
        Ok(())
    }
}
