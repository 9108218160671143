//! Numbers within an election run from 1 without a gap.

use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::id::ElectionCode;
use futures_util::future::join_all;

use crate::Series;
use crate::contract::fixtures::{code, decree};
use crate::contract::harness::stores;
use crate::contract::permits::adopter;

command! {
    /// Takes numbers; the command ends as `ending` says.
    Take { election: ElectionCode, series: Series, count: u32, ending: CommandEnd } -> u32, |this, tx| {
        let by = adopter(Action::AdoptDecree);
        let first = tx.take_numbers(&by, &this.election, this.series, this.count).await?;
        match this.ending {
            CommandEnd::StoredFiling => first,
            CommandEnd::Refused => return Err(Refusal::DecreeEmpty.into()),
            CommandEnd::Failed => {
                tx.insert_decree(&by, &decree(1, Vec::new())).await?;
                tx.insert_decree(&by, &decree(1, Vec::new())).await?;
                first
            }
        }
    }
}

/// How the command ends after it has taken its numbers.
#[derive(Clone, Copy, PartialEq)]
pub enum CommandEnd {
    /// The command succeeds.
    StoredFiling,
    /// A rule refuses it.
    Refused,
    /// The database refuses a later insert.
    Failed,
}

/// A command that takes accreditation numbers.
fn take(count: u32, ending: CommandEnd) -> Take {
    Take { election: code(), series: Series::Accreditation, count, ending }
}

/// Each election has its own counters. 720 is the size of a large decree, 0
/// that of an empty one.
#[tokio::test]
async fn each_series_of_each_election_runs_from_one() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        for election in [code(), "kz-2021".parse().expect("a code")] {
            for series in [Series::Presentation, Series::Decree, Series::Accreditation] {
                let mut next = 1;
                for count in [1, 720, 0, 3] {
                    let take = Take { election: election.clone(), series, count, ending: CommandEnd::StoredFiling };
                    assert_eq!(store.run_ok(take).await, next, "{election} {series:?}");
                    next += count;
                }
            }
        }
    }
}

/// A gap in the numbers of accreditations would look as if one had been
/// removed.
#[tokio::test]
async fn refused_and_failed_commands_return_their_numbers() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        store.run_refused(take(5, CommandEnd::Refused)).await;
        assert_eq!(store.run_ok(take(2, CommandEnd::StoredFiling)).await, 1);
        store.run_refused(take(5, CommandEnd::Refused)).await;
        store.run_failed(take(5, CommandEnd::Failed)).await;
        assert_eq!(store.run_ok(take(1, CommandEnd::StoredFiling)).await, 3);
    }
}

/// Parallel commands, some of which fail. A database sequence would leave gaps
/// here; a counter that is read without a lock would give a number twice.
#[tokio::test]
async fn writers_at_the_same_time_leave_no_gap_and_share_no_number() {
    for store in stores().await {
        let store = store.with_sample_data().await;
        // Refusals all the time, failures of the database in the second half.
        let endings = (0..150).map(|index| match index % 5 {
            1 | 3 => CommandEnd::Refused,
            2 if index > 70 => CommandEnd::Failed,
            _ => CommandEnd::StoredFiling,
        });
        let endings: Vec<_> = endings.collect();
        let taken = join_all(endings.iter().map(|ending| store.store.run(take(2, *ending)))).await;
        let mut numbers = Vec::new();
        for (ending, first) in endings.iter().zip(taken) {
            assert_eq!(first.is_ok(), *ending == CommandEnd::StoredFiling);
            // Each successful command took two numbers.
            numbers.extend(first.into_iter().flat_map(|first| [first, first + 1]));
        }
        numbers.sort_unstable();
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u32), "{numbers:?}");
    }
}
