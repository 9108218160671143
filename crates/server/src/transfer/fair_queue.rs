//! A queue that is fair between organizations: they take turns, and inside one the first to come is the first.

use std::collections::{HashMap, VecDeque};

use domain::vocabulary::id::OrganizationCode;

/// When each organization had its last turn. The registry bounds how many organizations that can be.
#[derive(Debug, Default)]
pub(super) struct Turns {
    last: HashMap<OrganizationCode, u64>,
    count: u64,
}

impl Turns {
    /// Notes that an organization has its turn now.
    pub(super) fn take(&mut self, organization: &OrganizationCode) {
        self.count += 1;
        self.last.insert(organization.clone(), self.count);
    }

    fn last(&self, organization: &OrganizationCode) -> u64 {
        self.last.get(organization).copied().unwrap_or_default()
    }
}

/// Those who wait, by organization.
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
    /// Adds somebody behind the others of the organization.
    pub(super) fn push(&mut self, organization: &OrganizationCode, waiter: W) {
        self.arrivals += 1;
        self.waiting.entry(organization.clone()).or_default().push_back((self.arrivals, waiter));
    }

    /// The organizations that wait, in the order of their turns: whose last turn is longest ago, then who came first.
    pub(super) fn in_turn(&self, turns: &Turns) -> Vec<&OrganizationCode> {
        let first = |queue: &VecDeque<(u64, W)>| queue.front().map(|(arrival, _)| *arrival);
        let mut order: Vec<_> =
            self.waiting.iter().map(|(code, queue)| (turns.last(code), first(queue), code)).collect();
        order.sort_unstable();
        order.into_iter().map(|(_, _, code)| code).collect()
    }

    /// Those of one organization, first come first.
    pub(super) fn of(&self, organization: &OrganizationCode) -> impl Iterator<Item = &W> {
        self.waiting.get(organization).into_iter().flatten().map(|(_, waiter)| waiter)
    }

    /// Takes the first of an organization's that is picked out of the queue.
    pub(super) fn remove(&mut self, organization: &OrganizationCode, pick: impl Fn(&W) -> bool) -> Option<W> {
        let queue = self.waiting.get_mut(organization)?;
        let place = queue.iter().position(|(_, waiter)| pick(waiter))?;
        let (_, waiter) = queue.remove(place)?;
        if queue.is_empty() {
            self.waiting.remove(organization);
        }
        Some(waiter)
    }

    /// Drops all but those who are picked.
    pub(super) fn retain(&mut self, pick: impl Fn(&W) -> bool) {
        self.waiting.retain(|_, queue| {
            queue.retain(|(_, waiter)| pick(waiter));
            !queue.is_empty()
        });
    }

    /// How many wait.
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
