//! A second, small election, in which happens what did not in 2019: a revocation that stands and one that an appeal
//! undoes, an annulment, a refusal that an appeal overturns, a replacement, a mission that goes home, and a run-off with its end.
//!
//! Its people, its incidents and its run-off are invented; its first dates are those of the presidential election of 20 November 2022.

mod after;
mod desk;
mod run_off;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::Serialize;
use tokio::time::{Instant, sleep};
use wire::v1;

use crate::calls::Calls;
use crate::filing;
use crate::people::People;
use crate::progress::Progress;
use crate::world::{CEC, ELECTION_OF_2022, Stage, World, in_each};
use run_off::Carried;

/// Its code.
pub const SECOND: &str = "kz-president-2022";
/// Its voting day.
const VOTING_DAY: Date = date(2022, 11, 20);
/// The missions, which were registered for the first election.
const ODIHR: &str = "osce-odihr";
const CIS: &str = "cis";
const STATE: &str = "state-deu";

/// How long the service may take to check a few people.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked.
const POLL: Duration = Duration::from_millis(20);

/// What the server says of the second election in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sequel {
    /// How many accreditations decrees have revoked.
    pub revoked: i64,
    /// How many accreditations decrees have annulled.
    pub annulled: i64,
    /// How many accreditations decrees have put into force again.
    pub reinstated: i64,
    /// How many accreditations have ended with somebody else's in their place.
    pub replaced: i64,
    /// How many accreditations have ended with their mission.
    pub withdrawn_with_mission: i64,
    /// How many came only for the run-off.
    pub accredited_for_run_off: i64,
    /// How many are in force on the day of the run-off.
    pub in_force: i64,
    /// How many of them ended by themselves when the results were published.
    pub ended: i64,
}

/// What the play is to come to.
const EXPECTED: Sequel = Sequel {
    revoked: 2,
    annulled: 1,
    reinstated: 1,
    replaced: 1,
    withdrawn_with_mission: 3,
    accredited_for_run_off: 1,
    in_force: 8,
    ended: 8,
};

impl Sequel {
    /// For people, in a line.
    pub fn text(&self) -> String {
        let Self {
            revoked,
            annulled,
            reinstated,
            replaced,
            withdrawn_with_mission,
            accredited_for_run_off,
            in_force,
            ended,
        } = self;
        format!(
            "a second election: {revoked} revoked, {annulled} annulled, {reinstated} reinstated, {replaced} replaced, \
             {withdrawn_with_mission} withdrawn with their mission, {accredited_for_run_off} more for the run-off, {in_force} in \
             force on its day, {ended} ended with the results"
        )
    }
}

/// Plays the second election in a world in which the first is over, and reads from the server what came of it.
pub async fn play(world: &mut World, progress: &Progress) -> anyhow::Result<Sequel> {
    world.add_person(CEC, ADOPTERS[1], &["cec.adopter"]).await?;
    world.clock().set("2022-09-25T06:00:00Z".parse()?).await?;
    world.open_named_election(SECOND, in_each(ELECTION_OF_2022), VOTING_DAY).await?;
    for organization in [ODIHR, CIS, STATE] {
        world.bring(SECOND, organization, VOTING_DAY, Stage::Announced).await?;
    }
    let (election, people) = (format!("elections/{SECOND}"), People::new(2022));
    let mut second = Second { world, election, people, decrees: Cell::new(0) };
    progress.begin("playing a second election", 7);
    let cast = second.accredit().await.context("before the first decree")?;
    progress.advance();
    second.overturn_a_refusal(&cast.refused).await.context("the appeal of a refusal")?;
    progress.advance();
    second.end_and_reinstate(&cast).await.context("the ends of accreditations")?;
    progress.advance();
    second.replace(&cast.replaced).await.context("the replacement")?;
    progress.advance();
    second.withdraw_mission().await.context("the mission that goes home")?;
    progress.advance();
    let carried = second.run_off().await.context("the run-off")?;
    progress.advance();
    second.end().await.context("the end")?;
    progress.advance();
    let sequel = second.read(&carried).await.context("what came of the second election")?;
    ensure!(sequel == EXPECTED, "the second election comes to {sequel:?}, planned {EXPECTED:?}");
    Ok(sequel)
}

const REVIEWERS: [&str; 2] = ["reviewer-1", "reviewer-2"];
/// Whoever adopted a refusal has no say after the appeal.
const ADOPTERS: [&str; 2] = ["adopter", "adopter-2"];

/// A play under way.
struct Second<'a> {
    world: &'a World,
    /// Its resource name.
    election: String,
    people: People,
    decrees: Cell<u32>,
}

