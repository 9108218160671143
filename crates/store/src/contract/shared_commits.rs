//! Commands that run at the same time have their own effects alone, whatever becomes of the others.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::role::OrganizationKind;
use futures_util::future::join_all;
use uuid::Uuid;

use crate::contract::actors::{delegation, person, registrar};
use crate::contract::harness::{TestStore, is_taken, stores};
use crate::contract::values::{ELECTION, mission, now, organization};
use crate::{AccessAttempt, CommandError, StoreError};

command! {
    /// Writes two rows, the second after whatever is to go wrong.
    Write { number: u128, ending: Ending, runs: Arc<AtomicU32> } -> u128, |this, tx| {
        this.runs.fetch_add(1, Ordering::Relaxed);
        tx.insert_access_attempt(&attempt(this.number, "first")).await?;
        match this.ending {
            Ending::Kept => {}
            Ending::Refused => return Err(Refusal::QueueEmpty.into()),
            Ending::KeyTaken => {
                let taken = organization("cis", OrganizationKind::State);
                tx.insert_organization(&registrar(Action::CreateOrganization), &taken).await?;
            }
            Ending::NoParent => {
                let uninvited = mission(ELECTION, "mfa");
                tx.insert_mission(&delegation("cis", Action::CreateMission), &uninvited).await?;
            }
        }
        tx.insert_access_attempt(&attempt(this.number + SECOND, "second")).await?;
        this.number
    }
}

/// What the number of a second row is higher by.
const SECOND: u128 = 1000;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ending {
    Kept,
    Refused,
    KeyTaken,
    NoParent,
}

fn attempt(number: u128, resource: &str) -> AccessAttempt {
    AccessAttempt {
        id: Uuid::from_u128(number),
        time: now(),
        principal: person("reviewer").principal,
        method: "ReviewService/ClaimApplication".to_owned(),
        resource: resource.to_owned(),
    }
}

async fn rows(store: &TestStore) -> BTreeSet<u128> {
    let rows = store.rows("SELECT id FROM access_attempt").await;
    rows.iter().map(|row| row.get::<Uuid, _>("id").as_u128()).collect()
}

/// Runs a command for each ending at once; gives how often they ran in all.
async fn check_all_at_once(endings: &[Ending]) {
    for store in stores().await {
        let store = store.founded().await;
        let runs = Arc::<AtomicU32>::default();
        let commands = (1..)
            .zip(endings)
            .map(|(number, ending)| store.store.run(Write { number, ending: *ending, runs: runs.clone() }));
        let outcomes = join_all(commands).await;
        let mut expected = BTreeSet::new();
        for ((number, ending), outcome) in (1..).zip(endings).zip(outcomes) {
            let right = match (ending, &outcome) {
                (Ending::Kept, Ok(output)) => *output == number,
                (Ending::Refused, Err(CommandError::Refused(refusal))) => *refusal == Refusal::QueueEmpty,
                (Ending::KeyTaken, Err(CommandError::Store(error))) => is_taken(error, "insert organization"),
                (Ending::NoParent, Err(CommandError::Store(error))) => {
                    matches!(error, StoreError::Database { statement: "insert mission", .. })
                }
                _ => false,
            };
            assert!(right, "{number} {ending:?}: {outcome:?}");
            if *ending == Ending::Kept {
                expected.extend([number, number + SECOND]);
            }
        }
        assert_eq!(rows(&store).await, expected);
        assert!(runs.load(Ordering::Relaxed) >= endings.len() as u32);
    }
}

#[tokio::test]
async fn of_two_hundred_at_once_exactly_the_successful_have_effects() {
    let ending = |index| if index % 3 == 1 { Ending::Refused } else { Ending::Kept };
    check_all_at_once(&(0..200).map(ending).collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn a_command_that_the_database_fails_does_not_harm_its_neighbours() {
    let ending = |index| match index % 50 {
        7 => Ending::KeyTaken,
        31 => Ending::NoParent,
        8 | 30 => Ending::Refused,
        _ => Ending::Kept,
    };
    check_all_at_once(&(0..200).map(ending).collect::<Vec<_>>()).await;
}

#[tokio::test]
async fn a_group_of_failures_alone_leaves_nothing() {
    check_all_at_once(&[Ending::Refused, Ending::KeyTaken, Ending::NoParent, Ending::Refused]).await;
    check_all_at_once(&[Ending::KeyTaken]).await;
    check_all_at_once(&[Ending::Refused]).await;
}
