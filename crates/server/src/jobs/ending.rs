//! What ends by itself: whatever is in force when the observation is over.

use domain::accreditation::Accreditation;
use domain::election::Election;
use domain::event::EventActor;
use domain::policy::{Action, Permit, Scope};
use jiff::Timestamp;
use store::{Command, CommandError, Tx};

use super::{BATCH, INTERVAL};
use crate::rpc::{Api, Effect};

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
    for (election, numbers) in api.store.read(Due).await? {
        let mut after = Some(0);
        while let Some(number) = after {
            let end = End { election: election.clone(), numbers, after: number, now: api.clock.now() };
            let (count, last) = api.store.run(end).await?;
            if count > 0 {
                api.committed.notify_one();
            }
            (ended, after) = (ended + count, last);
        }
    }
    Ok(ended)
}

/// Most of the time nothing ends, so it is looked where nobody waits for it.
struct Due;

impl Command for Due {
    const NAME: &'static str = "look for what is to end";
    type Output = Vec<(Election, i64)>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.elections_to_end().await?)
    }
}

struct End {
    election: Election,
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
        let Some(ending) = self.election.ending() else { return Ok((0, None)) };
        tx.take_turn_to_end().await?;
        let code = &self.election.code;
        let found = tx.accreditations_in_force(&permit, code, self.after, BATCH).await?;
        let (count, last) = (found.len(), found.last().map(|last| last.name.number));
        for accreditation in found {
            self.end(tx, &permit, accreditation).await?;
        }
        if count == BATCH as usize {
            return Ok((count, last));
        }
        tx.everything_has_ended(&permit, code, &ending, self.numbers).await?;
        Ok((count, None))
    }
}

impl End {
    async fn end(&self, tx: &mut Tx<'_>, permit: &Permit, before: Accreditation) -> Result<(), CommandError> {
        let from = before.state();
        let changed = before.end_by_itself(self.now)?;
        tx.change_accreditation(permit, &changed).await?;
        let event = Effect::ended(from, &changed).event(tx, EventActor::System, Action::Tick, self.now);
        tx.record(permit, event).await?;
        Ok(())
    }
}
