//! A mutex with fair turns: between organizations it goes round, inside one it goes in order.
//!
//! A usual mutex serves in the order of arrival. Then one organization with thirty documents
//! makes another one with a single document wait for all thirty.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::vocabulary::id::OrganizationCode;
use tokio::sync::oneshot;

use super::fair_queue::{FairQueue, Turns};

/// One task at a time holds it.
#[derive(Debug, Default)]
pub(super) struct FairMutex {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
/// Who has the mutex and who waits. All three change together.
struct State {
    /// Whether a guard exists.
    is_held: bool,
    waiting: FairQueue<oneshot::Sender<Held>>,
    turns: Turns,
}

/// The guard: the mutex is held until this is dropped. It can move to another thread.
#[derive(Debug)]
pub(super) struct Held(Option<Arc<FairMutex>>);

impl FairMutex {
    /// Waits for the mutex. A caller that stops waiting leaves the queue.
    pub(super) async fn lock(self: &Arc<Self>, organization: &OrganizationCode) -> Held {
        let granted = {
            let mut state = self.state();
            if !state.is_held {
                state.is_held = true;
                state.turns.take(organization);
                return Held(Some(self.clone()));
            }
            let (grant, granted) = oneshot::channel();
            state.waiting.push(organization, grant);
            granted
        };
        granted.await.expect("a waiter stays in the queue until it is granted")
    }

    /// Gives the mutex to the next in turn. One that stops waiting at this very moment is passed
    /// over.
    ///
    /// The guard that could not be sent is emptied before it is dropped. Otherwise its drop would
    /// pass the mutex on a second time.
    fn pass_on(self: &Arc<Self>) {
        while let Some(grant) = self.next() {
            match grant.send(Held(Some(self.clone()))) {
                Ok(()) => return,
                Err(mut held) => drop(held.0.take()),
            }
        }
    }

    /// Takes the next waiter off the queue, and notes the turn of its organization.
    fn next(&self) -> Option<oneshot::Sender<Held>> {
        let mut state = self.state();
        // A waiter that has gone must not cost its organization a turn.
        state.waiting.retain(|grant| !grant.is_closed());
        let next = state.waiting.in_turn(&state.turns).first().copied().cloned();
        state.is_held = next.is_some();
        let next = next?;
        state.turns.take(&next);
        state.waiting.remove(&next, |_| true)
    }

    /// Poisoning is ignored: no code that holds this lock can panic between two changes that belong
    /// together.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(mutex) = self.0.take() {
            mutex.pass_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_organization_with_one_does_not_wait_for_all_of_another_s() {
        let mutex = Arc::new(FairMutex::default());
        let [osce, cis] = ["osce", "cis"].map(|code| code.parse::<OrganizationCode>().expect("a code"));
        let held = mutex.lock(&osce).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for (organization, count) in [(&osce, 5), (&cis, 2)] {
            for _ in 0..count {
                let (mutex, organization, order) = (mutex.clone(), organization.clone(), order.clone());
                tasks.push(tokio::spawn(async move {
                    let _held = mutex.lock(&organization).await;
                    order.lock().expect("no panic").push(organization.to_string());
                }));
                tokio::task::yield_now().await;
            }
        }
        // One who gives up waiting holds nobody up.
        tasks[0].abort();
        tokio::task::yield_now().await;
        drop(held);
        for task in tasks.drain(1..) {
            task.await.expect("no panic");
        }
        assert_eq!(*order.lock().expect("no panic"), ["cis", "osce", "cis", "osce", "osce", "osce"]);
        drop(mutex.lock(&cis).await);
    }
}
