//! Erasing what has been kept for long enough: keys and words in one transaction, then the sealed bytes, which nobody can
//! open any more; and what a broken upload left in the vault.

use std::time::Duration;

use domain::application::{self, Application};
use domain::election::Election;
use domain::mission;
use domain::outcome::Service;
use domain::policy::{Permit, Scope};
use domain::vocabulary::id::ElectionCode;
use domain::watch_list;
use jiff::{SignedDuration, Timestamp};
use store::{Command, CommandError, Tx};
use uuid::Uuid;

use super::watch_lists::ENTRIES;
use crate::engine::Api;

/// How many applications one transaction erases.
const BATCH: u32 = 50;
/// How many documents one transaction looks at.
const DOCUMENTS: u32 = 200;
/// How old something in the vault must be to be taken for left over: an upload is over long before.
const LEFT_OVER: SignedDuration = SignedDuration::from_hours(24);
/// How often it is looked for that.
const SWEEP: Duration = Duration::from_secs(60 * 60);
/// How often it is looked for what has been kept for long enough, when nobody rings.
const INTERVAL: Duration = Duration::from_secs(60);

/// Erases whatever its retention has ended for and no hold keeps, whenever the clock has moved or a hold may have ended.
pub(super) async fn erase(api: Api) {
    let mut changes = api.clock.changes();
    // What was erased just before this server started may not be forgotten yet.
    let mut remembered = true;
    loop {
        match erase_next(&api).await {
            Ok(0) => {}
            Ok(erased) => {
                tracing::info!(erased, "applications and watch-list entries erased after their retention");
                api.committed.notify_one();
                remembered = true;
                continue;
            }
            Err(error) => tracing::error!(%error, "the erasure failed"),
        }
        if remembered {
            match api.store.forget().await {
                Ok(()) => remembered = false,
                Err(error) => tracing::warn!(%error, "the disk still remembers what was erased; tried again"),
            }
        }
        if let Err(error) = clear(&api).await {
            tracing::error!(%error, "the sealed bytes of erased documents are still in the vault; tried again");
        }
        tokio::select! {
            Ok(()) = changes.changed() => {}
            () = api.released.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Erases the next batch of the first election that has something to erase; gives how much that was.
async fn erase_next(api: &Api) -> Result<u64, CommandError> {
    let now = api.clock.now();
    match api.store.read(Due { now }).await? {
        Some(election) => api.store.run(Erase { election, now }).await,
        None => Ok(0),
    }
}

/// Why the vault is not clear.
#[derive(Debug, thiserror::Error)]
enum Unclear {
    #[error(transparent)]
    Store(#[from] CommandError),
    #[error(transparent)]
    Vault(#[from] documents::VaultError),
}

/// Removes the sealed bytes of erased documents from the vault, until none is left.
async fn clear(api: &Api) -> Result<(), Unclear> {
    loop {
        let ids = api.store.read(ToClear).await?;
        if ids.is_empty() {
            return Ok(());
        }
        for id in &ids {
            api.documents.vault().delete(*id).await?;
        }
        api.store.run(Cleared { ids, now: api.clock.now() }).await?;
    }
}

/// Removes from the vault what no document's key opens: uploads that were never finished.
pub(super) async fn sweep(api: Api) {
    loop {
        match swept(&api).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "what broken uploads had left in the vault was removed"),
            Err(error) => tracing::error!(%error, "the vault could not be swept"),
        }
        tokio::time::sleep(SWEEP).await;
    }
}

async fn swept(api: &Api) -> Result<usize, Unclear> {
    let old = api.clock.now().saturating_sub(LEFT_OVER).unwrap_or(Timestamp::MIN);
    let found = api.documents.vault().list(old).await?;
    let mut swept = 0;
    for ids in found.chunks(DOCUMENTS as usize) {
        let openable = api.store.read(Openable { ids: ids.to_vec() }).await?;
        for id in ids.iter().filter(|id| !openable.contains(id)) {
            api.documents.vault().delete(*id).await?;
            swept += 1;
        }
    }
    Ok(swept)
}

/// Documents that were erased and may still be in the vault.
struct ToClear;

impl Command for ToClear {
    const NAME: &'static str = "look for what is to be cleared";
    type Output = Vec<Uuid>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Uuid>, CommandError> {
        Ok(tx.documents_to_clear(DOCUMENTS).await?)
    }
}

struct Cleared {
    ids: Vec<Uuid>,
    now: Timestamp,
}

impl Command for Cleared {
    const NAME: &'static str = "clear";
    type Output = ();

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        for id in &self.ids {
            tx.document_is_clear(&Permit::for_the_service(), *id, self.now).await?;
        }
        Ok(())
    }
}

/// Those of some documents that have a key.
struct Openable {
    ids: Vec<Uuid>,
}

impl Command for Openable {
    const NAME: &'static str = "look for keys of documents";
    type Output = Vec<Uuid>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Uuid>, CommandError> {
        Ok(tx.documents_with_keys(&self.ids).await?)
    }
}

/// An election with something to erase. Most of the time there is none, so it is looked where nobody waits for it.
struct Due {
    now: Timestamp,
}

impl Command for Due {
    const NAME: &'static str = "look for what is to be erased";
    type Output = Option<ElectionCode>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        for election in tx.elections_with_results().await? {
            if election.retention_is_over(self.now) && tx.something_to_erase(&election.code).await? {
                return Ok(Some(election.code));
            }
        }
        Ok(None)
    }
}

struct Erase {
    election: ElectionCode,
    now: Timestamp,
}

impl Command for Erase {
    const NAME: &'static str = "erase";
    type Output = u64;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, CommandError> {
        tx.take_turn_to_erase().await?;
        // Whoever corrects the results or sets a hold waits, or has been waited for.
        let election = tx.lookup_election_to_keep(&self.election).await?;
        let Some(election) = election.filter(|election| election.retention_is_over(self.now)) else { return Ok(0) };
        let mut erased = self.erase_watch_list(tx, &election).await?;
        erased += self.erase_withdraw_reasons(tx, &election).await?;
        for application in tx.applications_to_erase(&self.election, BATCH).await? {
            erased += self.erase(tx, application).await?;
        }
        Ok(erased)
    }
}

impl Erase {
    async fn erase(&self, tx: &mut Tx<'_>, application: Application) -> Result<u64, CommandError> {
        let permit = Permit::for_the_service();
        // Nothing is uploaded between this count and the erasure.
        let application = tx.locked_application(&permit, &application.name).await?;
        let documents = tx.count_documents(&application.name).await?;
        let service = Service { now: self.now };
        let Some(erased) = application::acts::erase(&service, application, documents) else { return Ok(0) };
        tx.save(&permit, &erased).await?;
        Ok(1)
    }

    /// Why a mission withdrew is not about one person: only a hold on the whole election keeps it.
    async fn erase_withdraw_reasons(&self, tx: &mut Tx<'_>, election: &Election) -> Result<u64, CommandError> {
        if tx.is_held(&election.code).await? {
            return Ok(0);
        }
        let (permit, service, mut erased) = (Permit::for_the_service(), Service { now: self.now }, 0);
        for mission in tx.missions_with_reasons(&election.code).await? {
            if let Some(outcome) = mission::acts::erase_reason(&service, mission) {
                tx.save(&permit, &outcome).await?;
                erased += 1;
            }
        }
        Ok(erased)
    }

    /// The watch list is the election's as a whole: only a hold on all of it keeps it. Its entries go some at a time, and it
    /// is recorded when the last ones are gone.
    async fn erase_watch_list(&self, tx: &mut Tx<'_>, election: &Election) -> Result<u64, CommandError> {
        let permit = Permit::for_the_service();
        if tx.is_held(&election.code).await? {
            return Ok(0);
        }
        if let Some(entries) = tx.erase_watch_list_entries(&permit, &election.code, ENTRIES).await? {
            return Ok(entries);
        }
        if !tx.has_watch_list(&election.code).await? {
            return Ok(0);
        }
        match u64::try_from(tx.count_listed(&election.code).await?).unwrap_or_default() {
            // What was never in force is nobody's affair.
            0 => tx.remove_unlisted(&permit, &election.code).await?,
            entries => {
                let (service, commission) = (Service { now: self.now }, tx.commission().await?);
                tx.save(&permit, &watch_list::acts::erase(&service, &election.name(), &commission, entries)).await?;
            }
        }
        Ok(1)
    }
}
