//! Commands that run in parallel have their own effects alone, whatever happens
//! to the others.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::role::OrganizationKind;
use futures_util::future::join_all;
use uuid::Uuid;

use crate::contract::fixtures::{ELECTION, mission, now, organization};
use crate::contract::harness::{TestStore, is_taken, stores};
use crate::contract::permits::{delegation, person, registrar};
use crate::{AccessAttempt, CommandError, StoreError};

command! {
    /// Writes two rows. What goes wrong, if anything, happens between them.
    Write { number: u128, ending: CommandEnd, runs: Arc<AtomicU32> } -> u128, |this, tx| {
        this.runs.fetch_add(1, Ordering::Relaxed);
        tx.insert_access_attempt(&attempt(this.number, "first")).await?;
        match this.ending {
            CommandEnd::StoredFiling => {}
            CommandEnd::Refused => return Err(Refusal::QueueEmpty.into()),
            CommandEnd::DuplicateKey => {
                let taken = organization("cis", OrganizationKind::State);
                tx.insert_organization(&registrar(Action::CreateOrganization), &taken).await?;
            }
            CommandEnd::MissingParent => {
                let uninvited = mission(ELECTION, "mfa");
                tx.insert_mission(&delegation("cis", Action::CreateMission), &uninvited).await?;
            }
        }
        tx.insert_access_attempt(&attempt(this.number + SECOND, "second")).await?;
        this.number
    }
}

/// The difference between the numbers of the two rows.
const SECOND: u128 = 1000;

/// What goes wrong between the two rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CommandEnd {
    /// Nothing: both rows are kept.
    StoredFiling,
    /// A rule refuses the command.
    Refused,
    /// A unique key is taken.
    DuplicateKey,
    /// A foreign key has no row to refer to.
    MissingParent,
}

/// A row with a given number.
fn attempt(number: u128, resource: &str) -> AccessAttempt {
    AccessAttempt {
        id: Uuid::from_u128(number),
        time: now(),
        principal: person("reviewer").principal,
        method: "ReviewService/ClaimApplication".to_owned(),
        resource: resource.to_owned(),
    }
}

/// The numbers of the rows that are there.
async fn rows(store: &TestStore) -> BTreeSet<u128> {
    let rows = store.query_directly("SELECT id FROM access_attempt").await;
    rows.iter().map(|row| row.get::<Uuid, _>("id").as_u128()).collect()
}

/// Runs one command for each ending in parallel, and checks replies and rows.
async fn check_all_at_once(endings: &[CommandEnd]) {
    for store in stores().await {
        let store = store.with_sample_data().await;
        let runs = Arc::<AtomicU32>::default();
        let commands = (1..)
            .zip(endings)
            .map(|(number, ending)| store.store.run(Write { number, ending: *ending, runs: runs.clone() }));
        let outcomes = join_all(commands).await;
        let mut expected = BTreeSet::new();
        for ((number, ending), outcome) in (1..).zip(endings).zip(outcomes) {
            // Each caller gets the outcome of its own command, whatever the
            // group did.
            let right = match (ending, &outcome) {
                (CommandEnd::StoredFiling, Ok(output)) => *output == number,
                (CommandEnd::Refused, Err(CommandError::Refused(refusal))) => *refusal == Refusal::QueueEmpty,
                (CommandEnd::DuplicateKey, Err(CommandError::Store(error))) => is_taken(error, "insert organization"),
                (CommandEnd::MissingParent, Err(CommandError::Store(error))) => {
                    matches!(error, StoreError::Database { statement: "insert mission", .. })
                }
                _ => false,
            };
            assert!(right, "{number} {ending:?}: {outcome:?}");
            // Both rows of a successful command are there, and no row of
            // another one.
            if *ending == CommandEnd::StoredFiling {
                expected.extend([number, number + SECOND]);
            }
        }
        assert_eq!(rows(&store).await, expected);
        assert!(runs.load(Ordering::Relaxed) >= endings.len() as u32);
    }
}

/// Refused commands share commits with successful ones on SQLite; their
/// savepoints must separate them.
#[tokio::test]
async fn of_two_hundred_parallel_commands_only_successful_ones_have_effects() {
    let ending = |index| if index % 3 == 1 { CommandEnd::Refused } else { CommandEnd::StoredFiling };
    check_all_at_once(&(0..200).map(ending).collect::<Vec<_>>()).await;
}

/// An error of the database may end the shared transaction. Then all commands
/// of the group run again.
#[tokio::test]
async fn a_failed_command_does_not_harm_others_of_its_group() {
    let ending = |index| match index % 50 {
        7 => CommandEnd::DuplicateKey,
        31 => CommandEnd::MissingParent,
        8 | 30 => CommandEnd::Refused,
        _ => CommandEnd::StoredFiling,
    };
    check_all_at_once(&(0..200).map(ending).collect::<Vec<_>>()).await;
}

/// A group in which every command fails commits nothing and ends properly.
#[tokio::test]
async fn a_group_of_failures_leaves_nothing() {
    check_all_at_once(&[CommandEnd::Refused, CommandEnd::DuplicateKey, CommandEnd::MissingParent, CommandEnd::Refused])
        .await;
    check_all_at_once(&[CommandEnd::DuplicateKey]).await;
    check_all_at_once(&[CommandEnd::Refused]).await;
}
