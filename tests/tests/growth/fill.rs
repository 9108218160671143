//! Fills an election with realistic applications.
//!
//! It uses the functions of `store`, so that every row is written that the server would write. It uses the transitions
//! of `domain`, so that every application has a possible state.

mod batch;
mod filings;
mod plan;
mod transitions;

use std::sync::Arc;

use anyhow::ensure;
use domain::application::Place;
use domain::election::Election;
use domain::policy::{Permit, Scope};
use domain::refusal::Refusal;
use domain::vocabulary::name::ElectionName;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use store::{Command, CommandError, Series, Store, Tx};

use crate::installation::ELECTION;
use batch::{PlannedApplication, WriteBatch};
pub use filings::{Filings, documents};
use plan::{BATCH_SIZE, Plan};
use transitions::Actors;

/// How much time is between the first and the last filing.
const FILED_WITHIN: SignedDuration = SignedDuration::from_hours(20 * 24);
/// How long ago the last application was filed.
const FILED_UNTIL: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Number of batches before each ANALYZE.
///
/// Plans that PostgreSQL made for a short table, also those of foreign keys, read a long table completely. In real use
/// autovacuum analyzes the tables.
const ANALYZE_AFTER: [usize; 4] = [2, 10, 100, usize::MAX];

/// Fills the election, with `at_once` batches at a time. No other process may have the database open.
pub async fn fill(
    store: &Store,
    size: usize,
    organizations: usize,
    now: Timestamp,
    at_once: usize,
    analyze: impl Fn() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let plan = Plan { size, organizations };
    let start = store.run(Begin { plan }).await?;
    ensure!(start.presentation == 1 && start.accreditation == 1, "the election already has applications");
    let mut batches = Batches::new(plan, start, now);
    for count in ANALYZE_AFTER {
        let writes = stream::iter(batches.by_ref().take(count)).map(|batch| store.run(batch));
        writes.buffered(at_once).try_for_each(|()| async { Ok(()) }).await?;
        analyze()?;
    }
    Ok(())
}

/// The election, and the first free numbers.
struct Start {
    election: Election,
    /// The next position of the election's log.
    position: i64,
    presentation: u32,
    decree: u32,
    accreditation: u32,
    badge: u32,
}

/// Reserves all numbers that the batches need.
struct Begin {
    plan: Plan,
}

impl Command for Begin {
    const NAME: &'static str = "begin to fill";
    type Output = Start;

    fn scope(&self) -> Scope {
        Scope::All
    }

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Start, CommandError> {
        let code = ELECTION.parse().map_err(|_| Refusal::EtagMismatch)?;
        let missing = || Refusal::not_found(ElectionName { election: ELECTION.parse().expect("a code") });
        let election = tx.lookup_election(&code).await?.ok_or_else(missing)?;
        // Gives positions to events that had none when the server was stopped.
        while tx.sequence(1000).await?.more {}
        let position = tx.log_size(&format!("elections/{ELECTION}")).await?;
        let (permit, plan) = (Permit::for_the_service(), self.plan);
        let accredited = plan.accredited();
        Ok(Start {
            position,
            presentation: tx.take_numbers(&permit, &code, Series::Presentation, plan.presentations()).await?,
            decree: tx.take_numbers(&permit, &code, Series::Decree, plan.decrees()).await?,
            accreditation: tx.take_numbers(&permit, &code, Series::Accreditation, accredited).await?,
            badge: tx.take_numbers(&permit, &code, Series::Badge, accredited).await?,
            election,
        })
    }
}

/// An iterator over the batches. Each has its own numbers, so that several can be written at once.
struct Batches {
    plan: Plan,
    filings: Filings,
    actors: Arc<Actors>,
    election: Arc<Election>,
    /// When the first application was filed.
    first: Timestamp,
    /// The numbers of the next batch.
    next: Start,
    /// Number of applications in the batches so far.
    done: usize,
}

impl Batches {
    fn new(plan: Plan, start: Start, now: Timestamp) -> Self {
        Self {
            plan,
            filings: Filings::new(plan.size),
            actors: Arc::new(Actors::new()),
            election: Arc::new(start.election.clone()),
            first: now - FILED_UNTIL - FILED_WITHIN,
            next: start,
            done: 0,
        }
    }

    /// Plans the next application of a batch. `listed` counts the applications in the batch's list of presented people.
    fn planned(&mut self, index: usize, listed: &mut u32) -> PlannedApplication {
        let step = FILED_WITHIN / i32::try_from(self.plan.size).expect("an election has at most some millions");
        let time = self.first + step * i32::try_from(index).expect("an index is below the size");
        let outcome = self.plan.outcome(index);
        *listed += u32::from(outcome.is_presented());
        PlannedApplication {
            organization: self.plan.organization(index),
            filing: self.filings.next(index),
            planned_outcome: outcome,
            place: Place { presentation: self.next.presentation, position: *listed },
            time,
        }
    }
}

impl Iterator for Batches {
    type Item = WriteBatch;

    fn next(&mut self) -> Option<WriteBatch> {
        let from = self.done;
        if from == self.plan.size {
            return None;
        }
        let to = (from + BATCH_SIZE).min(self.plan.size);
        let mut listed = 0;
        let planned: Vec<PlannedApplication> = (from..to).map(|index| self.planned(index, &mut listed)).collect();
        let counts = plan::count(planned.iter().map(|one| one.planned_outcome));
        let Start { position, presentation, decree, accreditation, badge, .. } = self.next;
        self.done = to;
        self.next.position += counts.events;
        self.next.presentation += u32::from(counts.presented > 0);
        self.next.decree += u32::from(counts.decided > 0);
        self.next.accreditation += counts.accredited;
        self.next.badge += counts.accredited;
        let (election, actors) = (self.election.clone(), self.actors.clone());
        Some(WriteBatch { election, actors, planned, counts, position, presentation, decree, accreditation, badge })
    }
}
