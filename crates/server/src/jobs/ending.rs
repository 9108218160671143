//! What ends by itself: whatever is in force when the observation is over, and what the rule pack says of a run-off.

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

/// Ends what is to end, whenever the clock has moved. What has ended does not come back when the results' time is
/// corrected.
pub(super) async fn end(api: Api) {
    let mut changes = api.clock.changes();
    loop {
        match end_everything(&api).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "accreditations ended by themselves"),
            Err(error) => tracing::error!(%error, "accreditations could not be ended; tried again"),
        }
        tokio::select! {
            Ok(()) = changes.changed() => {}
            () = tokio::time::sleep(INTERVAL) => {}
        }
    }
}

/// Goes through every election that may have something to end, in batches; gives how many accreditations ended.
async fn end_everything(api: &Api) -> Result<usize, CommandError> {
    let mut ended = 0;
    for (election, ending, numbers) in api.store.read(Due { now: api.clock.now() }).await? {
        let mut after = Some(0);
        while let Some(number) = after {
            let (election, ending, now) = (election.clone(), ending.clone(), api.clock.now());
            let end = End { election, ending, numbers, after: number, now };
            let (count, last) = api.store.run(end).await?;
            if count > 0 {
                api.committed.notify_one();
                api.presented.notify_one();
            }
            (ended, after) = (ended + count, last);
        }
    }
    Ok(ended)
}

/// Most of the time nothing ends, so it is looked where nobody waits for it.
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

struct End {
    election: ElectionCode,
    ending: Ending,
    numbers: i64,
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
            // Another ending has followed meanwhile: it begins with the first accreditation again.
            return Ok((0, None));
        }
        let found = tx.accreditations_to_end(&permit, code, ending.whom, self.after, BATCH).await?;
        let (count, last) = (found.len(), found.last().map(|last| last.name.number));
        for accreditation in found {
            let ended = acts::end_by_itself(&Service { now: self.now }, accreditation, ending.whom.reason())?;
            tx.save(&permit, &ended).await?;
        }
        if count > 0 && !ending.whom.is_everyone() {
            // Whoever was found to be like one of them is checked again.
            tx.queue_screenings(&permit, code, None).await?;
        }
        if count == BATCH as usize {
            return Ok((count, last));
        }
        tx.everything_has_ended(&permit, code, ending, self.numbers).await?;
        Ok((count, None))
    }
}
