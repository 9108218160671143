//! What a moment has overtaken.

use domain::application::acts;
use domain::election::cutoff::GRACE;
use domain::outcome::Service;
use domain::policy::{Permit, Scope};
use jiff::Timestamp;
use store::{Command, CommandError, Tx};

use super::{BATCH, INTERVAL};
use crate::engine::Api;

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
            let Some(outcome) = acts::tick(&Service { now: self.now }, application, &election.cutoffs, moment) else {
                continue;
            };
            tx.save(&permit, &outcome).await?;
            moved += 1;
        }
        Ok(moved)
    }
}
