//! Calls: how many at once, and how many in all.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Semaphore;
use uuid::Uuid;

/// How many calls are in flight at once.
pub const IN_FLIGHT: usize = 32;

/// Every call of a rehearsal goes through here.
#[derive(Debug)]
pub struct Calls {
    slots: Semaphore,
    made: AtomicU64,
}

impl Calls {
    pub(crate) fn new() -> Self {
        Self { slots: Semaphore::new(IN_FLIGHT), made: AtomicU64::new(0) }
    }

    /// Makes a call when there is room for it.
    pub async fn make<T>(&self, call: impl Future<Output = Result<T, client::Error>>) -> Result<T, client::Error> {
        let _slot = self.slots.acquire().await;
        self.made.fetch_add(1, Ordering::Relaxed);
        call.await
    }

    /// Reads a whole list, of which every page of a thousand is a call.
    pub async fn list<T>(
        &self,
        pages: impl Future<Output = Result<Vec<T>, client::Error>>,
    ) -> Result<Vec<T>, client::Error> {
        let items = self.make(pages).await?;
        let more_pages = items.len().saturating_sub(1) / 1000;
        self.made.fetch_add(more_pages as u64, Ordering::Relaxed);
        Ok(items)
    }

    /// How many calls were made; a repetition by the client is not counted.
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }
}

/// A request id for a new mutation.
#[expect(clippy::disallowed_methods, reason = "the rehearsal is a caller, and request ids are the caller's to make")]
pub fn request_id() -> String {
    Uuid::new_v4().to_string()
}
