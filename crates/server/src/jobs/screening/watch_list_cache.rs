//! Watch lists in memory, as indexes for the comparison.
//!
//! A list has up to 100,000 sealed entries. Reading it takes seconds, so each server reads a
//! list once and keeps it while it is used.
//!
//! - **Which list counts** is in the database. A check asks for the list by its id, so a list
//!   that was replaced is never used by mistake.
//! - **Memory:** at most [`MAX_LISTS`] lists, some megabytes each; the one unused for longest
//!   goes first.
//! - **Secrecy:** an index has sounds of names and no text.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::policy::Scope;
use domain::vocabulary::id::ElectionCode;
use domain::watch_list::{WatchListIndex, WatchListIndexBuilder};
use store::{Command, CommandError, SealedEntry, StoreError, Tx};
use tokio::sync::Mutex;
use tokio::time::Instant;
use uuid::Uuid;

use crate::engine::Api;

/// How many entries are read in one transaction.
const PAGE: u32 = 2000;
/// A list that was not used for so long is dropped.
const IDLE_TIMEOUT: Duration = Duration::from_secs(600);
/// How many lists are in memory at most.
const MAX_LISTS: usize = 4;

/// The lists that are in memory, one for each election.
#[derive(Default)]
pub(super) struct WatchListCache {
    lists: Mutex<HashMap<ElectionCode, CachedList>>,
}

struct CachedList {
    list: Uuid,
    index: Arc<WatchListIndex>,
    used: Instant,
}

impl WatchListCache {
    /// Gets a list from memory, or reads it.
    ///
    /// The lock is held while it is read. So others that want a list wait, and none is read twice
    /// at once.
    pub(super) async fn get(
        &self,
        api: &Api,
        election: &ElectionCode,
        list: Uuid,
    ) -> Result<Arc<WatchListIndex>, CommandError> {
        let mut lists = self.lists.lock().await;
        if let Some(known) = lists.get_mut(election).filter(|known| known.list == list) {
            known.used = Instant::now();
            return Ok(known.index.clone());
        }
        // The old list is dropped first, so that old and new are never in memory together.
        lists.remove(election);
        while lists.len() >= MAX_LISTS {
            let oldest = lists.iter().min_by_key(|(_, known)| known.used).map(|(election, _)| election.clone());
            oldest.and_then(|oldest| lists.remove(&oldest));
        }
        let index = Arc::new(load(api, election, list).await?);
        tracing::info!(entries = index.len(), "a watch list was read");
        lists.insert(election.clone(), CachedList { list, index: index.clone(), used: Instant::now() });
        Ok(index)
    }

    /// Drops lists that were not used for [`IDLE_TIMEOUT`].
    pub(super) async fn drop_idle(&self) {
        self.lists.lock().await.retain(|_, known| known.used.elapsed() < IDLE_TIMEOUT);
    }
}

/// Reads a list page by page. Entries are opened and added on a blocking thread: that is work of
/// seconds.
async fn load(api: &Api, election: &ElectionCode, list: Uuid) -> Result<WatchListIndex, CommandError> {
    let (mut builder, mut after) = (WatchListIndexBuilder::default(), None);
    loop {
        let page = api.store.read(ReadEntries { election: election.clone(), list, after }).await?;
        let is_last = page.len() < PAGE as usize;
        after = page.last().map(|last| last.name().id);
        let keys = api.keys.clone();
        let added = tokio::task::spawn_blocking(move || {
            for entry in &page {
                let listed = entry.open(&keys)?;
                builder.add(listed.name.id, &listed.person);
            }
            Ok::<_, StoreError>(builder)
        });
        builder = added.await.expect("opening does not panic, and a blocking task that runs is not cancelled")?;
        if is_last {
            let made = tokio::task::spawn_blocking(move || builder.finish()).await;
            return Ok(made.expect("sorting does not panic, and a blocking task that runs is not cancelled"));
        }
    }
}

/// Reads a page of a list, sealed.
struct ReadEntries {
    election: ElectionCode,
    list: Uuid,
    after: Option<Uuid>,
}

impl Command for ReadEntries {
    const NAME: &'static str = "read a watch list";
    type Output = Vec<SealedEntry>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.watch_list_entries(&self.election, self.list, self.after, PAGE).await?)
    }
}
