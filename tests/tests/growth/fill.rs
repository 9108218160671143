//! Fills an election with applications as a real one would have them: through the store's own functions, so that nothing
//! that they write is forgotten, and led by the domain's own transitions, so that nothing stands where it could not.

mod batch;
mod course;
mod people;
mod plan;

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
use batch::{Planned, WriteBatch};
use course::Cast;
pub use people::{Filings, documents};
use plan::{BATCH, Plan};

/// Over how long the applications were filed, and how long ago the last was.
const FILED_WITHIN: SignedDuration = SignedDuration::from_hours(20 * 24);
const FILED_UNTIL: SignedDuration = SignedDuration::from_hours(3 * 24);

/// After how many batches the database is told how large it has become: what PostgreSQL planned for a short table, the
/// checks of foreign keys included, reads a long one from end to end. In years of use autovacuum tells it.
const ANALYZE_AFTER: [usize; 4] = [2, 10, 100, usize::MAX];

/// Fills the election, with so many batches on their way at once. Nobody else may have the database open.
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
    ensure!(start.presentation == 1 && start.accreditation == 1, "the election has applications already");
    let mut batches = Batches::new(plan, start, now);
    for count in ANALYZE_AFTER {
        let writes = stream::iter(batches.by_ref().take(count)).map(|batch| store.run(batch));
        writes.buffered(at_once).try_for_each(|()| async { Ok(()) }).await?;
        analyze()?;
    }
    Ok(())
}

/// Where the fill begins.
struct Start {
    election: Election,
    /// The next position of the election's log.
    position: i64,
    presentation: u32,
    decree: u32,
    accreditation: u32,
    badge: u32,
}

/// Takes all numbers that the fill will need.
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
        // What the service itself has not reached before it was stopped.
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

/// The batches, one after the other; each knows its numbers, so that several can be written at once.
struct Batches {
    plan: Plan,
    filings: Filings,
    cast: Arc<Cast>,
    election: Arc<Election>,
    /// When the first application was filed.
    first: Timestamp,
    /// The numbers of the next batch.
    next: Start,
    /// How many applications are in batches.
    done: usize,
}

impl Batches {
    fn new(plan: Plan, start: Start, now: Timestamp) -> Self {
        Self {
            plan,
            filings: Filings::new(plan.size),
            cast: Arc::new(Cast::new()),
            election: Arc::new(start.election.clone()),
            first: now - FILED_UNTIL - FILED_WITHIN,
            next: start,
            done: 0,
        }
    }

    /// The next application of a batch. `listed` counts those that the batch's list has.
    fn planned(&mut self, index: usize, listed: &mut u32) -> Planned {
        let step = FILED_WITHIN / i32::try_from(self.plan.size).expect("an election has at most some millions");
        let time = self.first + step * i32::try_from(index).expect("an index is below the size");
        let course = self.plan.course(index);
        *listed += u32::from(course.is_presented());
        Planned {
            organization: self.plan.organization(index),
            filing: self.filings.next(index),
            course,
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
        let to = (from + BATCH).min(self.plan.size);
        let mut listed = 0;
        let planned: Vec<Planned> = (from..to).map(|index| self.planned(index, &mut listed)).collect();
        let counts = plan::count(planned.iter().map(|one| one.course));
        let Start { position, presentation, decree, accreditation, badge, .. } = self.next;
        self.done = to;
        self.next.position += counts.events;
        self.next.presentation += u32::from(counts.presented > 0);
        self.next.decree += u32::from(counts.decided > 0);
        self.next.accreditation += counts.accredited;
        self.next.badge += counts.accredited;
        let (election, cast) = (self.election.clone(), self.cast.clone());
        Some(WriteBatch { election, cast, planned, counts, position, presentation, decree, accreditation, badge })
    }
}
