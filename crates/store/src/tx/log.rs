//! The transparency log: committed events get their positions here, in the order of their commits.

use std::collections::BTreeMap;

use super::Tx;
use crate::StoreError;
use crate::session::params;

/// How many events a sequencing took, and whether more may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingEvents {
    /// Positions given.
    pub sequenced: usize,
    /// Whether more may wait.
    pub more: bool,
}

impl Tx<'_> {
    /// Gives the next positions of their logs to committed events that have none.
    pub async fn sequence(&mut self, limit: u32) -> Result<PendingEvents, StoreError> {
        let sql = "-- pending events
            SELECT p.number, e.id, e.log, e.leaf FROM event_pending p JOIN event e ON e.id = p.event
            ORDER BY p.number LIMIT $1";
        let rows = self.session.all(sql, params![limit]).await?;
        let mut next: BTreeMap<String, i64> = BTreeMap::new();
        let mut last = 0;
        for row in &rows {
            let log = row.text("log")?;
            let position = match next.get(&log) {
                Some(position) => *position,
                None => self.log_size(&log).await?,
            };
            let sql = "-- insert log_entry
                INSERT INTO log_entry (log, position, event, leaf) VALUES ($1, $2, $3, $4)";
            let (event, leaf) = (row.uuid("id")?, row.bytes("leaf")?);
            self.session.execute_one(sql, params![log.as_str(), position, event, leaf]).await?;
            next.insert(log, position + 1);
            last = row.int("number")?;
        }
        let sql = "-- delete event_pending
            DELETE FROM event_pending WHERE number <= $1";
        self.session.execute(sql, params![last]).await?;
        Ok(PendingEvents { sequenced: rows.len(), more: rows.len() == limit as usize })
    }

    /// How many entries a log has.
    pub async fn log_size(&mut self, log: &str) -> Result<i64, StoreError> {
        let sql = "-- log size
            SELECT COALESCE(MAX(position) + 1, 0) AS size FROM log_entry WHERE log = $1";
        let row = self.session.optional(sql, params![log]).await?;
        row.map_or(Ok(0), |row| row.int("size"))
    }
}
