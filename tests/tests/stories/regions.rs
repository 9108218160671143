//! A report by region counts accredited people where the deployment plans send them, as of any past moment.
//!
//! The plans of that moment count, not later ones. A person in two regions counts in both. The story makes random
//! calls, adds them up on its own, and compares. No acceptance scenario.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp};
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rehearsal::calls::request_id;
use rehearsal::world::SECRETARY;
use stories::{Scene, ask, at, timestamp};
use wire::v1::visit::Place;
use wire::v1::{self, ReportGroup};

use super::DATABASE;

const SENDERS: [&str; 2] = ["osce-odihr", "cis"];
const REGIONS: [&str; 3] = ["KZ-71", "KZ-75", "KZ-11"];
const STEPS: usize = 30;
const SEED: u64 = 27;

/// The areas of each person, by the name of their application.
type Areas = BTreeMap<String, BTreeSet<String>>;

/// What the test has done, at the times that the service has recorded.
#[derive(Default)]
struct Ledger {
    /// Every version of the plan of each organization.
    plans: BTreeMap<&'static str, Vec<(Timestamp, Areas)>>,
    /// The etag of the current plan of each organization.
    etags: BTreeMap<&'static str, String>,
    /// Each accredited application: its organization, and when its accreditation began and ended.
    accredited: BTreeMap<String, (&'static str, Timestamp, Option<Timestamp>)>,
}

/// Converts a time that the service must have set.
fn moment(time: Option<prost_types::Timestamp>) -> anyhow::Result<Timestamp> {
    let time = time.context("no time")?;
    Ok(Timestamp::new(time.seconds, time.nanos)?)
}

impl Ledger {
    /// How many people of each organization were accredited in each area at a moment.
    fn add_up(&self, moment: Timestamp) -> BTreeMap<(String, String), i64> {
        let mut rows = BTreeMap::new();
        for (name, (sender, since, until)) in &self.accredited {
            if *since > moment || until.is_some_and(|until| until <= moment) {
                continue;
            }
            let plans = self.plans.get(sender).map(Vec::as_slice).unwrap_or_default();
            let plan = plans.iter().rev().find(|(time, _)| *time <= moment);
            let nowhere = BTreeSet::from(["NONE".to_owned()]);
            for area in plan.and_then(|(_, plan)| plan.get(name)).unwrap_or(&nowhere) {
                *rows.entry((format!("organizations/{sender}"), area.clone())).or_default() += 1;
            }
        }
        rows
    }

    /// Every moment at which something changed, and the microsecond before it.
    fn moments(&self) -> BTreeSet<Timestamp> {
        let plans = self.plans.values().flatten().map(|(time, _)| *time);
        let courses = self.accredited.values().flat_map(|(_, since, until)| [Some(*since), *until]);
        let moments: BTreeSet<_> = plans.chain(courses.flatten()).collect();
        moments.iter().flat_map(|time| [*time, *time - SignedDuration::from_micros(1)]).collect()
    }

    /// Accredits two people of an organization.
    async fn accredit(&mut self, scene: &Scene, sender: &'static str) -> anyhow::Result<()> {
        let names = scene.recommend_many(sender, 2).await?;
        let time = moment(scene.decide(names.clone()).await?.receipt.context("no receipt")?.event_time)?;
        self.accredited.extend(names.into_iter().map(|name| (name, (sender, time, None))));
        Ok(())
    }

    /// Withdraws a random accreditation, if one is active.
    async fn withdraw(&mut self, scene: &Scene, rng: &mut ChaCha8Rng) -> anyhow::Result<()> {
        let left: Vec<_> = self.accredited.iter_mut().filter(|(_, (_, _, until))| until.is_none()).collect();
        let (mut left, index) = (left, rng.random_range(0..1000));
        let count = left.len();
        let Some((name, (sender, _, until))) = left.get_mut(index % count.max(1)) else { return Ok(()) };
        let secretary = scene.world.actor(sender, SECRETARY);
        let read = secretary.get_application(ask::application(name)).await?;
        let ended = secretary.withdraw_accreditation(ask::withdraw_accreditation(&read.accreditation)).await?;
        *until = Some(moment(ended.receipt.context("no receipt")?.event_time)?);
        Ok(())
    }

