//! Updates the stored summary (tally) of each election, from which reports start.
//!
//! A report then counts only what changed after the tally. Without tallies a report reads every
//! application, and is right all the same (ADR 28).
//!
//! - **How often:** every ten minutes, at the start of the process first. Nothing wakes it: a
//!   report is as right with an old tally.
//! - **Locks:** none. A tally is counted from the records in a read transaction and stored in a
//!   write transaction.
//! - **Many servers:** two may count the same election; both results are right, and one replaces
//!   the other.
//! - **Dies halfway:** the old tally stays.

use std::time::Duration;

use domain::policy::{Permit, Scope};
use domain::vocabulary::id::ElectionCode;
use jiff::{SignedDuration, Timestamp};
use store::{Command, CommandError, Lane, Tally, Tx};

use crate::engine::Api;

/// How often the job looks for elections that have changed.
const INTERVAL: Duration = Duration::from_secs(600);
/// How far in the past the moment of a tally is.
///
/// Nothing that happened until then may still be uncommitted. A change takes less than a minute,
/// and the clocks of the servers differ by less than the rest.
///
/// If a clock differs by more, a tally can be wrong. The next one is right again: each is counted
/// from the records, none from the one before, and that for a day after every change.
const MARGIN: SignedDuration = SignedDuration::from_mins(15);

/// Updates the tally of every election that has changed.
pub(super) async fn update_tallies(api: Api) {
    loop {
        let as_of = api.clock.now() - MARGIN;
        match api.store.read(Changed { as_of }).await {
            Ok(elections) => {
                for election in elections {
                    if let Err(error) = update_tally(&api, &election, as_of).await {
                        tracing::error!(%error, %election, "cannot update the summary of an election");
                    }
                }
            }
            Err(error) => {
                tracing::error!(%error, "cannot read which elections need a new summary")
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Counts one election and stores its tally.
async fn update_tally(api: &Api, election: &ElectionCode, as_of: Timestamp) -> Result<(), CommandError> {
    let tally = api.store.read(Count { election: election.clone(), as_of }).await?;
    api.store.run(Put { election: election.clone(), tally }).await
}

/// Reads the elections in which something that is counted has changed.
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

/// Counts one election, in the heavy lane: it reads every application.
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

/// Stores the tally of one election.
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
