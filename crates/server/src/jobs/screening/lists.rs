//! Watch lists in memory: each is made once, when something is to be held against it, and dropped when another one is in
//! force or nothing was held against it for a while.

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

/// How many entries are read at once.
const PAGE: u32 = 2000;
/// After how long without use a list is dropped.
const IDLE: Duration = Duration::from_secs(600);
/// How many lists are kept at the most: one has up to 100,000 entries.
const MOST: usize = 4;

/// The lists of some elections.
#[derive(Default)]
pub(super) struct Lists {
    kept: Mutex<HashMap<ElectionCode, Kept>>,
}

struct Kept {
    list: Uuid,
    index: Arc<WatchListIndex>,
    used: Instant,
}

impl Lists {
    /// A list, from memory or from the database. Whoever else wants one waits: it is made once.
    pub(super) async fn get(
        &self,
        api: &Api,
        election: &ElectionCode,
        list: Uuid,
    ) -> Result<Arc<WatchListIndex>, CommandError> {
        let mut kept = self.kept.lock().await;
        if let Some(known) = kept.get_mut(election).filter(|known| known.list == list) {
            known.used = Instant::now();
            return Ok(known.index.clone());
        }
        // The one before goes before this one is made.
        kept.remove(election);
        while kept.len() >= MOST {
            let oldest = kept.iter().min_by_key(|(_, known)| known.used).map(|(election, _)| election.clone());
            oldest.and_then(|oldest| kept.remove(&oldest));
        }
        let index = Arc::new(load(api, election, list).await?);
        tracing::info!(entries = index.len(), "a watch list was read");
        kept.insert(election.clone(), Kept { list, index: index.clone(), used: Instant::now() });
        Ok(index)
    }

    /// Drops what was not used for a while.
    pub(super) async fn forget_idle(&self) {
        self.kept.lock().await.retain(|_, known| known.used.elapsed() < IDLE);
    }
}

async fn load(api: &Api, election: &ElectionCode, list: Uuid) -> Result<WatchListIndex, CommandError> {
    let (mut builder, mut after) = (WatchListIndexBuilder::default(), None);
    loop {
        let page = api.store.read(Entries { election: election.clone(), list, after }).await?;
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

/// A page of a list.
struct Entries {
    election: ElectionCode,
    list: Uuid,
    after: Option<Uuid>,
}

impl Command for Entries {
    const NAME: &'static str = "read a watch list";
    type Output = Vec<SealedEntry>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.watch_list_entries(&self.election, self.list, self.after, PAGE).await?)
    }
}
