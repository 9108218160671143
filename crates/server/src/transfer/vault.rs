//! The vault of documents, with a histogram of how long each of its operations takes.

use std::sync::Arc;
use std::time::Instant;

use documents::VaultError;
use jiff::Timestamp;
use uuid::Uuid;

use crate::metrics::Metrics;

/// The vault: a directory or a bucket with sealed files, each under an id.
pub(crate) struct Vault {
    vault: documents::Vault,
    metrics: Arc<Metrics>,
}

impl Vault {
    pub(super) fn new(vault: documents::Vault, metrics: Arc<Metrics>) -> Self {
        Self { vault, metrics }
    }

    /// Stores bytes under a new id.
    pub(crate) async fn put(&self, id: Uuid, bytes: Vec<u8>) -> Result<(), VaultError> {
        self.measured("put", self.vault.put(id, bytes)).await
    }

    /// Reads the bytes of an id. `None` if there are none.
    pub(crate) async fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError> {
        self.measured("get", self.vault.get(id)).await
    }

    /// Deletes the bytes of an id. An id that has none is no error.
    pub(crate) async fn delete(&self, id: Uuid) -> Result<(), VaultError> {
        self.measured("delete", self.vault.delete(id)).await
    }

    /// Lists every id that was stored before a moment.
    pub(crate) async fn list(&self, before: Timestamp) -> Result<Vec<Uuid>, VaultError> {
        self.measured("list", self.vault.list(before)).await
    }

    /// Reads the credentials of the bucket again, and says whether they have changed. A directory
    /// has none.
    pub(crate) fn reload_credentials(&self) -> Result<bool, VaultError> {
        self.vault.reload_credentials()
    }

    /// Runs an operation and records its time under its name.
    async fn measured<T>(&self, operation: &'static str, work: impl Future<Output = T>) -> T {
        let begin = Instant::now();
        let done = work.await;
        self.metrics.vault(operation, begin.elapsed());
        done
    }
}
