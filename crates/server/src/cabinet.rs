//! Where documents go through on their way to the vault and back: few at once, so that memory has a bound.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use documents::{Accepted, FileKey, Location, MAX_BYTES, Unacceptable, Vault, VaultError};
use domain::content::DocumentKind;
use domain::id::OrganizationCode;
use store::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// How many bytes of documents are in memory at once, in units of [`UNIT`].
const ROOM: u32 = 32;
/// How many of them one organization can fill: a slow one leaves room to others.
const OWN_ROOM: u32 = 20;
const UNIT: usize = 1 << 20;
const _: () = assert!(MAX_BYTES <= OWN_ROOM as usize * UNIT, "the largest document finds room");

/// How many documents one organization can have under way, those that wait for room included.
pub(crate) const MOST_UPLOADS: u32 = 32;

/// How long whoever sends or reads may do nothing.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The vault, and the room before it.
#[derive(Debug)]
pub(crate) struct Cabinet {
    vault: Vault,
    room: Arc<Semaphore>,
    /// Of each organization that has used any; the registry bounds how many that can be.
    own: Mutex<HashMap<OrganizationCode, Own>>,
    /// One document at a time is decoded or deciphered: an image of a few bytes can need many.
    bench: Semaphore,
}

/// What one organization can use.
#[derive(Debug, Clone)]
struct Own {
    room: Arc<Semaphore>,
    under_way: Arc<Semaphore>,
}

/// Room for one document, until it is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    _under_way: OwnedSemaphorePermit,
    _own: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Default for Own {
    fn default() -> Self {
        let semaphore = |permits: u32| Arc::new(Semaphore::new(permits as usize));
        Self { room: semaphore(OWN_ROOM), under_way: semaphore(MOST_UPLOADS) }
    }
}

/// Why a document could not be read back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Nothing is there.
    #[error("the vault has nothing under {0}")]
    Gone(Uuid),
    /// What is there does not open, or is not what was kept.
    #[error("what the vault has under {0} is not what was kept")]
    Altered(Uuid),
}

impl Cabinet {
    /// Opens the vault.
    pub(crate) fn open(location: &Location) -> Result<Self, VaultError> {
        Ok(Self {
            vault: Vault::open(location)?,
            room: Arc::new(Semaphore::new(ROOM as usize)),
            own: Mutex::default(),
            bench: Semaphore::new(1),
        })
    }

    /// The vault itself.
    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Waits for room for so many bytes, unless too many wait already.
    pub(crate) async fn room(&self, organization: &OrganizationCode, bytes: i64) -> Result<Room, StoreError> {
        let units = usize::try_from(bytes).unwrap_or(MAX_BYTES).min(MAX_BYTES).div_ceil(UNIT).max(1);
        let units = u32::try_from(units).expect("no document has more units than fit");
        let own = {
            let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
            own.entry(organization.clone()).or_default().clone()
        };
        let under_way = own.under_way.try_acquire_owned().map_err(|_| StoreError::Busy)?;
        let never_closed = "these semaphores are never closed";
        let own = own.room.acquire_many_owned(units).await.expect(never_closed);
        let of_all = self.room.clone().acquire_many_owned(units).await.expect(never_closed);
        Ok(Room { _under_way: under_way, _own: own, _of_all: of_all })
    }

    /// Looks whether a file is what its kind should be.
    pub(crate) async fn check(&self, kind: DocumentKind, bytes: Vec<u8>) -> Result<Accepted, Unacceptable> {
        self.at_the_bench(move || documents::check(kind, bytes)).await
    }

    /// Looks whether a file is a PDF that is taken.
    pub(crate) async fn check_pdf(&self, bytes: Vec<u8>) -> Result<Accepted, Unacceptable> {
        self.at_the_bench(move || documents::check_pdf(bytes)).await
    }

