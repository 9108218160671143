//! The automatic checks. They run soon after the commit that asked for them, as the commission, and never in a
//! delegation's call: neither an answer nor its time tells a delegation what was found.
//!
//! What is compared is read first and compared outside of every transaction, on a thread that serves no request; a short
//! transaction keeps what was found, if nothing has changed meanwhile.

use std::sync::Arc;

use check::Checker;
use domain::policy::{Permit, Scope};
use store::{Command, CommandError, PendingScreening, Sweep, Tx};
use tokio::task::JoinSet;

use super::{BATCH, INTERVAL};
use crate::engine::Api;

mod check;
mod keep;
mod lists;
mod read;

/// How many applications are under way at once. Each waits for its own reads and commits most of the time.
const AT_ONCE: u32 = 8;

/// Checks what waits, whenever something was committed. One that cannot be checked holds up nobody behind it, and is tried
/// again later.
pub(super) async fn screen(api: Api) {
    let checker = Arc::new(Checker::new(api.clone()));
    let mut after = 0;
    loop {
        match check_next(&checker, &mut after).await {
            Ok(true) => continue,
            Ok(false) => after = 0,
            Err(error) => tracing::error!(%error, "it could not be looked for what is to be checked"),
        }
        checker.forget_idle_lists().await;
        tokio::select! {
            () = api.presented.notified() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Checks the next that wait, or has the next page of a sweep wait; whether there was anything to do.
async fn check_next(checker: &Arc<Checker>, after: &mut i64) -> Result<bool, CommandError> {
    let api = checker.api();
    let pending = api.store.read(Waiting { after: *after }).await?;
    if pending.is_empty() {
        // Whoever is presented meanwhile waits behind one page and not behind all of them.
        let Some(sweep) = api.store.read(NextSweep).await? else { return Ok(false) };
        api.store.run(Advance { sweep }).await?;
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
            Err(error) => tracing::error!(%error, "the checks of an application ended badly"),
        }
    }
    if checked == 0 {
        return Ok(false);
    }
    tracing::info!(checked, "applications checked");
    api.committed.notify_one();
    Ok(true)
}

/// The applications that wait for the checks.
struct Waiting {
    after: i64,
}

impl Command for Waiting {
    const NAME: &'static str = "look for what is to be checked";
    type Output = Vec<PendingScreening>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.pending_screenings(self.after, AT_ONCE).await?)
    }
}

/// The next page of what is to be checked again because of something that concerns all of it.
struct NextSweep;

impl Command for NextSweep {
    const NAME: &'static str = "look for what is to be checked again";
    type Output = Option<Sweep>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.next_sweep(BATCH).await?)
    }
}

struct Advance {
    sweep: Sweep,
}

impl Command for Advance {
    const NAME: &'static str = "queue what is to be checked again";
    type Output = ();

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        Ok(tx.advance_sweep(&Permit::for_the_service(), &self.sweep).await?)
    }
}
