//! What a moment has overtaken.

use domain::event::EventActor;
use domain::policy::{Action, Permit, Scope};
use jiff::{SignedDuration, Timestamp};
use store::{Command, CommandError, Tx};

use super::{BATCH, INTERVAL};
use crate::rpc::{Api, Effect};

/// How long the service waits before it moves what a moment has overtaken: whatever was received in time has been dealt
/// with by then, on every server, also on one whose clock is a little behind.
pub(super) const GRACE: SignedDuration = SignedDuration::from_secs(60);

/// Moves what a moment has overtaken, whenever the clock has moved.
pub(super) async fn tick(api: Api) {
    let mut changes = api.clock.changes();
    loop {
        let now = api.clock.now();
        match api.store.run(Tick { now }).await {
            Ok(moved) if moved > 0 => {
                tracing::info!(moved, "applications moved by the clock");
                api.committed.notify_one();
                continue;
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the clock's job failed"),
        }
        tokio::select! {
            Ok(()) = changes.changed() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

struct Tick {
    now: Timestamp,
}

impl Command for Tick {
    const NAME: &'static str = "tick";
    type Output = usize;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, CommandError> {
        let permit = Permit::for_the_service();
        let moment = self.now - GRACE;
        let due = tx.due_applications(moment, BATCH).await?;
        let mut moved = 0;
        for application in due {
            let Some(election) = tx.lookup_election(&application.name.election).await? else { continue };
            let (before, stored) = (application.state.clone(), application.stored());
            let Some((verb, changed)) = application.tick(&election.cutoffs, moment) else { continue };
            tx.update_application(&permit, &changed, stored, self.now).await?;
            let effect = Effect::transition(verb, &before, &changed);
            let event = effect.event(tx, EventActor::System, Action::Tick, self.now);
            tx.record(&permit, event).await?;
            moved += 1;
        }
        Ok(moved)
    }
}