    /// Writes a random plan. A person is in no team, in one or in several. A team goes to one place or to several.
    async fn deploy(&mut self, scene: &Scene, rng: &mut ChaCha8Rng, sender: &'static str) -> anyhow::Result<()> {
        let own = self.accredited.iter().filter(|(_, (of, _, _))| *of == sender);
        let people: Vec<_> = own.map(|(name, _)| name.clone()).collect();
        let (mut teams, mut areas) = (Vec::new(), Areas::new());
        for number in 1..=rng.random_range(0..4) {
            let Some(name) = people.choose(rng) else { break };
            // The service refuses a plan with a person in two teams on a day, so each team has its own day.
            let day = format!("2019-06-0{number}");
            let places: Vec<_> = (0..rng.random_range(1..4)).map(|_| random_place(rng)).collect();
            areas.entry(name.clone()).or_default().extend(places.iter().map(|(area, _)| area.clone()));
            let visit = |(_, place)| v1::Visit { place: Some(place), start_date: day.clone(), end_date: day.clone() };
            teams.push(v1::Team {
                number,
                observers: vec![name.clone()],
                reason: "One at headquarters".to_owned(),
                visits: places.into_iter().map(visit).collect(),
                ..Default::default()
            });
        }
        let request = v1::UpdateDeploymentPlanRequest {
            request_id: request_id(),
            name: format!("{}/deploymentPlan", ask::mission(sender)),
            etag: self.etags.get(sender).cloned().unwrap_or_default(),
            plan: Some(v1::DeploymentPlan { teams, ..Default::default() }),
        };
        let plan = scene.world.actor(sender, SECRETARY).update_deployment_plan(request).await?;
        self.etags.insert(sender, plan.etag);
        let time = moment(plan.receipt.context("no receipt")?.event_time)?;
        self.plans.entry(sender).or_default().push((time, areas));
        Ok(())
    }
}

/// A random place, with the area that counts it.
fn random_place(rng: &mut ChaCha8Rng) -> (String, Place) {
    let region = REGIONS[rng.random_range(0..REGIONS.len())].to_owned();
    match rng.random_range(0..4) {
        0 => ("ABROAD".to_owned(), Place::Abroad(v1::Abroad { country: "DEU".to_owned(), city: "Berlin".to_owned() })),
        1 => (region.clone(), Place::Commission(v1::Commission { region, label: "57".to_owned() })),
        _ => (region.clone(), Place::Region(region)),
    }
}

fn ask_report(moment: Timestamp, by: &[ReportGroup]) -> v1::GetReportRequest {
    let group_by = by.iter().map(|group| i32::from(*group)).collect();
    v1::GetReportRequest { as_of: Some(timestamp(moment)), group_by, ..ask::report() }
}

/// The accredited figure of each row that is not zero, by organization and region.
fn accredited(report: &v1::Report) -> BTreeMap<(String, String), i64> {
    let rows = report.rows.iter().filter(|row| row.accredited > 0);
    rows.map(|row| ((row.organization.clone(), row.region.clone()), row.accredited)).collect()
}

/// The sums cannot be checked by hand, so the story computes every moment in a second way.
#[tokio::test]
async fn a_report_by_region_equals_the_deployment_plans_of_that_moment() -> anyhow::Result<()> {
    use ReportGroup::{Organization, Region};
    let scene = Scene::on(DATABASE).await?;
    let (mut rng, mut ledger, mut now) =
        (ChaCha8Rng::seed_from_u64(SEED), Ledger::default(), at("2019-05-11T04:00:00Z"));
    for step in 0..STEPS {
        now += SignedDuration::from_micros(rng.random_range(1..20_000_000_000));
        scene.world.clock().set(now).await?;
        let sender = *SENDERS.choose(&mut rng).context("there are two senders")?;
        match rng.random_range(0..5) {
            0 => ledger.accredit(&scene, sender).await?,
            1 => ledger.withdraw(&scene, &mut rng).await?,
            _ if step < 2 => ledger.accredit(&scene, sender).await?,
            _ => ledger.deploy(&scene, &mut rng, sender).await?,
        }
    }
    let (mut areas, mut most) = (BTreeSet::new(), 0);
    for moment in ledger.moments() {
        let expected = ledger.add_up(moment);
        let both = scene.auditor.get_report(ask_report(moment, &[Region, Organization])).await?;
        ensure!(accredited(&both) == expected, "at {moment}: {both:#?}\nbut the plans say {expected:#?}");
        let own = scene.osce.get_report(ask_report(moment, &[Organization, Region])).await?;
        let mut ours = expected.clone();
        ours.retain(|(organization, _), _| organization == "organizations/osce-odihr");
        ensure!(accredited(&own) == ours, "at {moment}, as osce-odihr reads it: {own:#?}");

        let mut by_region = BTreeMap::new();
        for ((_, area), count) in &expected {
            *by_region.entry((String::new(), area.clone())).or_default() += *count;
        }
        let report = scene.officer.get_report(ask_report(moment, &[Region])).await?;
        ensure!(accredited(&report) == by_region, "at {moment}: {report:#?}");
        // The sum over the regions is larger than the total if a person is in several regions.
        let whole = scene.officer.get_report(ask_report(moment, &[])).await?.rows[0].accredited;
        let sum: i64 = by_region.values().sum();
        ensure!(whole <= sum, "{whole} in total at {moment}, and only {sum} by region");
        most = most.max(sum - whole);
        areas.extend(by_region.into_keys().map(|(_, area)| area));
    }
    let everywhere: BTreeSet<_> = REGIONS.into_iter().chain(["ABROAD", "NONE"]).map(str::to_owned).collect();
    ensure!(areas == everywhere && most > 0, "the random calls must reach every area: {areas:?}, {most}");
    ensure!(ledger.accredited.values().any(|(_, _, until)| until.is_some()), "the random calls must withdraw somebody");
    Ok(())
}