    /// Seals a file to its place with a key of its own, and puts it into the vault.
    pub(crate) async fn put(&self, id: Uuid, place: String, bytes: Vec<u8>) -> Result<FileKey, VaultError> {
        let key = FileKey::generate();
        let sealing = key.clone();
        let sealed = self.at_the_bench(move || sealing.seal(&place, &bytes)).await;
        self.vault.put(id, sealed).await?;
        Ok(key)
    }

    /// Reads a file back from its place, and looks whether it is what was kept.
    pub(crate) async fn get(
        &self,
        id: Uuid,
        place: String,
        digest: [u8; 32],
        key: FileKey,
    ) -> Result<Vec<u8>, Unreadable> {
        let sealed = self.vault.get(id).await?.ok_or(Unreadable::Gone(id))?;
        let opened = self.at_the_bench(move || {
            let bytes = key.open(&place, &sealed).ok()?;
            (documents::sha256(&bytes) == digest).then_some(bytes)
        });
        opened.await.ok_or(Unreadable::Altered(id))
    }

    /// Does heavy work where it holds up no other request.
    async fn at_the_bench<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _turn = self.bench.acquire().await.expect("this semaphore is never closed");
        let done = tokio::task::spawn_blocking(work).await;
        done.expect("checking and sealing do not panic, and a blocking task that runs is not cancelled")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cabinet(directory: &tempfile::TempDir) -> Cabinet {
        Cabinet::open(&Location::Directory(directory.path().into())).expect("a directory")
    }

    #[tokio::test]
    async fn one_organization_leaves_room_to_others() {
        let directory = tempfile::tempdir().expect("a directory");
        let cabinet = Arc::new(cabinet(&directory));
        let [osce, cis] = ["osce", "cis"].map(|code| code.parse::<OrganizationCode>().expect("a code"));
        let largest = i64::try_from(MAX_BYTES).expect("it fits");
        let held = cabinet.room(&osce, largest).await.expect("room");
        let second = tokio::time::timeout(Duration::from_millis(20), cabinet.room(&osce, 1));
        assert!(second.await.is_err(), "it waits");
        let second = tokio::time::timeout(Duration::from_millis(20), cabinet.room(&cis, 12 << 20));
        drop(second.await.expect("there is room for others").expect("room"));
        drop(held);
        let mut under_way = Vec::new();
        for _ in 0..OWN_ROOM {
            under_way.push(cabinet.room(&osce, 1).await.expect("room"));
        }
        for _ in OWN_ROOM..MOST_UPLOADS {
            let (cabinet, osce) = (cabinet.clone(), osce.clone());
            tokio::spawn(async move { cabinet.room(&osce, 1).await.map(drop) });
        }
        tokio::task::yield_now().await;
        assert!(matches!(cabinet.room(&osce, 1).await, Err(StoreError::Busy)), "too many wait already");
    }

    #[tokio::test]
    async fn what_was_altered_or_moved_in_the_vault_is_not_given_out() {
        let directory = tempfile::tempdir().expect("a directory");
        let cabinet = cabinet(&directory);
        let (id, digest) = (Uuid::from_u128, documents::sha256(b"pledge"));
        let place = |number: u128| format!("elections/e1/documents/{number}");
        let get = |number, digest, key: &FileKey| cabinet.get(id(number), place(number), digest, key.clone());
        let key = cabinet.put(id(1), place(1), b"pledge".to_vec()).await.expect("kept");
        assert_eq!(get(1, digest, &key).await.expect("whole"), b"pledge");
        assert!(matches!(get(2, digest, &key).await, Err(Unreadable::Gone(_))));
        let sealed = cabinet.vault().get(id(1)).await.expect("read").expect("there");
        cabinet.vault().put(id(2), sealed).await.expect("moved");
        assert!(matches!(get(2, digest, &key).await, Err(Unreadable::Altered(_))));
        assert!(matches!(get(1, [0; 32], &key).await, Err(Unreadable::Altered(_))));
    }
}
