//! Erases personal data whose retention period is over, and cleans the vault.
//!
//! Erasing deletes the keys of the documents and the free text in the database, in one
//! transaction. From then on nobody can open the documents. Their sealed bytes are deleted from
//! the vault afterwards; that may fail and is repeated.
//!
//! - **Rule:** `Election::retention_is_over`. A legal hold keeps one application or the whole
//!   election. An open appeal keeps the whole election.
//! - **Woken by:** a released hold, published results, a decided appeal on this server, and a
//!   clock that is set.
//! - **Looks anyway:** every minute, in a read transaction that holds up nobody.
//! - **Locks, in this order:** an advisory lock, so one server erases at a time; the row of the
//!   election, against new holds and corrected results; the row of each application, against
//!   texts and documents that come in meanwhile.
//! - **PostgreSQL:** the service may not delete such data by itself. A function of the schema's
//!   owner does it, and checks the time by the clock of the database.
//! - **Dies halfway:** a batch commits as a whole. What is left is found again, in the database
//!   and in the vault.

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
/// How many documents one transaction reads or marks.
const DOCUMENTS: u32 = 200;
/// A file in the vault without a row that is older is a leftover of an interrupted upload. An
/// upload ends long before.
const LEFTOVER_AGE: SignedDuration = SignedDuration::from_hours(24);
/// How often leftovers are looked for: the whole vault is listed for it.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60 * 60);
/// How often the job looks for data to erase when nothing wakes it.
const INTERVAL: Duration = Duration::from_secs(60);

