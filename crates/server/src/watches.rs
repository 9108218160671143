//! Who follows a log: how many at once, and for how long.

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

/// The watches that are open.
pub(crate) struct Watches {
    limits: Limits,
    shutdown: CancellationToken,
    open: Mutex<HashMap<OrganizationCode, u32>>,
    /// Few read at once, so that a log that grows wakes a thousand watches and does not take every connection to the
    /// database; who waits meanwhile reads more at once.
    reading: Semaphore,
}

/// How many watches read at once.
const READING: usize = 4;

impl Watches {
    pub(crate) fn new(limits: &Limits, shutdown: &CancellationToken) -> Arc<Self> {
        Arc::new(Self {
            limits: limits.clone(),
            shutdown: shutdown.clone(),
            open: Mutex::default(),
            reading: Semaphore::new(READING),
        })
    }

    /// Lets one more in, unless there are too many.
    pub(crate) fn enter(self: &Arc<Self>, organization: &OrganizationCode) -> Result<Watch, CommandError> {
        let mut open = self.lock();
        let all: u32 = open.values().sum();
        if all >= self.limits.max_watches {
            return Err(StoreError::Busy.into());
        }
        let own = open.entry(organization.clone()).or_default();
        if *own >= self.limits.max_watches_per_organization {
            return Err(Refusal::TooManyWatches { limit: self.limits.max_watches_per_organization }.into());
        }
        *own += 1;
        drop(open);
        Ok(Watch {
            age: Box::pin(sleep(self.limits.connection_age())),
            shutdown: Box::pin(self.shutdown.clone().cancelled_owned()),
            organization: organization.clone(),
            watches: self.clone(),
        })
    }

    /// Waits for its turn to read.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        self.reading.acquire().await.ok()
    }

    /// How many are open.
    pub(crate) fn count(&self) -> u32 {
        self.lock().values().sum()
    }

    /// A panic while it was held left the counts whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<OrganizationCode, u32>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One that is open; its place is free again when it is dropped.
pub(crate) struct Watch {
    age: Pin<Box<Sleep>>,
    shutdown: Pin<Box<WaitForCancellationFutureOwned>>,
    organization: OrganizationCode,
    watches: Arc<Watches>,
}

impl Watch {
    /// Returns when it has to end: it is as old as a connection may be, or the server goes away.
    pub(crate) async fn over(&mut self) {
        tokio::select! {
            () = &mut self.age => {}
            () = &mut self.shutdown => {}
        }
    }
}

impl Drop for Watch {
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

    #[tokio::test]
    async fn an_organization_has_so_many_and_a_closed_one_makes_room() {
        let limits = Limits { max_watches: 3, max_watches_per_organization: 2, ..Limits::default() };
        let watches = Watches::new(&limits, &CancellationToken::new());
        let [osce, cis] = ["osce", "cis"].map(|code| code.parse::<OrganizationCode>().expect("a code"));
        let first = watches.enter(&osce).expect("the first");
        let _second = watches.enter(&osce).expect("the second");
        let refused = watches.enter(&osce).err().expect("one too many").to_string();
        assert!(refused.contains("2 watches"), "{refused}");
        let _third = watches.enter(&cis).expect("another's");
        let full = watches.enter(&cis).err();
        assert!(matches!(full, Some(CommandError::Store(StoreError::Busy))), "what others have is nobody's affair");
        drop(first);
        assert_eq!(watches.count(), 2);
        watches.enter(&osce).expect("there is room again");
    }

    #[tokio::test]
    async fn it_is_over_with_age_and_with_the_server() {
        let shutdown = CancellationToken::new();
        let limits = Limits { connection_age_seconds: 1, ..Limits::default() };
        let watches = Watches::new(&limits, &shutdown);
        let osce = "osce".parse().expect("a code");
        watches.enter(&osce).expect("room").over().await;
        let mut second = watches.enter(&osce).expect("room");
        shutdown.cancel();
        second.over().await;
    }
}
