//! Ends accreditations when the observation is over, or as the rule pack says after a run-off
//! was called.
//!
//! - **Rule:** `Election::ending` says whose accreditations end,
//!   `domain::accreditation::acts::end_by_itself` ends one.
//! - **Grace:** it happens [`GRACE`] after the moment, when every request that came in time has
//!   been decided.
//! - **Woken by:** a clock that is set, in rehearsals. Otherwise the job looks every second, in
//!   a read transaction that holds up nobody.
//! - **Locks:** an advisory lock, so one server ends accreditations at a time.
//! - **Two at once:** another ending may begin meanwhile, for example results after a run-off.
//!   Each batch compares, and stops if the ending is not the one that was read.
//! - **Dies halfway:** that everything has ended is recorded with the last batch only. Until
//!   then the next run begins with the first accreditation and passes over those that have
//!   ended.
//! - **Late accreditations:** one that comes into force while the job runs has taken a number.
//!   The numbers are read before the accreditations, and compared at the next look, so it is
//!   found.

use domain::accreditation::acts;
use domain::election::Ending;
use domain::election::cutoff::GRACE;
use domain::outcome::Service;
use domain::policy::{Permit, Scope};
use domain::vocabulary::id::ElectionCode;
use jiff::Timestamp;
use store::{Command, CommandError, Tx};

use super::{BATCH, INTERVAL};
use crate::engine::Api;

/// Ends accreditations, then waits for the interval.
///
/// An accreditation that has ended does not come back when the time of the results is corrected.
pub(super) async fn end(api: Api) {
    let mut changes = api.clock.changes();
    loop {
        match end_everything(&api).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "accreditations ended"),
            Err(error) => tracing::error!(%error, "accreditations could not be ended; trying again"),
        }
        tokio::select! {
            Ok(()) = changes.changed() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Goes through every election that may have something to end, batch by batch. Gives how many
/// accreditations ended.
async fn end_everything(api: &Api) -> Result<usize, CommandError> {
    let mut ended = 0;
    for (election, ending, numbers) in api.store.read(Due { now: api.clock.now() }).await? {
        let mut after = Some(0);
        while let Some(number) = after {
            let (election, ending, now) = (election.clone(), ending.clone(), api.clock.now());
            let end = End { election, ending, numbers, after: number, now };
            let (count, last) = api.store.run(end).await?;
            if count > 0 {
                api.sequencer_wakeup.notify_one();
                api.screening_wakeup.notify_one();
            }
            (ended, after) = (ended + count, last);
        }
    }
    Ok(ended)
}

/// Reads the elections that have something to end. Mostly there is none, so this needs no write
/// transaction.
struct Due {
    now: Timestamp,
}

impl Command for Due {
    const NAME: &'static str = "look for what is to end";
    type Output = Vec<(ElectionCode, Ending, i64)>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let found = tx.elections_to_end().await?;
        let due = found.into_iter().filter_map(|(election, numbers)| {
            let ending = election.ending(self.now - GRACE)?;
            Some((election.code, ending, numbers))
        });
        Ok(due.collect())
    }
}

/// Ends one batch of accreditations of one election.
struct End {
    /// The election.
    election: ElectionCode,
    /// Whose accreditations end and why, as it was read before.
    ending: Ending,
    /// How many numbers the election had taken when it was read.
    numbers: i64,
    /// The number of the last accreditation of the batch before.
    after: u32,
    now: Timestamp,
}

impl Command for End {
    const NAME: &'static str = "end accreditations";
    /// How many ended, and the number of the last one if there may be more after it.
    type Output = (usize, Option<u32>);

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        let permit = Permit::for_the_service();
        tx.take_turn_to_end().await?;
        let (code, ending) = (&self.election, &self.ending);
        let now = tx.lookup_election(code).await?.and_then(|election| election.ending(self.now - GRACE));
        if now.as_ref() != Some(ending) {
            // Another ending has begun meanwhile. It starts with the first accreditation, at the
            // next look.
            return Ok((0, None));
        }
        let found = tx.accreditations_to_end(&permit, code, ending.scope, self.after, BATCH).await?;
        let (count, last) = (found.len(), found.last().map(|last| last.name.number));
        for accreditation in found {
            let ended = acts::end_by_itself(&Service { now: self.now }, accreditation, ending.scope.reason())?;
            tx.save(&permit, &ended).await?;
        }
        if count > 0 && !ending.scope.is_everyone() {
            // Others may have been found to be like one of them, so they are checked again.
            tx.queue_screenings(&permit, code, None).await?;
        }
        if count == BATCH as usize {
            return Ok((count, last));
        }
        tx.record_all_ended(&permit, code, ending, self.numbers).await?;
        Ok((count, None))
    }
}