/// Erases batch by batch, then truncates the write-ahead log and deletes files from the vault, then
/// waits.
pub(super) async fn erase(api: Api) {
    let mut changes = api.clock.changes();
    // SQLite keeps erased data in its write-ahead log until the log is truncated. The process
    // before may have ended in between, so the first round truncates it too.
    let mut is_checkpoint_due = true;
    loop {
        match erase_next(&api).await {
            Ok(0) => {}
            Ok(erased) => {
                tracing::info!(erased, "applications and watch-list entries erased after their retention period");
                api.sequencer_wakeup.notify_one();
                is_checkpoint_due = true;
                continue;
            }
            Err(error) => tracing::error!(%error, "the erasure failed"),
        }
        if is_checkpoint_due {
            match api.store.forget().await {
                Ok(()) => is_checkpoint_due = false,
                Err(error) => {
                    tracing::warn!(%error, "the write-ahead log still has erased data; trying again")
                }
            }
        }
        if let Err(error) = delete_erased_documents(&api).await {
            tracing::error!(%error, "erased documents could not be deleted from the vault; trying again");
        }
        tokio::select! {
            Ok(()) = changes.changed() => {}
            () = api.retention_wakeup.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Erases one batch of the first election that has something to erase. Gives how many things were
/// erased.
async fn erase_next(api: &Api) -> Result<u64, CommandError> {
    let now = api.clock.now();
    match api.store.read(Due { now }).await? {
        Some(election) => api.store.run(Erase { election, now }).await,
        None => Ok(0),
    }
}

/// Why files could not be deleted from the vault.
#[derive(Debug, thiserror::Error)]
enum CleanupError {
    #[error(transparent)]
    Store(#[from] CommandError),
    #[error(transparent)]
    Vault(#[from] documents::VaultError),
}

/// Deletes the sealed bytes of erased documents from the vault.
///
/// They are deleted first and marked after that. If the server dies in between, they are deleted
/// again, which is no error.
async fn delete_erased_documents(api: &Api) -> Result<(), CleanupError> {
    loop {
        let ids = api.store.read(ReadErasedDocuments).await?;
        if ids.is_empty() {
            return Ok(());
        }
        for id in &ids {
            api.documents.vault().delete(*id).await?;
        }
        api.store.run(MarkDeleted { ids, now: api.clock.now() }).await?;
    }
}

/// Deletes files from the vault for which no row has a key: uploads that came to no end.
///
/// A file is deleted only if it is a day old. So the file of an upload that is about to commit is
/// safe.
pub(super) async fn sweep(api: Api) {
    loop {
        match sweep_once(&api).await {
            Ok(0) => {}
            Ok(swept) => tracing::info!(swept, "leftovers of interrupted uploads were deleted from the vault"),
            Err(error) => {
                tracing::error!(%error, "leftovers of interrupted uploads could not be deleted from the vault")
            }
        }
        tokio::time::sleep(SWEEP_INTERVAL).await;
    }
}

/// Lists the vault once and deletes leftovers; gives how many.
async fn sweep_once(api: &Api) -> Result<usize, CleanupError> {
    let old = api.clock.now().saturating_sub(LEFTOVER_AGE).unwrap_or(Timestamp::MIN);
    let found = api.documents.vault().list(old).await?;
    let mut swept = 0;
    for ids in found.chunks(DOCUMENTS as usize) {
        let with_keys = api.store.read(ReadDocumentsWithKeys { ids: ids.to_vec() }).await?;
        for id in ids.iter().filter(|id| !with_keys.contains(id)) {
            api.documents.vault().delete(*id).await?;
            swept += 1;
        }
    }
    Ok(swept)
}

/// Reads documents that were erased and whose bytes may still be in the vault.
struct ReadErasedDocuments;

impl Command for ReadErasedDocuments {
    const NAME: &'static str = "look for what is to be cleared";
    type Output = Vec<Uuid>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Uuid>, CommandError> {
        Ok(tx.documents_to_clear(DOCUMENTS).await?)
    }
}

/// Records that the bytes of some documents are gone from the vault.
struct MarkDeleted {
    ids: Vec<Uuid>,
    now: Timestamp,
}

impl Command for MarkDeleted {
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

/// Reads which of some documents have a key, and so must stay in the vault.
struct ReadDocumentsWithKeys {
    ids: Vec<Uuid>,
}

impl Command for ReadDocumentsWithKeys {
    const NAME: &'static str = "look for keys of documents";
    type Output = Vec<Uuid>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Uuid>, CommandError> {
        Ok(tx.documents_with_keys(&self.ids).await?)
    }
}

/// Reads the first election with something to erase. Mostly there is none, so this needs no write
/// transaction.
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
            if election.retention_is_over(self.now) && tx.has_data_to_erase(&election.code).await? {
                return Ok(Some(election.code));
            }
        }
        Ok(None)
    }
}

/// Erases one batch of one election.
struct Erase {
    /// The election. Each transaction erases in one of them.
    election: ElectionCode,
    /// The moment that the retention is compared with.
    now: Timestamp,
}

impl Command for Erase {
    const NAME: &'static str = "erase";
    type Output = u64;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, CommandError> {
        tx.lock_erasure().await?;
        // With this lock the time of the results and the holds stay as they are until the commit.
        // Both are read again below.
        let election = tx.lock_election(&self.election).await?;
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
    /// Erases one application with its documents.
    async fn erase(&self, tx: &mut Tx<'_>, application: Application) -> Result<u64, CommandError> {
        let permit = Permit::for_the_service();
        // Locked before the documents are counted, so that none is uploaded in between.
        let application = tx.locked_application(&permit, &application.name).await?;
        let documents = tx.count_documents(&application.name).await?;
        let service = Service { now: self.now };
        let Some(erased) = application::acts::erase(&service, application, documents) else { return Ok(0) };
        tx.save(&permit, &erased).await?;
        Ok(1)
    }

    /// Erases the reasons for which missions withdrew. They are about no single person, so only a
    /// hold on the election keeps them.
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

    /// Erases the watch list of the election. Only a hold on the whole election keeps it.
    ///
    /// Its entries are deleted some at a time. The event is recorded when the last ones are gone.
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
            // A list that was never in force needs no event.
            0 => tx.remove_unlisted(&permit, &election.code).await?,
            entries => {
                let (service, commission) = (Service { now: self.now }, tx.commission().await?);
                tx.save(&permit, &watch_list::acts::erase(&service, &election.name(), &commission, entries)).await?;
            }
        }
        Ok(1)
    }
}
