//! Watch lists of the commission. The persons on it are sealed. A list is
//! uploaded in parts and is used once all of it is there.
//!
//! Tables: `watch_list` and `watch_list_entry`. A list is UPLOADING, CURRENT or
//! REPLACED. A partial unique index allows one CURRENT list for each election.
//! A large list comes in many transactions, so that no lock is held for long;
//! an upload that was interrupted leaves rows, which a job deletes. Only the
//! hosts see these tables on PostgreSQL.

use domain::policy::Permit;
use domain::screening::Listed;
use domain::vocabulary::id::ElectionCode;
use domain::vocabulary::name::WatchListEntryName;
use domain::watch_list::ListedPerson;
use jiff::Timestamp;
use uuid::Uuid;

use crate::session::{Row, params};
use crate::tx::Tx;
use crate::{Keys, StoreError};

/// An entry as it is stored. Sealing and unsealing happen outside of
/// transactions, because a list has many entries and a transaction should be
/// short.
#[derive(Debug, Clone)]
pub struct SealedEntry {
    name: WatchListEntryName,
    /// The person, sealed to the entry's name.
    person: Vec<u8>,
}

/// The watch list that the checks use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrentList {
    /// Its id. Every upload gets a new one.
    pub id: Uuid,
    /// When it was put into use.
    pub time: Timestamp,
}

impl SealedEntry {
    /// Seals an entry.
    ///
    /// The id is a keyed hash of the person. The same person has the same id in
    /// the next list, so a clearance stays valid. Because of the key the id
    /// confirms no guess of who it is.
    pub fn seal(keys: &Keys, election: &ElectionCode, person: &ListedPerson) -> Self {
        let json = serde_json::to_string(person).expect("the domain's values serialize");
        let index = keys.blind_index("watch list", &format!("{election}\n{json}"));
        let id = uuid::Builder::from_random_bytes(index[..16].try_into().expect("it has 32 bytes")).into_uuid();
        let name = WatchListEntryName { election: election.clone(), id };
        // The name is the context of the seal, so a sealed person cannot be
        // moved to another entry.
        let person = keys.seal(&name.to_string(), json.as_bytes());
        Self { name, person }
    }

    /// Unseals an entry.
    pub fn open(&self, keys: &Keys) -> Result<Listed, StoreError> {
        let person = keys.open(&self.name.to_string(), &self.person)?;
        let person = serde_json::from_slice(&person).map_err(|_| StoreError::CannotUnseal)?;
        Ok(Listed { name: self.name.clone(), person })
    }

    /// The entry's name.
    pub fn name(&self) -> &WatchListEntryName {
        &self.name
    }
}

