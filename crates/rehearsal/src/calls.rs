//! Limits how many calls run at once, and counts all of them.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Semaphore;
use uuid::Uuid;

/// The most calls that are in flight at once.
pub const IN_FLIGHT: usize = 32;

/// The limit and the count of calls. Every call of a rehearsal goes through it.
#[derive(Debug)]
pub struct Calls {
    /// One permit for each call that may be in flight.
    slots: Semaphore,
    /// The number of calls so far.
    made: AtomicU64,
}

impl Calls {
    pub(crate) fn new() -> Self {
        Self { slots: Semaphore::new(IN_FLIGHT), made: AtomicU64::new(0) }
    }

    /// Makes a call, and waits first while [`IN_FLIGHT`] others run.
    pub async fn make<T>(&self, call: impl Future<Output = Result<T, client::Error>>) -> Result<T, client::Error> {
        let _slot = self.slots.acquire().await;
        self.made.fetch_add(1, Ordering::Relaxed);
        call.await
    }

    /// Reads a whole list with pages of 1,000 items, and counts each page as a call.
    pub async fn list<T>(
        &self,
        pages: impl Future<Output = Result<Vec<T>, client::Error>>,
    ) -> Result<Vec<T>, client::Error> {
        let items = self.make(pages).await?;
        // The list was counted as one call, and each further page is one more.
        let more_pages = items.len().saturating_sub(1) / 1000;
        self.made.fetch_add(more_pages as u64, Ordering::Relaxed);
        Ok(items)
    }

    /// How many calls were made so far. Retries by the client are not counted.
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }
}

/// A new request id, which a mutation needs so that a retry has no second effect.
#[expect(clippy::disallowed_methods, reason = "the rehearsal is a caller, and request ids are the caller's to make")]
pub fn request_id() -> String {
    Uuid::new_v4().to_string()
}
