//! Who holds how much of the memory for documents, and who is next.
//!
//! The memory has two parts. In the *common part* a transfer takes units one by one, as its bytes arrive. The *lane* is as
//! large as the largest document and belongs to one transfer at a time, which therefore never waits for memory again. As
//! the holder of the lane ends, by itself or because it is too slow, everybody who waits gets ahead: there is no
//! deadlock.
//!
//! An organization's transfers in the common part may not together become larger than its share. This is counted by
//! what they announce, so that they do not wait for each other half way; it costs nobody but the organization itself.

use std::collections::HashMap;

use documents::MAX_BYTES;
use domain::vocabulary::id::OrganizationCode;
use tokio::sync::oneshot;

use super::fair_queue::{FairQueue, Turns};

/// How many bytes a unit has.
pub(super) const UNIT: usize = 64 << 10;
/// The units of the common part: 12 MiB.
pub(super) const COMMON: usize = (12 << 20) / UNIT;
/// The most units of the common part that one organization can hold: 4 MiB.
pub(super) const SHARE: usize = (4 << 20) / UNIT;
/// The units of the lane: the largest document, 20 MiB.
pub(super) const LANE: usize = MAX_BYTES.div_ceil(UNIT);

/// How many transfers one organization can have under way, those that wait included.
pub(crate) const MAX_TRANSFERS: u32 = 32;

/// By what a transfer is known.
pub(super) type Id = u64;

/// The state of the pool.
#[derive(Debug)]
pub(super) struct Ledger {
    transfers: HashMap<Id, Transfer>,
    /// Of each organization that has a transfer under way.
    shares: HashMap<OrganizationCode, Share>,
    free: usize,
    lane: Option<Id>,
    waiting: FairQueue<Waiter>,
    common_turns: Turns,
    lane_turns: Turns,
    next: Id,
}

#[derive(Debug)]
struct Transfer {
    organization: OrganizationCode,
    /// As many units as its document needs.
    announced: usize,
    holds: Holds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Nothing,
    /// So many units of the common part; the rest of what it announces is counted against its organization's share.
    Common(usize),
    Lane,
}

#[derive(Debug, Default)]
struct Share {
    under_way: u32,
    announced: usize,
}

#[derive(Debug)]
struct Waiter {
    id: Id,
    units: usize,
    granted: oneshot::Sender<()>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            transfers: HashMap::new(),
            shares: HashMap::new(),
            free: COMMON,
            lane: None,
            waiting: FairQueue::default(),
            common_turns: Turns::default(),
            lane_turns: Turns::default(),
            next: 0,
        }
    }
}

impl Ledger {
    /// A new transfer that holds nothing yet, unless its organization has too many under way.
    pub(super) fn enter(&mut self, organization: &OrganizationCode, bytes: usize) -> Option<Id> {
        let share = self.shares.entry(organization.clone()).or_default();
        if share.under_way >= MAX_TRANSFERS {
            return None;
        }
        share.under_way += 1;
        self.next += 1;
        let announced = bytes.div_ceil(UNIT).clamp(1, LANE);
        let transfer = Transfer { organization: organization.clone(), announced, holds: Holds::Nothing };
        self.transfers.insert(self.next, transfer);
        Some(self.next)
    }

    /// Gives a transfer so many units in all, or says how it will learn that it has them.
    pub(super) fn request(&mut self, id: Id, units: usize) -> Option<oneshot::Receiver<()>> {
        if self.held(id) >= units {
            return None;
        }
        let (granted, receiver) = oneshot::channel();
        let organization = self.transfers[&id].organization.clone();
        self.waiting.push(&organization, Waiter { id, units, granted });
        self.settle();
        if self.held(id) >= units { None } else { Some(receiver) }
    }

    /// A transfer waits no more.
    pub(super) fn cancel(&mut self, id: Id) {
        let organization = self.transfers[&id].organization.clone();
        self.waiting.remove(&organization, |waiter| waiter.id == id);
    }

    /// Takes back what a transfer holds.
    pub(super) fn release(&mut self, id: Id) {
        self.take_back(id);
        self.settle();
    }

    /// A transfer has ended.
    pub(super) fn leave(&mut self, id: Id) {
        self.take_back(id);
        if let Some(Transfer { organization, .. }) = self.transfers.remove(&id)
            && let Some(share) = self.shares.get_mut(&organization)
        {
            share.under_way -= 1;
            if share.under_way == 0 {
                self.shares.remove(&organization);
            }
        }
        self.settle();
    }

