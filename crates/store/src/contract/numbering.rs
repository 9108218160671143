//! Numbers run from 1 without a gap: what is undone gives its numbers back.

use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::id::ElectionCode;
use futures_util::future::join_all;

use crate::Series;
use crate::contract::actors::adopter;
use crate::contract::harness::stores;
use crate::contract::values::{code, decree};

command! {
    Take { election: ElectionCode, series: Series, count: u32, ending: Ending } -> u32, |this, tx| {
        let by = adopter(Action::AdoptDecree);
        let first = tx.take_numbers(&by, &this.election, this.series, this.count).await?;
        match this.ending {
            Ending::Kept => first,
            Ending::Refused => return Err(Refusal::DecreeEmpty.into()),
            Ending::Failed => {
                tx.insert_decree(&by, &decree(1, Vec::new())).await?;
                tx.insert_decree(&by, &decree(1, Vec::new())).await?;
                first
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
pub enum Ending {
    Kept,
    Refused,
    Failed,
}

fn take(count: u32, ending: Ending) -> Take {
    Take { election: code(), series: Series::Accreditation, count, ending }
}

#[tokio::test]
async fn each_series_of_each_election_runs_from_one() {
    for store in stores().await {
        let store = store.founded().await;
        for election in [code(), "kz-2021".parse().expect("a code")] {
            for series in [Series::Presentation, Series::Decree, Series::Accreditation] {
                let mut next = 1;
                for count in [1, 720, 0, 3] {
                    let take = Take { election: election.clone(), series, count, ending: Ending::Kept };
                    assert_eq!(store.done(take).await, next, "{election} {series:?}");
                    next += count;
                }
            }
        }
    }
}

#[tokio::test]
async fn what_is_refused_or_fails_gives_its_numbers_back() {
    for store in stores().await {
        let store = store.founded().await;
        store.refused(take(5, Ending::Refused)).await;
        assert_eq!(store.done(take(2, Ending::Kept)).await, 1);
        store.refused(take(5, Ending::Refused)).await;
        store.failed(take(5, Ending::Failed)).await;
        assert_eq!(store.done(take(1, Ending::Kept)).await, 3);
    }
}

#[tokio::test]
async fn writers_at_the_same_time_leave_no_gap_and_share_no_number() {
    for store in stores().await {
        let store = store.founded().await;
        let endings = (0..150).map(|index| match index % 5 {
            1 | 3 => Ending::Refused,
            2 if index > 70 => Ending::Failed,
            _ => Ending::Kept,
        });
        let endings: Vec<_> = endings.collect();
        let taken = join_all(endings.iter().map(|ending| store.store.run(take(2, *ending)))).await;
        let mut numbers = Vec::new();
        for (ending, first) in endings.iter().zip(taken) {
            assert_eq!(first.is_ok(), *ending == Ending::Kept);
            numbers.extend(first.into_iter().flat_map(|first| [first, first + 1]));
        }
        numbers.sort_unstable();
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u32), "{numbers:?}");
    }
}
