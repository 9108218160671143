//! A lock that organizations get in fair turns.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::vocabulary::id::OrganizationCode;
use tokio::sync::oneshot;

use super::fair_queue::{FairQueue, Turns};

/// One at a time holds it; between organizations it goes round, inside one it goes in order.
#[derive(Debug, Default)]
pub(super) struct FairMutex {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    is_held: bool,
    waiting: FairQueue<oneshot::Sender<Held>>,
    turns: Turns,
}

/// That the lock is held, until this is dropped.
#[derive(Debug)]
pub(super) struct Held(Option<Arc<FairMutex>>);

impl FairMutex {
    /// Waits for the lock.
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
        granted.await.expect("whoever waits is in the queue until it is granted")
    }

    /// Hands the lock to whoever is next. Whoever stops waiting at that moment is passed over.
    fn pass_on(self: &Arc<Self>) {
        while let Some(grant) = self.next() {
            match grant.send(Held(Some(self.clone()))) {
                Ok(()) => return,
                Err(mut held) => drop(held.0.take()),
            }
        }
    }

    fn next(&self) -> Option<oneshot::Sender<Held>> {
        let mut state = self.state();
        // Whoever has stopped waiting costs its organization no turn.
        state.waiting.retain(|grant| !grant.is_closed());
        let next = state.waiting.in_turn(&state.turns).first().copied().cloned();
        state.is_held = next.is_some();
        let next = next?;
        state.turns.take(&next);
        state.waiting.remove(&next, |_| true)
    }

    /// A panic while it was held left the state itself whole.
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
