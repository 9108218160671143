//! A small second election, for what did not happen in 2019.
//!
//! It has a revocation that stands and one that an appeal reverses, an annulment, a refusal that an appeal reverses, a
//! replacement, a mission that is withdrawn, and a run-off up to the publication of results.
//!
//! Its dates up to voting day are those of the presidential election of 20 November 2022. Its people, its incidents and
//! its run-off are invented.

mod applications;
mod endings;
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
use crate::world::{CEC, ELECTION_OF_2022, Stage, World, in_each_language};
use run_off::RunOffCounts;

/// The code of the election.
pub const ELECTION_CODE: &str = "kz-president-2022";
/// The voting day of the first round.
const VOTING_DAY: Date = date(2022, 11, 20);
/// The three delegations that file. They were registered for the election of 2019.
const ODIHR: &str = "osce-odihr";
const CIS: &str = "cis";
const STATE: &str = "state-deu";

/// The most time that the service may take to screen a few people or to end a few accreditations.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The interval between two looks at what the service has done.
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The totals of the election of 2022, as the server reports them at the end. The fields are keys of the JSON report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Election2022Totals {
    /// How many accreditations decrees have revoked.
    pub revoked: i64,
    /// How many accreditations decrees have annulled.
    pub annulled: i64,
    /// How many accreditations decrees have put into force again.
    pub reinstated: i64,
    /// How many accreditations have been replaced by that of another person.
    pub replaced: i64,
    /// How many accreditations have ended because their mission was withdrawn.
    pub withdrawn_with_mission: i64,
    /// How many people were accredited only for the run-off.
    pub accredited_for_run_off: i64,
    /// How many accreditations are in force on the day of the run-off.
    pub in_force: i64,
    /// How many accreditations ended when the results were published.
    pub ended: i64,
}

/// The totals that the steps below must give.
const EXPECTED_TOTALS: Election2022Totals = Election2022Totals {
    revoked: 2,
    annulled: 1,
    reinstated: 1,
    replaced: 1,
    withdrawn_with_mission: 3,
    accredited_for_run_off: 1,
    in_force: 8,
    ended: 8,
};

impl Election2022Totals {
    /// The totals in one line, for people.
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
            "election of 2022: {revoked} revoked, {annulled} annulled, {reinstated} reinstated, {replaced} replaced, \
             {withdrawn_with_mission} withdrawn with their mission, {accredited_for_run_off} more for the run-off, \
             {in_force} in force on its day, {ended} ended with the results"
        )
    }
}

/// Runs the election of 2022 in a world in which the election of 2019 is over, and reads its totals from the server.
///
/// # Errors
///
/// Fails if a call is refused, or if the totals are not those that the steps must give.
pub async fn run(world: &mut World, progress: &Progress) -> anyhow::Result<Election2022Totals> {
    // The small world has one adopter, and an appeal needs another.
    world.add_person(CEC, ADOPTERS[1], &["cec.adopter"]).await?;
    world.clock().set("2022-09-25T06:00:00Z".parse()?).await?;
    world.open_named_election(ELECTION_CODE, in_each_language(ELECTION_OF_2022), VOTING_DAY).await?;
    for organization in [ODIHR, CIS, STATE] {
        world.advance_to(ELECTION_CODE, organization, VOTING_DAY, Stage::Announced).await?;
    }
    // A fixed seed: this election is the same in every rehearsal, whatever `--seed` says.
    let (name, people) = (format!("elections/{ELECTION_CODE}"), People::new(2022));
    let mut election = Election2022 { world, name, people, decrees: Cell::new(0) };
    progress.begin("running the election of 2022", 7);
    let planned = election.accredit().await.context("before the first decree")?;
    progress.advance();
    election.overturn_refusal(&planned.refused).await.context("the appeal of a refusal")?;
    progress.advance();
    election.end_and_reinstate(&planned).await.context("the ends of accreditations")?;
    progress.advance();
    election.replace(&planned.replaced).await.context("the replacement")?;
    progress.advance();
    election.withdraw_mission().await.context("the mission that goes home")?;
    progress.advance();
    let run_off_counts = election.run_off().await.context("the run-off")?;
    progress.advance();
    election.publish_results().await.context("the end")?;
    progress.advance();
    let totals_2022 = election.count_totals(&run_off_counts).await.context("the totals of the election of 2022")?;
    ensure!(
        totals_2022 == EXPECTED_TOTALS,
        "the totals of the election of 2022 are {totals_2022:?}, expected {EXPECTED_TOTALS:?}"
    );
    Ok(totals_2022)
}

/// The two reviewers. The second one decides appeals, because the first made the recommendations.
const REVIEWERS: [&str; 2] = ["reviewer-1", "reviewer-2"];
/// The second adopter decides after an appeal, because the rules exclude the one who adopted the first decision.
const ADOPTERS: [&str; 2] = ["adopter", "adopter-2"];

/// The election while it runs.
struct Election2022<'a> {
    world: &'a World,
    /// The election's resource name.
    name: String,
    people: People,
    /// How many decrees were drafted so far.
    decrees: Cell<u32>,
}

