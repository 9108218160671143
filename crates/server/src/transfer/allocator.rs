//! Divides the memory for documents between transfers, and decides which one is next.
//!
//! The memory has two parts:
//!
//! - The **shared part**. A transfer takes units of it one by one, as its bytes arrive.
//! - The **exclusive part**. It is as large as the largest document and belongs to one transfer
//!   at a time. That one has all that it will ever need, so it never waits for memory again.
//!
//! **No deadlock.** In the shared part transfers can wait for each other. But the holder of the
//! exclusive part ends: by itself, or because it is too slow. Then the next waiter gets it. So
//! everybody gets ahead.
//!
//! **Limit of an organization.** The transfers of one organization in the shared part must fit
//! its limit with all that they announce. So they never wait for each other half way. The limit
//! is counted by announcement, and costs only the organization itself.
//!
//! The allocator only counts. It allocates no bytes, and it has no clock, so a simulation can
//! play it.

use std::collections::HashMap;

use documents::MAX_BYTES;
use domain::vocabulary::id::OrganizationCode;
use tokio::sync::oneshot;

use super::fair_queue::{FairQueue, Turns};

/// Bytes of a unit of memory: 64 KiB.
pub(super) const UNIT: usize = 64 << 10;
/// The units of the shared part: 12 MiB.
pub(super) const SHARED_UNITS: usize = (12 << 20) / UNIT;
/// The most units of the shared part for one organization: 4 MiB.
pub(super) const ORGANIZATION_UNITS: usize = (4 << 20) / UNIT;
/// The units of the exclusive part: the largest document, 20 MiB.
pub(super) const EXCLUSIVE_UNITS: usize = MAX_BYTES.div_ceil(UNIT);

/// How many transfers one organization can have under way, including those that wait.
pub(crate) const MAX_TRANSFERS: u32 = 32;

/// The number of a transfer.
pub(super) type Id = u64;

/// Who has how much, and who waits.
#[derive(Debug)]
pub(super) struct MemoryAllocator {
    transfers: HashMap<Id, Transfer>,
    /// What each organization uses that has a transfer under way.
    organizations: HashMap<OrganizationCode, OrganizationUse>,
    /// Free units of the shared part.
    free: usize,
    exclusive_holder: Option<Id>,
    waiting: FairQueue<Waiter>,
    shared_turns: Turns,
    exclusive_turns: Turns,
    next: Id,
}

#[derive(Debug)]
struct Transfer {
    organization: OrganizationCode,
    /// How many units its whole document needs.
    announced: usize,
    holds: Holds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
/// What a transfer has.
enum Holds {
    Nothing,
    /// So many units of the shared part. All that it announces counts against the limit of its
    /// organization.
    Shared(usize),
    /// The exclusive part.
    Exclusive,
}

#[derive(Debug, Default)]
/// What one organization uses.
struct OrganizationUse {
    /// Transfers under way.
    under_way: u32,
    /// Units that its transfers in the shared part announce.
    announced: usize,
}

#[derive(Debug)]
/// A transfer that waits for more units.
struct Waiter {
    id: Id,
    /// How many units it wants in all.
    units: usize,
    granted: oneshot::Sender<()>,
}

impl Default for MemoryAllocator {
    fn default() -> Self {
        Self {
            transfers: HashMap::new(),
            organizations: HashMap::new(),
            free: SHARED_UNITS,
            exclusive_holder: None,
            waiting: FairQueue::default(),
            shared_turns: Turns::default(),
            exclusive_turns: Turns::default(),
            next: 0,
        }
    }
}

impl MemoryAllocator {
    /// Adds a transfer that has nothing yet. `None` if its organization has too many under way.
    pub(super) fn insert(&mut self, organization: &OrganizationCode, bytes: usize) -> Option<Id> {
        let usage = self.organizations.entry(organization.clone()).or_default();
        if usage.under_way >= MAX_TRANSFERS {
            return None;
        }
        usage.under_way += 1;
        self.next += 1;
        let announced = bytes.div_ceil(UNIT).clamp(1, EXCLUSIVE_UNITS);
        let transfer = Transfer { organization: organization.clone(), announced, holds: Holds::Nothing };
        self.transfers.insert(self.next, transfer);
        Some(self.next)
    }

    /// Gives a transfer so many units in all. `Some` if it has to wait: the channel says when it
    /// has them.
    pub(super) fn request(&mut self, id: Id, units: usize) -> Option<oneshot::Receiver<()>> {
        if self.held(id) >= units {
            return None;
        }
        let (granted, receiver) = oneshot::channel();
        let organization = self.transfers[&id].organization.clone();
        self.waiting.push(&organization, Waiter { id, units, granted });
        self.grant_waiting();
        if self.held(id) >= units { None } else { Some(receiver) }
    }

    /// Takes a transfer off the queue: its caller has stopped waiting. It keeps what it has.
    pub(super) fn cancel(&mut self, id: Id) {
        let organization = self.transfers[&id].organization.clone();
        self.waiting.remove(&organization, |waiter| waiter.id == id);
    }

    /// Frees the units of a transfer, which stays under way.
    pub(super) fn release(&mut self, id: Id) {
        self.free_units(id);
        self.grant_waiting();
    }

    /// Removes a transfer that has ended, and frees its units.
    pub(super) fn remove(&mut self, id: Id) {
        self.free_units(id);
        if let Some(Transfer { organization, .. }) = self.transfers.remove(&id)
            && let Some(usage) = self.organizations.get_mut(&organization)
        {
            usage.under_way -= 1;
            if usage.under_way == 0 {
                self.organizations.remove(&organization);
            }
        }
        self.grant_waiting();
    }

