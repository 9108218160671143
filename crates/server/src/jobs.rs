//! What the service does by itself: lapsing what a cutoff has overtaken, giving events their positions, and keeping the
//! anchors at the door as the registry has them.

use std::sync::Arc;
use std::time::Duration;

use domain::event::EventActor;
use domain::organization::Organization;
use domain::policy::{Action, Permit};
use jiff::Timestamp;
use store::{Command, CommandError, PendingEvents, Tx};
use tokio_util::sync::CancellationToken;

use crate::rpc::{Api, Effect};
use crate::tls::{Acceptor, Anchors, Peer};

/// How many applications or events one transaction takes.
const BATCH: u32 = 200;
/// How often each looks by itself, when nobody rings.
const INTERVAL: Duration = Duration::from_secs(1);

/// Starts every job; each ends when the service does.
pub(crate) fn start(api: &Api, anchors: Arc<Anchors>, acceptor: Arc<Acceptor>, shutdown: &CancellationToken) {
    tokio::spawn(shutdown.clone().run_until_cancelled_owned(tick(api.clone())));
    tokio::spawn(shutdown.clone().run_until_cancelled_owned(sequence(api.clone())));
    tokio::spawn(shutdown.clone().run_until_cancelled_owned(follow_registry(api.clone(), anchors, acceptor)));
}

/// Moves what a moment has overtaken, whenever the clock has moved.
async fn tick(api: Api) {
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

    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, CommandError> {
        let permit = Permit::for_the_service();
        let due = tx.due_applications(self.now, BATCH).await?;
        let mut moved = 0;
        for application in due {
            let Some(election) = tx.lookup_election(&application.name.election).await? else { continue };
            let (before, version) = (application.state.clone(), application.version);
            let Some((verb, changed)) = application.tick(&election.cutoffs, self.now) else { continue };
            tx.update_application(&permit, &changed, version).await?;
            let effect = Effect::transition(verb, &before, &changed);
            let event = effect.event(tx, EventActor::System, Action::Tick, self.now);
            tx.record(&permit, event).await?;
            moved += 1;
        }
        Ok(moved)
    }
}

/// Gives committed events their positions, soon after each commit.
async fn sequence(api: Api) {
    loop {
        match api.store.run(Sequence).await {
            Ok(PendingEvents { more: true, .. }) => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the sequencer failed"),
        }
        tokio::select! {
            () = api.committed.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

struct Sequence;

impl Command for Sequence {
    const NAME: &'static str = "sequence";
    type Output = PendingEvents;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<PendingEvents, CommandError> {
        Ok(tx.sequence(BATCH).await?)
    }
}

/// Every organization, for the anchors.
pub(crate) struct AllOrganizations;

impl Command for AllOrganizations {
    const NAME: &'static str = "all organizations";
    type Output = Vec<Organization>;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Organization>, CommandError> {
        Ok(tx.all_organizations().await?)
    }
}

/// Keeps the anchors as the registry has them, and closes the connections of whoever was shut out.
async fn follow_registry(api: Api, anchors: Arc<Anchors>, acceptor: Arc<Acceptor>) {
    loop {
        match api.store.read(AllOrganizations).await {
            Ok(organizations) => {
                if let Err(error) = anchors.replace(&organizations) {
                    tracing::error!(%error, "the registry's anchors cannot be used; the old ones stay");
                }
                let suspended = |peer: &Peer| organizations.iter().any(|o| o.code == peer.organization && o.suspended);
                let closed = acceptor.close(suspended);
                if closed > 0 {
                    tracing::info!(closed, "connections of suspended organizations closed");
                }
            }
            Err(error) => tracing::error!(%error, "the registry could not be read"),
        }
        tokio::select! {
            () = api.registry_changed.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}
