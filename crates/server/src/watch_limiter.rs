//! Limits on watches: how many are open, how long each may be, and how many read at once.
//!
//! A watch costs little while nothing happens. But an organization that opens thousands would
//! use up memory, and a log that grows wakes all of them at the same moment.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::refusal::Refusal;
use domain::vocabulary::id::OrganizationCode;
use store::{CommandError, StoreError};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Sleep, sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::Limits;

/// Counts the open watches, and lets few of them read at once.
pub(crate) struct WatchLimiter {
    limits: Limits,
    shutdown: CancellationToken,
    /// Open watches of each organization.
    open: Mutex<HashMap<OrganizationCode, u32>>,
    /// Permits to read. When a log grows, a thousand watches wake up; they must not take every
    /// connection to the database. A watch that waits reads more entries at once.
    reading: Semaphore,
}

/// How many watches read at once.
const MAX_READS: usize = 4;

impl WatchLimiter {
    /// No watch is open yet. `shutdown` ends all of them.
    pub(crate) fn new(limits: &Limits, shutdown: &CancellationToken) -> Arc<Self> {
        Arc::new(Self {
            limits: limits.clone(),
            shutdown: shutdown.clone(),
            open: Mutex::default(),
            reading: Semaphore::new(MAX_READS),
        })
    }

    /// Opens a watch.
    ///
    /// # Errors
    ///
    /// BUSY if too many are open in all, TOO_MANY_WATCHES if the organization has too many. The
    /// first one does not tell how many others have.
    pub(crate) fn open(self: &Arc<Self>, organization: &OrganizationCode) -> Result<OpenWatch, CommandError> {
        let mut open = self.lock();
        let all: u32 = open.values().sum();
        if all >= self.limits.max_watches.get() {
            return Err(StoreError::Busy.into());
        }
        let own = open.entry(organization.clone()).or_default();
        if *own >= self.limits.max_watches_per_organization.get() {
            return Err(Refusal::TooManyWatches { limit: self.limits.max_watches_per_organization.get() }.into());
        }
        *own += 1;
        drop(open);
        Ok(OpenWatch {
            age: Box::pin(sleep(self.limits.connection_age())),
            shutdown: Box::pin(self.shutdown.clone().cancelled_owned()),
            organization: organization.clone(),
            watches: self.clone(),
        })
    }

    /// Waits for a permit to read. It is held during one read.
    pub(crate) async fn acquire_read(&self) -> Option<SemaphorePermit<'_>> {
        self.reading.acquire().await.ok()
    }

    /// How many watches are open.
    pub(crate) fn count(&self) -> u32 {
        self.lock().values().sum()
    }

    /// Poisoning is ignored: no code that holds this lock can panic between two changes that belong
    /// together.
    fn lock(&self) -> MutexGuard<'_, HashMap<OrganizationCode, u32>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open watch. Dropping it makes room for another one.
pub(crate) struct OpenWatch {
    age: Pin<Box<Sleep>>,
    shutdown: Pin<Box<WaitForCancellationFutureOwned>>,
    organization: OrganizationCode,
    watches: Arc<WatchLimiter>,
}

impl OpenWatch {
    /// Waits until the watch must end: it is as old as a connection may be, or the server is
    /// shutting down.
    ///
    /// The age limit makes clients connect again, so load moves to new servers.
    pub(crate) async fn expired(&mut self) {
        tokio::select! {
            () = &mut self.age => {}
            () = &mut self.shutdown => {}
        }
    }
}

impl Drop for OpenWatch {
    fn drop(&mut self) {
        let mut open = self.watches.lock();
        if let Some(own) = open.get_mut(&self.organization) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                open.remove(&self.organization);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::non_zero;

    #[tokio::test]
    async fn an_organization_has_so_many_and_a_closed_one_makes_room() {
        let limits =
            Limits { max_watches: non_zero(3), max_watches_per_organization: non_zero(2), ..Limits::default() };
        let watches = WatchLimiter::new(&limits, &CancellationToken::new());
        let [osce, cis] = ["osce", "cis"].map(|code| code.parse::<OrganizationCode>().expect("a code"));
        let first = watches.open(&osce).expect("the first");
        let _second = watches.open(&osce).expect("the second");
        let refused = watches.open(&osce).err().expect("one too many").to_string();
        assert!(refused.contains("2 watch streams"), "{refused}");
        let _third = watches.open(&cis).expect("another's");
        let full = watches.open(&cis).err();
        assert!(matches!(full, Some(CommandError::Store(StoreError::Busy))), "how many others have does not show");
        drop(first);
        assert_eq!(watches.count(), 2);
        watches.open(&osce).expect("there is room again");
    }

    #[tokio::test]
    async fn it_is_over_with_age_and_with_the_server() {
        let shutdown = CancellationToken::new();
        let limits = Limits { connection_age_seconds: non_zero(1), ..Limits::default() };
        let watches = WatchLimiter::new(&limits, &shutdown);
        let osce = "osce".parse().expect("a code");
        watches.open(&osce).expect("room").expired().await;
        let mut second = watches.open(&osce).expect("room");
        shutdown.cancel();
        second.expired().await;
    }
}