/// What is to become of whom, by the names of applications.
struct Cast {
    revoked: String,
    reinstated: String,
    annulled: String,
    replaced: String,
    refused: String,
}

impl Second<'_> {
    fn calls(&self) -> &Calls {
        self.world.calls()
    }

    /// A number that no decree of this election has yet.
    fn number(&self) -> u32 {
        self.decrees.set(self.decrees.get() + 1);
        self.decrees.get()
    }

    async fn clock(&self, time: &str) -> anyhow::Result<()> {
        self.world.clock().set(time.parse::<Timestamp>()?).await
    }

    /// Someone new with a passport for years.
    fn someone(&mut self, category: v1::Category, state: &str) -> v1::Application {
        filing::application(category, self.people.person_with_passport_until(state, date(2028, 5, 5)))
    }

    /// Files, presents and reviews twelve people, and decides them by one decree: one is refused.
    async fn accredit(&mut self) -> anyhow::Result<Cast> {
        self.clock("2022-10-20T05:00:00Z").await?;
        let mut all = Vec::new();
        let missions = [
            (ODIHR, v1::Category::LongTermObserver, "NOR", 6),
            (CIS, v1::Category::ShortTermObserver, "UZB", 3),
            (STATE, v1::Category::Diplomat, "DEU", 3),
        ];
        for (organization, category, state, count) in missions {
            let content = (0..count).map(|_| self.someone(category, state)).collect();
            all.extend(self.submit(organization, content).await?);
        }
        self.clock("2022-10-21T05:00:00Z").await?;
        self.present("2022/1", &all).await?;
        let [revoked, reinstated, annulled, replaced, refused] = std::array::from_fn(|place| all[place].clone());
        self.review(&all, Some(&refused)).await?;
        self.clock("2022-10-24T09:00:00Z").await?;
        self.adopt(ADOPTERS[0], date(2022, 10, 24), all, Vec::new()).await?;
        Ok(Cast { revoked, reinstated, annulled, replaced, refused })
    }

    /// Waits until the checks have been through a list.
    async fn wait_for_checks(&self, list: &[String]) -> anyhow::Result<()> {
        let (reviewer, deadline) = (self.commission(REVIEWERS[0]), Instant::now() + PATIENCE);
        for name in list {
            loop {
                let read = v1::GetApplicationRequest { name: name.clone() };
                let read = self.calls().make(reviewer.get_application(read)).await;
                if read.with_context(|| format!("cannot read {name}"))?.screen_time.is_some() {
                    break;
                }
                ensure!(Instant::now() < deadline, "after {} s {name} is not checked", PATIENCE.as_secs());
                sleep(POLL).await;
            }
        }
        Ok(())
    }

    /// The accreditation that answers an application.
    async fn accreditation_of(&self, application: &str) -> anyhow::Result<v1::Accreditation> {
        let all = self.accreditations().await?;
        let found = all.into_iter().find(|accreditation| accreditation.application == application);
        found.with_context(|| format!("{application} is to be accredited, and is not"))
    }

    async fn accreditations(&self) -> anyhow::Result<Vec<v1::Accreditation>> {
        let all =
            v1::ListAccreditationsRequest { parent: self.election.clone(), page_size: 1000, ..Default::default() };
        let auditor = self.commission("auditor");
        self.calls().list(auditor.all_accreditations(all)).await.context("cannot list accreditations")
    }

    /// Counts what the register and the decrees say.
    async fn read(&self, carried: &Carried) -> anyhow::Result<Sequel> {
        let mut states: BTreeMap<v1::AccreditationState, i64> = BTreeMap::new();
        for accreditation in self.accreditations().await? {
            *states.entry(accreditation.state()).or_default() += 1;
        }
        let count = |state| states.get(&state).copied().unwrap_or_default();
        let all = v1::ListDecreesRequest { parent: self.election.clone(), page_size: 1000, ..Default::default() };
        let decrees = self.calls().list(self.commission("auditor").all_decrees(all)).await;
        let decrees = decrees.context("cannot list decrees")?;
        let sum = |of: fn(&v1::Decree) -> i32| decrees.iter().map(|decree| i64::from(of(decree))).sum();
        Ok(Sequel {
            revoked: sum(|decree| decree.revoked_count),
            annulled: sum(|decree| decree.annulled_count),
            reinstated: sum(|decree| decree.reinstated_count),
            replaced: count(v1::AccreditationState::Replaced),
            withdrawn_with_mission: count(v1::AccreditationState::WithdrawnBySender),
            accredited_for_run_off: carried.more,
            in_force: carried.in_force,
            ended: count(v1::AccreditationState::Ended),
        })
    }
}
