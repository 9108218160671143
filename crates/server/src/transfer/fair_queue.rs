//! A queue that is fair between organizations: they take turns, and inside one the first to come
//! is the first.
//!
//! It only orders. Who may take a turn now, and what of, is up to its owner: the mutex or the
//! allocator.

use std::collections::{HashMap, VecDeque};

use domain::vocabulary::id::OrganizationCode;

/// When each organization had its last turn, as a count of turns.
///
/// It never shrinks. The registry bounds how many organizations there are.
#[derive(Debug, Default)]
pub(super) struct Turns {
    last: HashMap<OrganizationCode, u64>,
    count: u64,
}

impl Turns {
    /// Records that an organization has its turn now.
    pub(super) fn take(&mut self, organization: &OrganizationCode) {
        self.count += 1;
        self.last.insert(organization.clone(), self.count);
    }

    /// The count at its last turn; 0 if it never had one, so newcomers are first.
    fn last(&self, organization: &OrganizationCode) -> u64 {
        self.last.get(organization).copied().unwrap_or_default()
    }
}

/// The waiters, by organization. Each has a number of arrival.
#[derive(Debug)]
pub(super) struct FairQueue<W> {
    waiting: HashMap<OrganizationCode, VecDeque<(u64, W)>>,
    arrivals: u64,
}

impl<W> Default for FairQueue<W> {
    fn default() -> Self {
        Self { waiting: HashMap::new(), arrivals: 0 }
    }
}

impl<W> FairQueue<W> {
    /// Adds a waiter behind the others of its organization.
    pub(super) fn push(&mut self, organization: &OrganizationCode, waiter: W) {
        self.arrivals += 1;
        self.waiting.entry(organization.clone()).or_default().push_back((self.arrivals, waiter));
    }

    /// The organizations with waiters, in the order of their turns: the last turn longest ago, then
    /// the first arrival.
    pub(super) fn in_turn(&self, turns: &Turns) -> Vec<&OrganizationCode> {
        let first = |queue: &VecDeque<(u64, W)>| queue.front().map(|(arrival, _)| *arrival);
        let mut order: Vec<_> =
            self.waiting.iter().map(|(code, queue)| (turns.last(code), first(queue), code)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, _, code)| code).collect()
    }

    /// The waiters of one organization, in the order of arrival.
    pub(super) fn of(&self, organization: &OrganizationCode) -> impl Iterator<Item = &W> {
        self.waiting.get(organization).into_iter().flatten().map(|(_, waiter)| waiter)
    }

    /// Takes the first waiter of an organization that `pick` accepts off the queue.
    pub(super) fn remove(&mut self, organization: &OrganizationCode, pick: impl Fn(&W) -> bool) -> Option<W> {
        let queue = self.waiting.get_mut(organization)?;
        let place = queue.iter().position(|(_, waiter)| pick(waiter))?;
        let (_, waiter) = queue.remove(place)?;
        if queue.is_empty() {
            self.waiting.remove(organization);
        }
        Some(waiter)
    }

    /// Drops the waiters that `pick` does not accept.
    pub(super) fn retain(&mut self, pick: impl Fn(&W) -> bool) {
        self.waiting.retain(|_, queue| {
            queue.retain(|(_, waiter)| pick(waiter));
            !queue.is_empty()
        });
    }

    /// How many waiters there are.
    pub(super) fn len(&self) -> usize {
        self.waiting.values().map(VecDeque::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organizations_take_turns_and_keep_their_own_order() {
        let [osce, cis, sco] = ["osce", "cis", "sco"].map(|code| code.parse::<OrganizationCode>().expect("a code"));
        let (mut queue, mut turns) = (FairQueue::default(), Turns::default());
        for number in 1..=3 {
            queue.push(&osce, number);
        }
        queue.push(&cis, 4);
        queue.push(&sco, 5);
        queue.push(&cis, 6);
        let mut served = Vec::new();
        while let Some(next) = queue.in_turn(&turns).first().copied().cloned() {
            turns.take(&next);
            served.extend(queue.remove(&next, |_| true));
        }
        assert_eq!(served, [1, 4, 5, 2, 6, 3]);
        assert_eq!(queue.len(), 0);
    }
}
