//! Moves applications whose moment has passed.
//!
//! An application lapses after a cutoff, and a lease of a reviewer or a question to the
//! delegation ends after its time. Then the application is in the queue again.
//!
//! - **Rule:** `domain::application::acts::tick`.
//! - **Grace:** all of this happens [`GRACE`] after the moment. By then every request that came
//!   in time has been decided, on every server.
//! - **Woken by:** a clock that is set, in rehearsals. Time that passes wakes nothing, so the
//!   job looks every second.
//! - **Many servers:** an advisory lock lets one server work at a time. The next one finds
//!   nothing left.
//! - **Two at once:** a call that changes an application meanwhile makes this transaction run
//!   again, on the new state.
//! - **Dies halfway:** a batch commits as a whole. What is left is found again.

use domain::application::acts;
use domain::election::cutoff::GRACE;
use domain::outcome::Service;
use domain::policy::{Permit, Scope};
use jiff::Timestamp;
use store::{Command, CommandError, Tx};

use super::{BATCH, INTERVAL};
use crate::engine::Api;

/// Moves overdue applications batch by batch, then waits for the interval.
pub(super) async fn move_overdue(api: Api) {
    let mut changes = api.clock.changes();
    loop {
        let now = api.clock.now();
        match api.store.run(MoveOverdue { now }).await {
            Ok(moved) if moved > 0 => {
                tracing::info!(moved, "overdue applications moved");
                api.sequencer_wakeup.notify_one();
                continue;
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "overdue applications could not be moved; trying again"),
        }
        tokio::select! {
            Ok(()) = changes.changed() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Moves one batch; gives how many were moved.
struct MoveOverdue {
    now: Timestamp,
}

impl Command for MoveOverdue {
    const NAME: &'static str = "tick";
    type Output = usize;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, CommandError> {
        let permit = Permit::for_the_service();
        // Compared with this moment, so that nothing is moved while a request that came in time is
        // under way.
        let moment = self.now - GRACE;
        let due = tx.due_applications(moment, BATCH).await?;
        let mut moved = 0;
        // The store finds candidates by their times. The act decides, and does nothing if none is
        // due.
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
