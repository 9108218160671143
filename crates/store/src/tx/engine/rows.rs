//! Digests of rows in the log: each event has a salted digest of every row that
//! it changed.
//!
//! `docs/formats.md` says what is digested. The rows are read again after the
//! change, so what triggers and functions of the database did is digested as
//! well. The note of an event is the exception: it can only be inserted after
//! its event, so it is digested before.

use std::collections::{BTreeMap, BTreeSet};

use domain::vocabulary::id::{EventId, OrganizationCode};
use domain::vocabulary::personal::Personal;
use evidence::{ChangedRows, Columns};

use crate::session::{Row, concat_sql, json, params};
use crate::tx::Tx;
use crate::{Keys, StoreError};

mod affected_rows;
mod compare;
pub(crate) mod table;

pub(crate) use affected_rows::AffectedRows;
pub use compare::{Compared, Difference};
use table::Table;

/// The canonical text of rows, to be digested: the permanent columns and the
/// erasable ones apart. After erasure the permanent digest can still be
/// checked.
#[derive(Clone)]
pub(crate) struct RowsDigestInput {
    /// The table of the rows.
    table: &'static str,
    /// The values of the key columns. All rows with this key are digested
    /// together.
    key: Vec<String>,
    /// The canonical text of the columns that stay for ever.
    permanent: Vec<u8>,
    /// The canonical text of the columns that retention erases; `None` if the
    /// table has none.
    erasable: Option<Vec<u8>>,
}

impl RowsDigestInput {
    /// The rows of a table that have this key; none after a deletion.
    fn new(table: &'static Table, key: Vec<String>, rows: Vec<Columns>) -> Self {
        let is_erasable = |name: &String| table.erasable.contains(&name.as_str());
        let parts = rows.into_iter().map(|row| row.into_iter().partition(|(name, _)| !is_erasable(name)));
        let mut parts: Vec<(Columns, Columns)> = parts.collect();
        // The permanent columns contain the whole primary key, so no two rows
        // compare equal, and the order does not depend on the database.
        parts.sort_by_cached_key(|(permanent, _)| evidence::rows_text(std::slice::from_ref(permanent)));
        let (permanent, erasable): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        let erasable = (!table.erasable.is_empty()).then(|| evidence::rows_text(&erasable));
        Self { table: table.name, key, permanent: evidence::rows_text(&permanent), erasable }
    }

    /// The input for the free text of an event that is about to be inserted.
    pub(crate) fn of_note(event: EventId, organization: &OrganizationCode, note: &Personal<String>) -> Self {
        let event = event.0.simple().to_string();
        let columns = [("event", event.as_str()), ("organization", organization.as_str()), ("note", note.expose())];
        let columns = columns.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self::new(&table::EVENT_NOTE, vec![event], vec![columns.into()])
    }

    /// The digests under the event's salt. The erasable part is hashed under a
    /// key first: the log outlives erasure, and a plain hash would confirm a
    /// guess of what was erased.
    pub(crate) fn digest(&self, keys: &Keys, salt: &[u8; 16]) -> ChangedRows {
        let erasable = self.erasable.as_ref().map(|text| keys.erasable_hash(&evidence::entry(text)));
        ChangedRows {
            digest: hex::encode(evidence::salted(salt, &self.permanent)),
            erasable: erasable.map(|keyed| hex::encode(evidence::salted(salt, &keyed))).unwrap_or_default(),
            key: self.key.clone(),
            table: self.table.to_owned(),
        }
    }
}

impl Tx<'_> {
    /// Reads the affected rows as they are now, table by table.
    pub(crate) async fn rows_digest_inputs(
        &mut self,
        affected: &BTreeSet<AffectedRows>,
    ) -> Result<BTreeMap<AffectedRows, RowsDigestInput>, StoreError> {
        let mut keys: BTreeMap<&'static str, (&'static Table, Vec<&AffectedRows>)> = BTreeMap::new();
        for one in affected {
            keys.entry(one.table.name).or_insert_with(|| (one.table, Vec::new())).1.push(one);
        }
        let mut texts = BTreeMap::new();
        for (table, affected) in keys.into_values() {
            let mut found = self.read_rows(table, &affected).await?;
            for one in affected {
                let rows = found.remove(&one.key).unwrap_or_default();
                texts.insert(one.clone(), RowsDigestInput::new(table, one.key.clone(), rows));
            }
        }
        Ok(texts)
    }

    /// The rows of a table with these keys, in one statement.
    async fn read_rows(
        &mut self,
        table: &'static Table,
        affected: &[&AffectedRows],
    ) -> Result<BTreeMap<Vec<String>, Vec<Columns>>, StoreError> {
        let sql = concat_sql(&table.select_rows_sql(|sqlite, postgres| self.session.select_sql(sqlite, postgres)));
        let keys: Vec<_> = affected.iter().map(|one| &one.key).collect();
        let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in self.session.fetch_all(sql, params![json(&keys)]).await? {
            let (key, columns) = split_key(table, &row)?;
            found.entry(key).or_default().push(columns);
        }
        Ok(found)
    }
}

/// The key of a row, and the columns that are digested. Computed columns change
/// without an event, so they are left out.
fn split_key(table: &Table, row: &Row) -> Result<(Vec<String>, Columns), StoreError> {
    let mut columns = row.columns()?;
    let part = |part: &table::KeyPart| columns.get(part.name()).cloned().unwrap_or_default();
    let key = table.key.iter().map(part).collect();
    columns.retain(|name, _| !table.computed.contains(&name.as_str()));
    Ok((key, columns))
}
