//! The automatic checks of applications and amendments.
//!
//! They run soon after the commit that queued the application, as the commission, and never in a
//! delegation's call. So neither an answer nor its time tells a delegation what was found.
//!
//! - **Queue:** a row of `screening_pending` for each application. It is inserted in the commit
//!   that needs the check, so none is forgotten. A *sweep* is one row that stands for all
//!   applications of an election or a mission; it is queued page by page.
//! - **Three steps** (ADR 22): [`input`] reads in one transaction, [`checker`] compares on a
//!   blocking thread in no transaction, [`save`] stores in a short transaction if nothing has
//!   changed.
//! - **Many servers:** all read the same queue. The one that deletes the row stores its
//!   findings; the others' work is discarded.
//! - **Dies halfway:** the row is still there, and any server checks the application again.
//! - **Errors:** an application that cannot be checked is passed over, so that others are
//!   checked. It is tried again when the queue is empty.

use std::sync::Arc;

use checker::Checker;
use domain::policy::{Permit, Scope};
use store::{Command, CommandError, PendingScreening, Sweep, Tx};
use tokio::task::JoinSet;

use super::{BATCH, INTERVAL};
use crate::engine::Api;

mod checker;
mod input;
mod save;
mod watch_list_cache;

/// How many applications are checked at once. Each waits for reads and commits most of the time.
const MAX_CONCURRENT_CHECKS: u32 = 8;

/// Checks the queue until it is empty, then waits for a wake-up or for the interval.
///
/// `after` is the number of the last application that failed: those behind it come first.
pub(super) async fn screen(api: Api) {
    let checker = Arc::new(Checker::new(api.clone()));
    let mut after = 0;
    loop {
        match check_next(&checker, &mut after).await {
            Ok(true) => continue,
            Ok(false) => after = 0,
            Err(error) => tracing::error!(%error, "cannot read the queue of the automatic checks; trying again"),
        }
        checker.drop_idle_lists().await;
        tokio::select! {
            () = api.screening_wakeup.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Checks the next applications of the queue, or queues the next page of a sweep. `true` if there
/// was anything to do.
async fn check_next(checker: &Arc<Checker>, after: &mut i64) -> Result<bool, CommandError> {
    let api = checker.api();
    let pending = api.store.read(ReadPending { after: *after }).await?;
    if pending.is_empty() {
        // Only when the queue is empty. So an application that is presented meanwhile waits behind
        // one page of the sweep, and not behind all of it.
        let Some(sweep) = api.store.read(ReadNextSweep).await? else { return Ok(false) };
        api.store.run(AdvanceSweep { sweep }).await?;
        return Ok(true);
    }
    let (mut checks, mut checked) = (JoinSet::new(), 0);
    for one in pending {
        let checker = checker.clone();
        checks.spawn(async move { (one.number, checker.check(one).await) });
    }
    while let Some(done) = checks.join_next().await {
        match done {
            Ok((_, Ok(()))) => checked += 1,
            Ok((number, Err(error))) => {
                tracing::error!(%error, "the checks of an application failed");
                *after = (*after).max(number);
            }
            Err(error) => tracing::error!(%error, "the checks of an application panicked"),
        }
    }
    // All have failed: wait for the interval, or this would be a busy loop.
    if checked == 0 {
        return Ok(false);
    }
    tracing::info!(checked, "applications checked");
    api.sequencer_wakeup.notify_one();
    Ok(true)
}

/// Reads the applications of the queue that have waited longest.
struct ReadPending {
    /// Only those behind this number.
    after: i64,
}

impl Command for ReadPending {
    const NAME: &'static str = "look for what is to be checked";
    type Output = Vec<PendingScreening>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.pending_screenings(self.after, MAX_CONCURRENT_CHECKS).await?)
    }
}

/// Reads the oldest sweep, with the next page of its applications.
struct ReadNextSweep;

impl Command for ReadNextSweep {
    const NAME: &'static str = "look for what is to be checked again";
    type Output = Option<Sweep>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.next_sweep(BATCH).await?)
    }
}

/// Queues a page of a sweep, unless another server has done it; ends the sweep after the last page.
struct AdvanceSweep {
    sweep: Sweep,
}

impl Command for AdvanceSweep {
    const NAME: &'static str = "queue what is to be checked again";
    type Output = ();

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        Ok(tx.advance_sweep(&Permit::for_the_service(), &self.sweep).await?)
    }
}