    /// How many units a transfer has.
    pub(super) fn held(&self, id: Id) -> usize {
        match self.transfers[&id].holds {
            Holds::Nothing => 0,
            Holds::Shared(units) => units,
            Holds::Exclusive => EXCLUSIVE_UNITS,
        }
    }

    /// Whether a transfer has the exclusive part while another organization waits for it. Then it
    /// has to be faster.
    pub(super) fn is_contested(&self, id: Id) -> bool {
        let Transfer { organization, holds, .. } = &self.transfers[&id];
        let waits = |other: &OrganizationCode| self.waiting.of(other).any(|waiter| self.may_use_exclusive(waiter));
        *holds == Holds::Exclusive
            && self
                .waiting
                .in_turn(&self.exclusive_turns)
                .into_iter()
                .any(|other| other != organization && waits(other))
    }

    /// How many units are in use, and how many transfers wait. The exclusive part counts as far as
    /// its holder needs it.
    pub(super) fn usage(&self) -> (usize, usize) {
        let exclusive = self.exclusive_holder.map_or(0, |id| self.transfers[&id].announced);
        (SHARED_UNITS - self.free + exclusive, self.waiting.len())
    }

    fn free_units(&mut self, id: Id) {
        let transfer = self.transfers.get_mut(&id).expect("a transfer is known until it leaves");
        match std::mem::replace(&mut transfer.holds, Holds::Nothing) {
            Holds::Nothing => {}
            Holds::Shared(units) => {
                self.free += units;
                let usage = self.organizations.get_mut(&transfer.organization).expect("it has a transfer under way");
                usage.announced -= transfer.announced;
            }
            Holds::Exclusive => self.exclusive_holder = None,
        }
    }

    /// Gives free units to those who wait, in turn, until nothing more fits.
    ///
    /// The shared part first: who fits there must not take the exclusive part from a large
    /// document.
    fn grant_waiting(&mut self) {
        loop {
            if let Some(id) = self.next_for_shared() {
                self.grant_shared(id);
            } else if self.exclusive_holder.is_none()
                && let Some(id) = self.next_for_exclusive()
            {
                self.grant_exclusive(id);
            } else {
                return;
            }
        }
    }

    /// The next transfer that gets units of the shared part.
    ///
    /// Inside an organization a transfer that has units already comes first: its units are of use
    /// to nobody until it ends.
    fn next_for_shared(&self) -> Option<Id> {
        self.waiting.in_turn(&self.shared_turns).into_iter().find_map(|organization| {
            let started = |waiter: &&Waiter| matches!(self.transfers[&waiter.id].holds, Holds::Shared(_));
            let small = |waiter: &&Waiter| self.transfers[&waiter.id].announced <= ORGANIZATION_UNITS;
            let mut own = self.waiting.of(organization);
            let next = match own.find(started) {
                Some(started) => started,
                None => self.waiting.of(organization).find(small)?,
            };
            let fits = self.fits_organization_limit(next) && next.units - self.held(next.id) <= self.free;
            fits.then_some(next.id)
        })
    }

    /// The next transfer that gets the exclusive part.
    fn next_for_exclusive(&self) -> Option<Id> {
        let organizations = self.waiting.in_turn(&self.exclusive_turns).into_iter();
        organizations
            .flat_map(|code| self.waiting.of(code))
            .find(|waiter| self.may_use_exclusive(waiter))
            .map(|next| next.id)
    }

    /// Whether a waiter may take the exclusive part.
    ///
    /// Not if it fits the shared part and waits only because its own organization has reached its
    /// limit. The exclusive part is for others then.
    fn may_use_exclusive(&self, waiter: &Waiter) -> bool {
        self.transfers[&waiter.id].announced > ORGANIZATION_UNITS || self.fits_organization_limit(waiter)
    }

    /// Whether its whole document fits what its organization has left. It does if it was counted
    /// before.
    fn fits_organization_limit(&self, waiter: &Waiter) -> bool {
        let Transfer { organization, announced, holds } = &self.transfers[&waiter.id];
        *holds != Holds::Nothing || self.organizations[organization].announced + announced <= ORGANIZATION_UNITS
    }

    /// Gives a waiter the units of the shared part that it wants.
    fn grant_shared(&mut self, id: Id) {
        let waiter = self.dequeue(id);
        let held = self.held(id);
        let transfer = self.transfers.get_mut(&id).expect("a transfer is known until it leaves");
        if transfer.holds == Holds::Nothing {
            let usage = self.organizations.get_mut(&transfer.organization).expect("it has a transfer under way");
            usage.announced += transfer.announced;
        }
        transfer.holds = Holds::Shared(waiter.units);
        self.free -= waiter.units - held;
        self.shared_turns.take(&transfer.organization);
        // If the waiter has gone, its reservation is dropped and frees the units.
        let _ = waiter.granted.send(());
    }

    /// Gives a waiter the exclusive part. Its units of the shared part become free: the whole
    /// document fits.
    fn grant_exclusive(&mut self, id: Id) {
        let waiter = self.dequeue(id);
        self.free_units(id);
        let transfer = self.transfers.get_mut(&id).expect("a transfer is known until it leaves");
        transfer.holds = Holds::Exclusive;
        self.exclusive_holder = Some(id);
        self.exclusive_turns.take(&transfer.organization);
        let _ = waiter.granted.send(());
    }

    fn dequeue(&mut self, id: Id) -> Waiter {
        let organization = self.transfers[&id].organization.clone();
        self.waiting.remove(&organization, |waiter| waiter.id == id).expect("it was found in the queue")
    }
}