    /// How many units a transfer holds.
    pub(super) fn held(&self, id: Id) -> usize {
        match self.transfers[&id].holds {
            Holds::Nothing => 0,
            Holds::Common(units) => units,
            Holds::Lane => LANE,
        }
    }

    /// Whether a transfer holds the lane while another organization waits for it.
    pub(super) fn is_contested(&self, id: Id) -> bool {
        let Transfer { organization, holds, .. } = &self.transfers[&id];
        let waits = |other: &OrganizationCode| self.waiting.of(other).any(|waiter| self.may_use_lane(waiter));
        *holds == Holds::Lane
            && self.waiting.in_turn(&self.lane_turns).into_iter().any(|other| other != organization && waits(other))
    }

    /// How many units are held, as far as their holders need them, and how many transfers wait.
    pub(super) fn usage(&self) -> (usize, usize) {
        let lane = self.lane.map_or(0, |id| self.transfers[&id].announced);
        (COMMON - self.free + lane, self.waiting.len())
    }

    fn take_back(&mut self, id: Id) {
        let transfer = self.transfers.get_mut(&id).expect("a transfer is known until it leaves");
        match std::mem::replace(&mut transfer.holds, Holds::Nothing) {
            Holds::Nothing => {}
            Holds::Common(units) => {
                self.free += units;
                let share = self.shares.get_mut(&transfer.organization).expect("it has a transfer under way");
                share.announced -= transfer.announced;
            }
            Holds::Lane => self.lane = None,
        }
    }

    /// Gives what is free to those who wait, in turn.
    fn settle(&mut self) {
        loop {
            if let Some(id) = self.next_in_common() {
                self.grant_common(id);
            } else if self.lane.is_none()
                && let Some(id) = self.next_in_lane()
            {
                self.grant_lane(id);
            } else {
                return;
            }
        }
    }

    /// Inside an organization whoever holds something comes first: what it has already is of use to nobody until it ends.
    fn next_in_common(&self) -> Option<Id> {
        self.waiting.in_turn(&self.common_turns).into_iter().find_map(|organization| {
            let started = |waiter: &&Waiter| matches!(self.transfers[&waiter.id].holds, Holds::Common(_));
            let small = |waiter: &&Waiter| self.transfers[&waiter.id].announced <= SHARE;
            let mut own = self.waiting.of(organization);
            let next = match own.find(started) {
                Some(started) => started,
                None => self.waiting.of(organization).find(small)?,
            };
            let fits = self.fits_share(next) && next.units - self.held(next.id) <= self.free;
            fits.then_some(next.id)
        })
    }

    fn next_in_lane(&self) -> Option<Id> {
        let organizations = self.waiting.in_turn(&self.lane_turns).into_iter();
        organizations
            .flat_map(|code| self.waiting.of(code))
            .find(|waiter| self.may_use_lane(waiter))
            .map(|next| next.id)
    }

    /// Whoever waits only for others of its own organization leaves the lane to others.
    fn may_use_lane(&self, waiter: &Waiter) -> bool {
        self.transfers[&waiter.id].announced > SHARE || self.fits_share(waiter)
    }

    fn fits_share(&self, waiter: &Waiter) -> bool {
        let Transfer { organization, announced, holds } = &self.transfers[&waiter.id];
        *holds != Holds::Nothing || self.shares[organization].announced + announced <= SHARE
    }

    fn grant_common(&mut self, id: Id) {
        let waiter = self.dequeue(id);
        let held = self.held(id);
        let transfer = self.transfers.get_mut(&id).expect("a transfer is known until it leaves");
        if transfer.holds == Holds::Nothing {
            let share = self.shares.get_mut(&transfer.organization).expect("it has a transfer under way");
            share.announced += transfer.announced;
        }
        transfer.holds = Holds::Common(waiter.units);
        self.free -= waiter.units - held;
        self.common_turns.take(&transfer.organization);
        // Whoever has stopped waiting gives back what it holds when it is dropped.
        let _ = waiter.granted.send(());
    }

    /// What it held of the common part is free again: all of the document fits into the lane.
    fn grant_lane(&mut self, id: Id) {
        let waiter = self.dequeue(id);
        self.take_back(id);
        let transfer = self.transfers.get_mut(&id).expect("a transfer is known until it leaves");
        transfer.holds = Holds::Lane;
        self.lane = Some(id);
        self.lane_turns.take(&transfer.organization);
        let _ = waiter.granted.send(());
    }

    fn dequeue(&mut self, id: Id) -> Waiter {
        let organization = self.transfers[&id].organization.clone();
        self.waiting.remove(&organization, |waiter| waiter.id == id).expect("it was found in the queue")
    }
}
