//! The way of a document into the vault and back: it is checked, sealed and opened.

use std::sync::Arc;

use documents::{Accepted, FileKey, Location, MediaType, Unacceptable, VaultError};
use uuid::Uuid;

use super::fair_mutex::FairMutex;
use super::vault::Vault;
use super::{MemoryPool, Reservation};
use crate::metrics::Metrics;

/// The vault, and what bounds the memory and the processor time before it.
pub(crate) struct DocumentPipeline {
    vault: Vault,
    memory: Arc<MemoryPool>,
    /// One document at a time is decoded or deciphered: an image of a few bytes can need many.
    processor: Arc<FairMutex>,
}

/// A file that lies sealed in the vault.
pub(crate) struct Kept {
    /// SHA-256 of the bytes that are kept.
    pub(crate) sha256: [u8; 32],
    /// Their length.
    pub(crate) size_bytes: i64,
    /// What they are.
    pub(crate) media_type: MediaType,
    /// What opens them.
    pub(crate) key: FileKey,
}

/// Why a file is not in the vault.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotKept {
    /// It is not what it should be.
    #[error(transparent)]
    Unacceptable(#[from] Unacceptable),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
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

impl DocumentPipeline {
    /// Opens the vault.
    pub(crate) fn open(location: &Location, metrics: Arc<Metrics>) -> Result<Self, VaultError> {
        let vault = Vault::new(documents::Vault::open(location)?, metrics);
        Ok(Self { vault, memory: Arc::default(), processor: Arc::default() })
    }

    /// The vault itself.
    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The memory for documents that are on their way.
    pub(crate) fn memory(&self) -> &Arc<MemoryPool> {
        &self.memory
    }

    /// Checks a file, seals what is to be kept of it to its place with a key of its own, and puts it into the vault.
    pub(crate) async fn put(
        &self,
        reservation: &Reservation,
        id: Uuid,
        place: String,
        check: impl FnOnce() -> Result<Accepted, Unacceptable> + Send + 'static,
    ) -> Result<Kept, NotKept> {
        let (sealed, kept) = self.run_blocking(reservation, move || seal(&place, check()?)).await?;
        self.vault.put(id, sealed).await?;
        Ok(kept)
    }

    /// Reads a file back from its place, and looks whether it is what was kept.
    pub(crate) async fn get(
        &self,
        reservation: &Reservation,
        id: Uuid,
        place: String,
        digest: [u8; 32],
        key: FileKey,
    ) -> Result<Vec<u8>, Unreadable> {
        let sealed = self.vault.get(id).await?.ok_or(Unreadable::Gone(id))?;
        let opened = self.run_blocking(reservation, move || {
            let bytes = key.open(&place, &sealed).ok()?;
            (documents::sha256(&bytes) == digest).then_some(bytes)
        });
        opened.await.ok_or(Unreadable::Altered(id))
    }

    /// Does heavy work where it holds up no other request, one organization after the other.
    async fn run_blocking<T: Send + 'static>(
        &self,
        reservation: &Reservation,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let held = self.processor.lock(reservation.organization()).await;
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work ends, also if the caller goes away: so only one is ever done.
            let _held = held;
            work()
        });
        done.await.expect("checking and sealing do not panic, and a blocking task that runs is not cancelled")
    }
}

/// Seals a file to its place.
fn seal(place: &str, accepted: Accepted) -> Result<(Vec<u8>, Kept), Unacceptable> {
    let Accepted { bytes, media_type, sha256, .. } = accepted;
    let key = FileKey::generate();
    let sealed = key.seal(place, &bytes);
    let size_bytes = i64::try_from(bytes.len()).expect("a file has megabytes");
    Ok((sealed, Kept { sha256, size_bytes, media_type, key }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_altered_or_moved_in_the_vault_is_not_given_out() {
        let directory = tempfile::tempdir().expect("a directory");
        let pipeline =
            DocumentPipeline::open(&Location::Directory(directory.path().into()), Metrics::new()).expect("a directory");
        let osce = "osce".parse().expect("a code");
        let reservation = pipeline.memory().enter(&osce, 6).expect("not too many");
        let id = Uuid::from_u128;
        let pledge = || documents::check_pdf(documents::sample::page(&["pledge"]));
        let digest = pledge().expect("a PDF").sha256;
        let place = |number: u128| format!("elections/e1/documents/{number}");
        let get =
            |number, digest, key: &FileKey| pipeline.get(&reservation, id(number), place(number), digest, key.clone());
        let Kept { key, .. } = pipeline.put(&reservation, id(1), place(1), pledge).await.expect("kept");
        assert_eq!(get(1, digest, &key).await.expect("whole"), pledge().expect("a PDF").bytes);
        assert!(matches!(get(2, digest, &key).await, Err(Unreadable::Gone(_))));
        let sealed = pipeline.vault().get(id(1)).await.expect("read").expect("there");
        pipeline.vault().put(id(2), sealed).await.expect("moved");
        assert!(matches!(get(2, digest, &key).await, Err(Unreadable::Altered(_))));
        assert!(matches!(get(1, [0; 32], &key).await, Err(Unreadable::Altered(_))));
    }
}
