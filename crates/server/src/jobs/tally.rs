//! Adding up what reports count, so that a report counts only whoever has changed since.

use std::time::Duration;

use domain::policy::{Permit, Scope};
use domain::vocabulary::id::ElectionCode;
use jiff::{SignedDuration, Timestamp};
use store::{Command, CommandError, Lane, Tally, Tx};

use crate::engine::Api;

/// How often it is looked for what has changed.
const INTERVAL: Duration = Duration::from_secs(600);
/// A tally is of a moment so long ago that nothing which happened until then is still under way: a change takes less than a
/// minute, and the clocks of the servers differ by less than the rest. If one does differ by more, the next tally is right
/// again: each is counted from the records, none from the one before, and for a day after every change.
const MARGIN: SignedDuration = SignedDuration::from_mins(15);

/// Adds up every election in which something has changed.
pub(super) async fn add_up(api: Api) {
    loop {
        let as_of = api.clock.now() - MARGIN;
        match api.store.read(Changed { as_of }).await {
            Ok(elections) => {
                for election in elections {
                    if let Err(error) = add_up_one(&api, &election, as_of).await {
                        tracing::error!(%error, %election, "what reports count could not be added up; they count more");
                    }
                }
            }
            Err(error) => tracing::error!(%error, "it could not be looked for what is to be added up"),
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

async fn add_up_one(api: &Api, election: &ElectionCode, as_of: Timestamp) -> Result<(), CommandError> {
    let tally = api.store.read(Count { election: election.clone(), as_of }).await?;
    api.store.run(Put { election: election.clone(), tally }).await
}

/// The elections in which something that is counted has changed.
struct Changed {
    as_of: Timestamp,
}

impl Command for Changed {
    const NAME: &'static str = "look for what is to be added up";
    type Output = Vec<ElectionCode>;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.elections_to_tally(self.as_of).await?)
    }
}

struct Count {
    election: ElectionCode,
    as_of: Timestamp,
}

impl Command for Count {
    const NAME: &'static str = "add up an election";
    const LANE: Lane = Lane::Heavy;
    type Output = Tally;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Output, CommandError> {
        Ok(tx.make_tally(&self.election, self.as_of).await?)
    }
}

struct Put {
    election: ElectionCode,
    tally: Tally,
}

impl Command for Put {
    const NAME: &'static str = "keep what was added up";
    type Output = ();

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), CommandError> {
        Ok(tx.put_tally(&Permit::for_the_service(), &self.election, &self.tally).await?)
    }
}