impl Tx<'_> {
    /// Begins an upload. Nobody uses the list yet.
    pub async fn insert_watch_list(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        id: Uuid,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "-- insert watch_list
            INSERT INTO watch_list (election, id, state, entries, time) VALUES ($1, $2, 'UPLOADING', 0, $3)";
        self.session.execute_one(sql, params![election.as_str(), id, now]).await
    }

    /// Adds entries to a list that is being uploaded. An entry that is already
    /// there is not added again.
    pub async fn insert_watch_list_entries(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        list: Uuid,
        entries: &[SealedEntry],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "-- insert watch_list_entry
            INSERT INTO watch_list_entry (election, list, id, person, key_id, create_time) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING";
        let mut kept = 0;
        for SealedEntry { name, person } in entries {
            let values = params![election.as_str(), list, name.id, person.clone(), self.keys.id(), now];
            kept += self.session.execute(sql, values).await?;
        }
        // Fails if the list is no longer being uploaded.
        let sql = "-- count watch_list
            UPDATE watch_list SET entries = entries + $3, time = $4
            WHERE election = $1 AND id = $2 AND state = 'UPLOADING'";
        let kept = i64::try_from(kept).expect("a batch has few entries");
        self.session.execute_one(sql, params![election.as_str(), list, kept, now]).await
    }

    /// Replaces the watch list in use by one that was uploaded.
    pub(crate) async fn put_watch_list_in_force(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        list: Uuid,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "-- replace watch_list
            UPDATE watch_list SET state = 'REPLACED', time = $2 WHERE election = $1 AND state = 'CURRENT'";
        self.session.execute(sql, params![election.as_str(), now]).await?;
        let sql = "-- put watch_list in force
            UPDATE watch_list SET state = 'CURRENT', time = $3 WHERE election = $1 AND id = $2 AND state = 'UPLOADING'";
        self.session.execute_one(sql, params![election.as_str(), list, now]).await
    }

    /// Gives up an upload that was not completed. Its entries are deleted
    /// later, page by page.
    pub async fn abandon_watch_list(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        list: Uuid,
    ) -> Result<(), StoreError> {
        let sql = "-- abandon watch_list
            UPDATE watch_list SET state = 'REPLACED' WHERE election = $1 AND id = $2 AND state = 'UPLOADING'";
        self.session.execute(sql, params![election.as_str(), list]).await.map(drop)
    }

    /// A list whose entries are to be deleted: it was replaced, or its upload
    /// has been silent since a moment.
    pub async fn watch_list_to_remove(
        &mut self,
        silent_since: Timestamp,
    ) -> Result<Option<(ElectionCode, Uuid)>, StoreError> {
        let sql = "-- watch_list to remove
            SELECT election, id FROM watch_list
            WHERE state <> 'CURRENT' AND (state = 'REPLACED' OR time < $1) ORDER BY time, id LIMIT 1";
        let row = self.session.fetch_optional(sql, params![silent_since]).await?;
        row.map(|row| Ok((row.parse("election")?, row.uuid("id")?))).transpose()
    }

    /// Deletes some entries of a list that is not in use, and the list itself
    /// after the last ones. Gives how many rows were deleted. One transaction
    /// deletes a page, so that others need not wait for all of it.
    pub async fn remove_from_watch_list(
        &mut self,
        permit: &Permit,
        election: &ElectionCode,
        list: Uuid,
        limit: u32,
    ) -> Result<u64, StoreError> {
        // A list that is still uploading becomes REPLACED first, so that nobody
        // can add to it meanwhile.
        self.abandon_watch_list(permit, election, list).await?;
        let sql = "-- replaced watch_list
            SELECT id FROM watch_list WHERE election = $1 AND id = $2 AND state = 'REPLACED'";
        if self.session.fetch_optional(sql, params![election.as_str(), list]).await?.is_none() {
            return Ok(0);
        }
        let removed = self.delete_entries(election, list, limit).await?;
        // A full page: more entries may be left, so the list stays.
        if removed == u64::from(limit) {
            return Ok(removed);
        }
        let sql = "-- delete watch_list
            DELETE FROM watch_list WHERE election = $1 AND id = $2 AND state = 'REPLACED'";
        Ok(removed + self.session.execute(sql, params![election.as_str(), list]).await?)
    }

    /// Deletes at most `limit` entries of a list.
    async fn delete_entries(&mut self, election: &ElectionCode, list: Uuid, limit: u32) -> Result<u64, StoreError> {
        let sql = "-- delete watch_list_entry
            DELETE FROM watch_list_entry WHERE election = $1 AND list = $2 AND id IN (
                SELECT id FROM watch_list_entry WHERE election = $1 AND list = $2 ORDER BY id LIMIT $3)";
        self.session.execute(sql, params![election.as_str(), list, limit]).await
    }

    /// Whether an election has a watch list, or remains of one.
    pub async fn has_watch_list(&mut self, election: &ElectionCode) -> Result<bool, StoreError> {
        let sql = "-- any watch_list
            SELECT id FROM watch_list WHERE election = $1 LIMIT 1";
        Ok(self.session.fetch_optional(sql, params![election.as_str()]).await?.is_some())
    }

    /// Deletes some entries of all lists of an election, the one in use
    /// included. Gives how many, or `None` when no entry is left; then
    /// [`Tx::erase_watch_lists`] comes next.
    pub async fn erase_watch_list_entries(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
        limit: u32,
    ) -> Result<Option<u64>, StoreError> {
        let sql = "-- lists of entries
            SELECT id FROM watch_list WHERE election = $1 ORDER BY id";
        for row in self.session.fetch_all(sql, params![election.as_str()]).await? {
            let removed = self.delete_entries(election, row.uuid("id")?, limit).await?;
            if removed > 0 {
                return Ok(Some(removed));
            }
        }
        Ok(None)
    }

    /// Deletes the lists of an election after their entries.
    pub(crate) async fn erase_watch_lists(
        &mut self,
        _permit: &Permit,
        election: &ElectionCode,
    ) -> Result<(), StoreError> {
        let sql = "-- erase watch_list
            DELETE FROM watch_list WHERE election = $1";
        self.session.execute(sql, params![election.as_str()]).await.map(drop)
    }

    /// Deletes the lists of an election that were never used, after their
    /// entries.
    pub async fn remove_unlisted(&mut self, _permit: &Permit, election: &ElectionCode) -> Result<(), StoreError> {
        let sql = "-- remove watch_list that was not in force
            DELETE FROM watch_list WHERE election = $1 AND state <> 'CURRENT'";
        self.session.execute(sql, params![election.as_str()]).await.map(drop)
    }

    /// How many entries the watch list in use has.
    pub async fn count_listed(&mut self, election: &ElectionCode) -> Result<i64, StoreError> {
        let sql = "-- count watch_list entries
            SELECT entries FROM watch_list WHERE election = $1 AND state = 'CURRENT'";
        let row = self.session.fetch_optional(sql, params![election.as_str()]).await?;
        row.map_or(Ok(0), |row| row.int("entries"))
    }

    /// The watch list in use.
    pub async fn current_watch_list(&mut self, election: &ElectionCode) -> Result<Option<CurrentList>, StoreError> {
        let sql = "-- current watch_list
            SELECT id, time FROM watch_list WHERE election = $1 AND state = 'CURRENT'";
        let row = self.session.fetch_optional(sql, params![election.as_str()]).await?;
        row.map(|row| Ok(CurrentList { id: row.uuid("id")?, time: row.time("time")? })).transpose()
    }

    /// A page of a list's entries, in the order of their ids.
    pub async fn watch_list_entries(
        &mut self,
        election: &ElectionCode,
        list: Uuid,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<SealedEntry>, StoreError> {
        let sql = "-- list watch_list_entry
            SELECT id, person FROM watch_list_entry WHERE election = $1 AND list = $2 AND id > $3 ORDER BY id LIMIT $4";
        let after = after.unwrap_or_default();
        let rows = self.session.fetch_all(sql, params![election.as_str(), list, after, limit]).await?;
        rows.iter().map(|row| sealed_entry(election, row)).collect()
    }

    /// An entry of the list in use, by name.
    pub async fn lookup_listed(&mut self, name: &WatchListEntryName) -> Result<Option<Listed>, StoreError> {
        let sql = "-- lookup watch_list_entry
            SELECT e.id, e.person FROM watch_list_entry e JOIN watch_list l ON l.election = e.election AND l.id = e.list
            WHERE l.election = $1 AND l.state = 'CURRENT' AND e.id = $2";
        let row = self.session.fetch_optional(sql, params![name.election.as_str(), name.id]).await?;
        row.map(|row| sealed_entry(&name.election, &row)?.open(self.keys)).transpose()
    }
}

/// Reads an entry, still sealed.
fn sealed_entry(election: &ElectionCode, row: &Row) -> Result<SealedEntry, StoreError> {
    let name = WatchListEntryName { election: election.clone(), id: row.uuid("id")? };
    Ok(SealedEntry { name, person: row.bytes("person")? })
}
