//! Checks, seals and stores documents, and reads them back.
//!
//! Every file is sealed with a key of its own. The key is in the database, the bytes are in the
//! vault. So erasing a document means to delete its key.

use std::sync::Arc;

use documents::{Accepted, FileKey, Location, MediaType, Unacceptable, VaultError};
use uuid::Uuid;

use super::fair_mutex::FairMutex;
use super::vault::Vault;
use super::{MemoryPool, Reservation};
use crate::metrics::Metrics;

/// The vault, and the limits on memory and processor time for what goes into it and comes out.
pub(crate) struct DocumentPipeline {
    vault: Vault,
    memory: Arc<MemoryPool>,
    /// One document at a time is decoded or decrypted. An image of a few bytes can need much memory
    /// when it is decoded.
    processor: Arc<FairMutex>,
}

/// A file that was sealed and put into the vault.
pub(crate) struct SealedFile {
    /// SHA-256 of its bytes. They can differ from what was sent: the check removes metadata of
    /// photos.
    pub(crate) sha256: [u8; 32],
    /// Its length in bytes.
    pub(crate) size_bytes: i64,
    /// Its media type, found in the bytes.
    pub(crate) media_type: MediaType,
    /// The key of this file alone.
    pub(crate) key: FileKey,
}

/// Why a file was not put into the vault.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PutError {
    /// It is not a file of the kind that was announced.
    #[error(transparent)]
    Unacceptable(#[from] Unacceptable),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Why a file could not be read from the vault.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GetError {
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The vault has no such file.
    #[error("the vault has no file {0}")]
    Gone(Uuid),
    /// The file does not open with its key, or has another digest.
    #[error("the file {0} in the vault was altered, or belongs to another name")]
    Altered(Uuid),
}

impl DocumentPipeline {
    /// Opens the vault at a location. A directory is made if it is missing.
    pub(crate) fn open(location: &Location, metrics: Arc<Metrics>) -> Result<Self, VaultError> {
        let vault = Vault::new(documents::Vault::open(location)?, metrics);
        Ok(Self { vault, memory: Arc::default(), processor: Arc::default() })
    }

    /// The vault itself, for jobs that delete and list.
    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The memory for documents that are being transferred.
    pub(crate) fn memory(&self) -> &Arc<MemoryPool> {
        &self.memory
    }

    /// Checks a file, seals it with a new key and puts it into the vault.
    ///
    /// `seal_context` is the associated data of the seal; [`Self::get`] needs the same. `check`
    /// runs on a blocking thread.
    pub(crate) async fn put(
        &self,
        reservation: &Reservation,
        id: Uuid,
        seal_context: String,
        check: impl FnOnce() -> Result<Accepted, Unacceptable> + Send + 'static,
    ) -> Result<SealedFile, PutError> {
        let (sealed, kept) = self.run_blocking(reservation, move || seal(&seal_context, check()?)).await?;
        self.vault.put(id, sealed).await?;
        Ok(kept)
    }

    /// Reads a file from the vault, opens it, and compares its digest.
    pub(crate) async fn get(
        &self,
        reservation: &Reservation,
        id: Uuid,
        seal_context: String,
        digest: [u8; 32],
        key: FileKey,
    ) -> Result<Vec<u8>, GetError> {
        let sealed = self.vault.get(id).await?.ok_or(GetError::Gone(id))?;
        let opened = self.run_blocking(reservation, move || {
            let bytes = key.open(&seal_context, &sealed).ok()?;
            (documents::sha256(&bytes) == digest).then_some(bytes)
        });
        opened.await.ok_or(GetError::Altered(id))
    }

    /// Runs heavy work on a blocking thread, one at a time, in fair turns between organizations.
    async fn run_blocking<T: Send + 'static>(
        &self,
        reservation: &Reservation,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let held = self.processor.lock(reservation.organization()).await;
        let done = tokio::task::spawn_blocking(move || {
            // Moved in here, so that it is held until the work ends, also if the caller goes away.
            let _held = held;
            work()
        });
        done.await.expect("checking and sealing do not panic, and a blocking task that runs is not cancelled")
    }
}

/// Seals a file with a new key.
fn seal(seal_context: &str, accepted: Accepted) -> Result<(Vec<u8>, SealedFile), Unacceptable> {
    let Accepted { bytes, media_type, sha256, .. } = accepted;
    let key = FileKey::generate();
    let sealed = key.seal(seal_context, &bytes);
    let size_bytes = i64::try_from(bytes.len()).expect("a file has megabytes");
    Ok((sealed, SealedFile { sha256, size_bytes, media_type, key }))
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
        let reservation = pipeline.memory().begin(&osce, 6).expect("not too many");
        let id = Uuid::from_u128;
        let pledge = || documents::check_pdf(documents::sample::page(&["pledge"]));
        let digest = pledge().expect("a PDF").sha256;
        let place = |number: u128| format!("elections/e1/documents/{number}");
        let get =
            |number, digest, key: &FileKey| pipeline.get(&reservation, id(number), place(number), digest, key.clone());
        let SealedFile { key, .. } = pipeline.put(&reservation, id(1), place(1), pledge).await.expect("kept");
        assert_eq!(get(1, digest, &key).await.expect("whole"), pledge().expect("a PDF").bytes);
        assert!(matches!(get(2, digest, &key).await, Err(GetError::Gone(_))));
        let sealed = pipeline.vault().get(id(1)).await.expect("read").expect("there");
        pipeline.vault().put(id(2), sealed).await.expect("moved");
        assert!(matches!(get(2, digest, &key).await, Err(GetError::Altered(_))));
        assert!(matches!(get(1, [0; 32], &key).await, Err(GetError::Altered(_))));
    }
}
