//! The memory that documents may take while they come in and go out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::vocabulary::id::OrganizationCode;
use store::StoreError;

pub(crate) use super::ledger::MAX_TRANSFERS;
use super::ledger::{Id, LANE, Ledger, UNIT};

/// 32 MiB for all documents that are on their way, see [`Ledger`].
#[derive(Debug, Default)]
pub(crate) struct MemoryPool {
    ledger: Mutex<Ledger>,
}

impl MemoryPool {
    /// Begins a transfer of so many bytes. It holds no memory yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] if the organization has [`MAX_TRANSFERS`] under way already.
    pub(crate) fn enter(
        self: &Arc<Self>,
        organization: &OrganizationCode,
        bytes: usize,
    ) -> Result<Reservation, StoreError> {
        let id = self.ledger().enter(organization, bytes).ok_or(StoreError::Busy)?;
        Ok(Reservation { pool: self.clone(), organization: organization.clone(), id })
    }

    /// How many bytes are reserved, and how many transfers wait.
    pub(crate) fn usage(&self) -> (usize, usize) {
        let (units, waiting) = self.ledger().usage();
        (units * UNIT, waiting)
    }

    /// A panic while it was held left the ledger itself whole.
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A transfer that is under way, and the memory that it holds until this is dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    pool: Arc<MemoryPool>,
    organization: OrganizationCode,
    id: Id,
}

impl Reservation {
    /// Whose transfer it is.
    pub(crate) fn organization(&self) -> &OrganizationCode {
        &self.organization
    }

    /// How many bytes of memory it holds.
    pub(crate) fn capacity(&self) -> usize {
        self.pool.ledger().held(self.id) * UNIT
    }

    /// Waits until it holds so many bytes in all, or more; at most the largest document.
    pub(crate) async fn grow_to(&self, bytes: usize) {
        let Some(granted) = self.pool.ledger().request(self.id, bytes.div_ceil(UNIT).clamp(1, LANE)) else { return };
        let _place = Place(self);
        granted.await.expect("whoever waits is in the queue until it is granted");
    }

    /// Gives all memory back at once; the transfer still counts as under way.
    pub(crate) fn release(&self) {
        self.pool.ledger().release(self.id);
    }

    /// Whether another organization waits for what this one holds alone.
    pub(crate) fn is_contested(&self) -> bool {
        self.pool.ledger().is_contested(self.id)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.pool.ledger().leave(self.id);
    }
}

/// A place in the queue, given up when the caller stops waiting.
struct Place<'a>(&'a Reservation);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.pool.ledger().cancel(self.0.id);
    }
}