/// Which application gets which ending; the fields are names of applications.
struct PlannedEndings {
    /// Accredited, and later revoked.
    revoked: String,
    /// Accredited, later revoked, and reinstated after an appeal.
    reinstated: String,
    /// Accredited, and later annulled.
    annulled: String,
    /// Accredited, and later replaced by another person.
    replaced: String,
    /// Refused, and accredited after an appeal.
    refused: String,
}

impl Election2022<'_> {
    fn calls(&self) -> &Calls {
        self.world.calls()
    }

    /// The next unused decree number.
    fn next_decree_number(&self) -> u32 {
        self.decrees.set(self.decrees.get() + 1);
        self.decrees.get()
    }

    /// Sets the clock of the world to a time.
    async fn set_clock(&self, time: &str) -> anyhow::Result<()> {
        self.world.clock().set(time.parse::<Timestamp>()?).await
    }

    /// An application for a new person, whose passport is valid until 2028.
    fn new_application(&mut self, category: v1::Category, state: &str) -> v1::Application {
        filing::application(category, self.people.person_with_passport_until(state, date(2028, 5, 5)))
    }

    /// Files, presents and reviews twelve people. One decree accredits eleven of them and refuses one.
    async fn accredit(&mut self) -> anyhow::Result<PlannedEndings> {
        self.set_clock("2022-10-20T05:00:00Z").await?;
        let mut all = Vec::new();
        let missions = [
            (ODIHR, v1::Category::LongTermObserver, "NOR", 6),
            (CIS, v1::Category::ShortTermObserver, "UZB", 3),
            (STATE, v1::Category::Diplomat, "DEU", 3),
        ];
        for (organization, category, state, count) in missions {
            let content = (0..count).map(|_| self.new_application(category, state)).collect();
            all.extend(self.submit(organization, content).await?);
        }
        self.set_clock("2022-10-21T05:00:00Z").await?;
        self.present("2022/1", &all).await?;
        let [revoked, reinstated, annulled, replaced, refused] = std::array::from_fn(|index| all[index].clone());
        self.review(&all, Some(&refused)).await?;
        self.set_clock("2022-10-24T09:00:00Z").await?;
        self.adopt(ADOPTERS[0], date(2022, 10, 24), all, Vec::new()).await?;
        Ok(PlannedEndings { revoked, reinstated, annulled, replaced, refused })
    }

    /// Waits until screening has finished every application of a list.
    async fn wait_for_checks(&self, list: &[String]) -> anyhow::Result<()> {
        let (reviewer, deadline) = (self.commission(REVIEWERS[0]), Instant::now() + TIMEOUT);
        for name in list {
            loop {
                let read = v1::GetApplicationRequest { name: name.clone() };
                let read = self.calls().make(reviewer.get_application(read)).await;
                if read.with_context(|| format!("cannot read {name}"))?.screen_time.is_some() {
                    break;
                }
                ensure!(Instant::now() < deadline, "{name} is not screened after {} s", TIMEOUT.as_secs());
                sleep(POLL_INTERVAL).await;
            }
        }
        Ok(())
    }

    /// The accreditation that resulted from an application.
    async fn get_accreditation_of(&self, application: &str) -> anyhow::Result<v1::Accreditation> {
        let all = self.list_accreditations().await?;
        let found = all.into_iter().find(|accreditation| accreditation.application == application);
        found.with_context(|| format!("{application} has no accreditation, but the plan accredits it"))
    }

    /// All accreditations of the election, as the auditor sees them.
    async fn list_accreditations(&self) -> anyhow::Result<Vec<v1::Accreditation>> {
        let all = v1::ListAccreditationsRequest { parent: self.name.clone(), page_size: 1000, ..Default::default() };
        let auditor = self.commission("auditor");
        self.calls().list(auditor.all_accreditations(all)).await.context("cannot list accreditations")
    }

    /// Counts the accreditations by state, and adds up the counts of all decrees.
    async fn count_totals(&self, run_off_counts: &RunOffCounts) -> anyhow::Result<Election2022Totals> {
        let mut states: BTreeMap<v1::AccreditationState, i64> = BTreeMap::new();
        for accreditation in self.list_accreditations().await? {
            *states.entry(accreditation.state()).or_default() += 1;
        }
        let count = |state| states.get(&state).copied().unwrap_or_default();
        let all = v1::ListDecreesRequest { parent: self.name.clone(), page_size: 1000, ..Default::default() };
        let decrees = self.calls().list(self.commission("auditor").all_decrees(all)).await;
        let decrees = decrees.context("cannot list decrees")?;
        let sum = |of: fn(&v1::Decree) -> i32| decrees.iter().map(|decree| i64::from(of(decree))).sum();
        Ok(Election2022Totals {
            revoked: sum(|decree| decree.revoked_count),
            annulled: sum(|decree| decree.annulled_count),
            reinstated: sum(|decree| decree.reinstated_count),
            replaced: count(v1::AccreditationState::Replaced),
            withdrawn_with_mission: count(v1::AccreditationState::WithdrawnBySender),
            accredited_for_run_off: run_off_counts.more,
            in_force: run_off_counts.in_force,
            ended: count(v1::AccreditationState::Ended),
        })
    }
}
