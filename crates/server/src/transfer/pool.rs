//! The memory that documents may take while they are transferred.
//!
//! The pool puts the [`MemoryAllocator`] behind a mutex, and lets tasks wait for their units.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::vocabulary::id::OrganizationCode;
use store::StoreError;

pub(crate) use super::allocator::MAX_TRANSFERS;
use super::allocator::{EXCLUSIVE_UNITS, Id, MemoryAllocator, UNIT};

/// 32 MiB for all documents that are being transferred. [`MemoryAllocator`] says who gets how much.
#[derive(Debug, Default)]
pub(crate) struct MemoryPool {
    allocator: Mutex<MemoryAllocator>,
}

impl MemoryPool {
    /// Begins a transfer of so many bytes. It has no memory yet.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] if the organization has [`MAX_TRANSFERS`] under way already.
    pub(crate) fn begin(
        self: &Arc<Self>,
        organization: &OrganizationCode,
        bytes: usize,
    ) -> Result<Reservation, StoreError> {
        let id = self.allocator().insert(organization, bytes).ok_or(StoreError::Busy)?;
        Ok(Reservation { pool: self.clone(), organization: organization.clone(), id })
    }

    /// How many bytes are reserved, and how many transfers wait.
    pub(crate) fn usage(&self) -> (usize, usize) {
        let (units, waiting) = self.allocator().usage();
        (units * UNIT, waiting)
    }

    /// Poisoning is ignored: no code that holds this lock can panic between two changes that belong
    /// together.
    fn allocator(&self) -> MutexGuard<'_, MemoryAllocator> {
        self.allocator.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A transfer that is under way. When this is dropped, the transfer has ended and its memory is
/// free.
#[derive(Debug)]
pub(crate) struct Reservation {
    pool: Arc<MemoryPool>,
    organization: OrganizationCode,
    id: Id,
}

impl Reservation {
    /// The organization whose transfer it is.
    pub(crate) fn organization(&self) -> &OrganizationCode {
        &self.organization
    }

    /// How many bytes of memory it has.
    pub(crate) fn capacity(&self) -> usize {
        self.pool.allocator().held(self.id) * UNIT
    }

    /// Waits until it has so many bytes in all, or more; at most the largest document.
    ///
    /// If the caller stops waiting, the transfer leaves the queue and keeps what it has.
    pub(crate) async fn grow_to(&self, bytes: usize) {
        let Some(granted) = self.pool.allocator().request(self.id, bytes.div_ceil(UNIT).clamp(1, EXCLUSIVE_UNITS))
        else {
            return;
        };
        let _cancel = CancelOnDrop(self);
        granted.await.expect("a waiter stays in the queue until it is granted");
    }

    /// Frees all of its memory at once. It still counts as under way.
    pub(crate) fn release(&self) {
        self.pool.allocator().release(self.id);
    }

    /// Whether it has the exclusive part and another organization waits for it.
    pub(crate) fn is_contested(&self) -> bool {
        self.pool.allocator().is_contested(self.id)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.pool.allocator().remove(self.id);
    }
}

/// Takes the transfer off the queue when the caller stops waiting.
struct CancelOnDrop<'a>(&'a Reservation);

impl Drop for CancelOnDrop<'_> {
    fn drop(&mut self) {
        self.0.pool.allocator().cancel(self.0.id);
    }
}
