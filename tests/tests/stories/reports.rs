//! Reports and totals derive from the records, as of any past moment.
//!
//! A report of a moment must equal what the events up to that moment add up to: the stories make random calls, add the
//! events up on their own, and compare. Scenario 26.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, ensure};
use client::{Client, Code};
use jiff::{SignedDuration, Timestamp};
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rehearsal::calls::request_id;
use rehearsal::world::{CEC, SECRETARY};
use stories::{Reach, Scene, ask, at, eventually, refused, timestamp};
use wire::v1::{self, ApplicationState, Category, ReportGroup};

use super::DATABASE;
use super::postponement::resubmit_lapsed;

const SENDERS: [&str; 2] = ["osce-odihr", "cis"];
const CATEGORIES: [Category; 3] = [Category::LongTermObserver, Category::ShortTermObserver, Category::Interpreter];
/// The number of calls that change something before the cutoffs.
const STEPS: usize = 70;
const SEED: u64 = 26;
const GROUND: Option<(&str, &str)> = Some(("not-nominated", "The organization did not nominate the person."));
/// The submission cutoff, and a moment at which everything that is too late has lapsed.
const CUTOFFS: [&str; 2] = ["2019-06-03T12:00:00Z", "2019-06-04T12:02:00Z"];

/// What one event tells a delegation about one of its applications.
struct StateChange {
    time: Timestamp,
    organization: String,
    application: String,
    change: Change,
}

/// The new state of the application, or whether its accreditation is active now.
enum Change {
    State(ApplicationState),
    Active(bool),
}

/// One row of a report.
///
/// The figures are submitted, presented, returned, refused, withdrawn, lapsed and accredited, in this order. The times
/// are how long decisions took since the submission, and since the presentation.
#[derive(Debug, Default, PartialEq)]
struct Row {
    figures: [i64; 7],
    times: [v1::DecisionTimes; 2],
}

/// An organization and a category.
type Key = (String, i32);

/// The rows that the events up to a moment add up to, by organization and category.
fn add_up(events: &[StateChange], categories: &BTreeMap<String, Category>, moment: Timestamp) -> BTreeMap<Key, Row> {
    use ApplicationState as S;
    let mut counted: BTreeSet<(usize, &str)> = BTreeSet::new();
    let mut first: BTreeMap<(S, &str), Timestamp> = BTreeMap::new();
    let mut ends: BTreeMap<&str, (Key, S, Timestamp)> = BTreeMap::new();
    let mut lost: BTreeSet<&str> = BTreeSet::new();
    let mut rows: BTreeMap<Key, Row> = BTreeMap::new();
    let mut took: BTreeMap<Key, [Vec<i64>; 2]> = BTreeMap::new();
    for event in events.iter().filter(|event| event.time <= moment) {
        let name = event.application.as_str();
        let key = (event.organization.clone(), categories[name].into());
        let state = match event.change {
            Change::Active(true) => {
                lost.remove(name);
                continue;
            }
            Change::Active(false) => {
                lost.insert(name);
                continue;
            }
            Change::State(state) => state,
        };
        first.entry((state, name)).or_insert(event.time);
        // A later state replaces an end: an appeal can reopen a refused application.
        match state {
            S::Refused | S::Withdrawn | S::Lapsed | S::Accredited => {
                ends.insert(name, (key.clone(), state, event.time))
            }
            _ => ends.remove(name),
        };
        let column = match state {
            S::Submitted => 0,
            S::Presented => 1,
            S::Returned => 2,
            _ => continue,
        };
        if counted.insert((column, name)) {
            rows.entry(key).or_default().figures[column] += 1;
        }
    }
    for (name, (key, state, time)) in ends {
        let column = match state {
            S::Refused => 3,
            S::Withdrawn => 4,
            S::Lapsed => 5,
            _ => 6,
        };
        if column != 6 || !lost.contains(name) {
            rows.entry(key.clone()).or_default().figures[column] += 1;
        }
        if matches!(state, S::Refused | S::Accredited) {
            for (since, took) in [S::Submitted, S::Presented].iter().zip(took.entry(key).or_default()) {
                took.push(time.duration_since(first[&(*since, name)]).as_secs());
            }
        }
    }
    for (key, took) in took {
        rows.entry(key).or_default().times = took.map(decision_times);
    }
    rows
}

fn decision_times(seconds: Vec<i64>) -> v1::DecisionTimes {
    // The smallest time that at least this percentage of the times do not exceed.
    let reached = |limit: i64, percent: usize| {
        seconds.iter().filter(|second| **second <= limit).count() * 100 >= seconds.len() * percent
    };
    let percentile = |percent| seconds.iter().copied().filter(|limit| reached(*limit, percent)).min().unwrap_or(0);
    v1::DecisionTimes {
        decisions: i64::try_from(seconds.len()).unwrap_or(i64::MAX),
        p50_seconds: percentile(50),
        p90_seconds: percentile(90),
        max_seconds: seconds.iter().copied().max().unwrap_or(0),
    }
}

fn row(row: &v1::ReportRow) -> (Key, Row) {
    let figures = [row.submitted, row.presented, row.returned, row.refused, row.withdrawn, row.lapsed, row.accredited];
    let times = [row.since_submission.unwrap_or_default(), row.since_presentation.unwrap_or_default()];
    ((row.organization.clone(), row.category), Row { figures, times })
}

fn ask_report(moment: Timestamp, by: &[ReportGroup]) -> v1::GetReportRequest {
    let group_by = by.iter().map(|group| i32::from(*group)).collect();
    v1::GetReportRequest { as_of: Some(timestamp(moment)), group_by, ..ask::report() }
}

/// All state changes in the events of the delegations, up to a last event of each that changes no figure.
async fn all_state_changes(scene: &Scene) -> anyhow::Result<Vec<StateChange>> {
    let accreditations = scene.auditor.all_accreditations(ask::all_accreditations()).await?;
    let answers: BTreeMap<_, _> = accreditations.into_iter().map(|one| (one.name, one.application)).collect();
    let mut changes = Vec::new();
    for sender in SENDERS {
        let secretary = scene.world.actor(sender, SECRETARY);
        let last = make_unrelated_event(&secretary, sender).await?;
        let mut watch = secretary.watch(&ask::election(), Vec::new());
        loop {
            let event = watch.next(|_| ()).await?.event.context("no event in the response")?;
            if event.event_id == last {
                break;
            }
            let state = event.application_state();
            let time = event.event_time.context("an event without a time")?;
            let time = Timestamp::new(time.seconds, time.nanos)?;
            let in_force = event.accreditation_state();
            let (application, change) = match answers.get(&event.subject) {
                Some(application) if in_force != v1::AccreditationState::Unspecified => {
                    (application.clone(), Change::Active(in_force == v1::AccreditationState::Active))
                }
                _ if state != ApplicationState::Unspecified => (event.subject, Change::State(state)),
                _ => continue,
            };
            changes.push(StateChange { time, organization: event.organization, application, change });
        }
    }
    Ok(changes)
}

/// Changes a mission, which changes no figure. Returns the id of the event.
async fn make_unrelated_event(secretary: &Client, sender: &str) -> anyhow::Result<String> {
    let read = secretary.get_mission(v1::GetMissionRequest { name: ask::mission(sender) }).await?;
    let (name, etag) = (read.name.clone(), read.etag.clone());
    let mission = Some(v1::Mission { head: "Another head".to_owned(), ..read });
    let request = v1::UpdateMissionRequest { request_id: request_id(), name, etag, mission };
    Ok(secretary.update_mission(request).await?.receipt.context("a receipt")?.event_id)
}

/// Makes a random call that the state of an application allows. Returns whether the service accepted it.
async fn random_step(scene: &Scene, rng: &mut ChaCha8Rng, secretary: &Client, name: &str) -> anyhow::Result<bool> {
    let read = secretary.get_application(ask::application(name)).await?;
    if read.state() != ApplicationState::Draft && rng.random_bool(0.06) {
        return Ok(secretary.withdraw_application(ask::withdraw(name)).await.is_ok());
    }
    let done = match read.state() {
        ApplicationState::Draft if rng.random_bool(0.2) => {
            secretary.withdraw_application(ask::withdraw(name)).await.map(drop)
        }
        ApplicationState::Draft => secretary.submit_application(ask::submit(name)).await.map(drop),
        ApplicationState::Submitted if rng.random_bool(0.2) => {
            let read = scene.officer.get_application(ask::application(name)).await?;
            scene.officer.return_application(ask::give_back(&read)).await.map(drop)
        }
        ApplicationState::Submitted => scene.present(vec![name.to_owned()]).await.map(drop),
        ApplicationState::Presented => scene.reviewer.claim_application(ask::claim(name)).await.map(drop),
        ApplicationState::InReview => {
            let read = scene.reviewer.get_application(ask::application(name)).await?;
            match rng.random_range(0..5) {
                0 => {
                    let due = at(CUTOFFS[0]);
                    scene.reviewer.raise_questions(ask::raise_questions(&read, due)).await.map(drop)
                }
                1 | 2 => scene.reviewer.recommend_application(ask::recommend_refusal(&read, GROUND)).await.map(drop),
                _ => scene.reviewer.recommend_application(ask::recommend(&read)).await.map(drop),
            }
        }
        // The ministry wants it submitted again. The commission wants an answer.
        ApplicationState::Returned if read.presentation.is_empty() => {
            secretary.submit_application(ask::submit(name)).await.map(drop)
        }
        ApplicationState::Returned => secretary.answer_questions(ask::answer(name)).await.map(drop),
        ApplicationState::Recommended => scene.decide(vec![name.to_owned()]).await.map(drop),
        _ => return Ok(false),
    };
    Ok(done.is_ok())
}

/// Makes random calls on a few applications, then passes the cutoffs. Returns the category of each application.
async fn make_random_calls(scene: &Scene, rng: &mut ChaCha8Rng) -> anyhow::Result<BTreeMap<String, Category>> {
    let (mut people, mut now, mut done) = (Vec::new(), at("2019-05-06T04:00:00Z"), 0);
    while done < STEPS {
        if rng.random_bool(0.6) {
            now += SignedDuration::from_micros(rng.random_range(1..20_000_000_000));
            scene.world.clock().set(now).await?;
        }
        if people.len() < 4 || rng.random_bool(0.12) {
            let sender = *SENDERS.choose(rng).context("the choices are empty")?;
            let category = *CATEGORIES.choose(rng).context("the choices are empty")?;
            let application = v1::Application { category: category.into(), ..scene.someone() };
            let name = scene.bring_as(sender, application, Reach::Draft).await?.name;
            people.push((name, scene.world.actor(sender, SECRETARY), category));
        }
        let (name, secretary, _) = people.choose(rng).context("nobody is filed yet")?;
        done += usize::from(random_step(scene, rng, secretary, name).await?);
    }
    ensure!(now < at(CUTOFFS[0]), "the calls must end before the cutoff: {now}");
    // Every column needs figures, also those that chance has left out.
    for sender in SENDERS {
        let submitted = scene.bring(sender, Reach::Submitted).await?;
        let read = scene.officer.get_application(ask::application(&submitted.name)).await?;
        scene.officer.return_application(ask::give_back(&read)).await?;
        scene.decide(vec![scene.bring(sender, Reach::Recommended).await?.name]).await?;
        let claimed = scene.bring(sender, Reach::InReview).await?;
        scene.reviewer.recommend_application(ask::recommend_refusal(&claimed, GROUND)).await?;
        scene.decide(vec![claimed.name]).await?;
    }
    for sender in SENDERS {
        end_and_appeal(scene, sender, &mut now).await?;
    }
    scene.world.clock().set(at(CUTOFFS[1])).await?;
    let categories = eventually("applications that are too late lapse", || async {
        let mut left = scene.osce.all_applications(ask::all_applications()).await?;
        left.extend(scene.cis.all_applications(ask::all_applications()).await?);
        let late = |one: &v1::Application| matches!(one.state(), ApplicationState::Draft | ApplicationState::Submitted);
        let categories = left.iter().map(|one| (one.name.clone(), one.category()));
        Ok((!left.iter().any(late)).then(|| categories.collect()))
    })
    .await?;
    scene.registrar.postpone_election(ask::postpone("2019-06-16")).await?;
    for (sender, decide) in SENDERS.into_iter().zip([true, false]) {
        resubmit_lapsed(scene, &scene.world.actor(sender, SECRETARY), decide).await?;
    }
    Ok(categories)
}

/// Moves the clock on by a minute, so that the events differ in time.
async fn advance_clock(scene: &Scene, now: &mut Timestamp) -> anyhow::Result<()> {
    *now += SignedDuration::from_secs(60);
    scene.world.clock().set(*now).await
}

/// Annuls one person, revokes and reinstates another, and refuses and then accredits a third.
async fn end_and_appeal(scene: &Scene, sender: &str, now: &mut Timestamp) -> anyhow::Result<()> {
    let (secretary, second) = (scene.world.actor(sender, SECRETARY), scene.world.actor(CEC, "reviewer-2"));
    let other_adopter = scene.world.actor(CEC, "adopter-2");
    let uphold = |appeal: &str| second.decide_appeal(ask::decide_appeal(appeal, v1::AppealOutcome::Uphold));
    let mut revoked = String::new();
    for request in [ask::annul(""), ask::revoke("")] {
        let name = scene.bring(sender, Reach::Recommended).await?.name;
        scene.decide(vec![name.clone()]).await?;
        advance_clock(scene, now).await?;
        let accreditation = secretary.get_application(ask::application(&name)).await?.accreditation;
        let request = v1::ProposeChangeRequest { name: accreditation, ..request };
        let proposed = scene.reviewer.propose_change(request).await?.name;
        let draft = scene.decree_over_proposals(vec![proposed]).await?;
        scene.adopter.adopt_decree(ask::adopt(&draft)).await?;
        advance_clock(scene, now).await?;
        revoked = name;
    }
    uphold(&secretary.file_appeal(ask::appeal(&revoked)).await?.name).await?;
    let proposals = scene.auditor.all_proposals(ask::all_proposals()).await?;
    let reinstate = proposals.last().context("no proposal")?.name.clone();
    let draft = scene.decree_over_proposals(vec![reinstate]).await?;
    other_adopter.adopt_decree(ask::adopt(&draft)).await?;

    let claimed = scene.bring(sender, Reach::InReview).await?;
    scene.reviewer.recommend_application(ask::recommend_refusal(&claimed, GROUND)).await?;
    scene.decide(vec![claimed.name.clone()]).await?;
    advance_clock(scene, now).await?;
    uphold(&secretary.file_appeal(ask::appeal(&claimed.name)).await?.name).await?;
    advance_clock(scene, now).await?;
    eventually("the application is checked and recommended", || async {
        let read = second.get_application(ask::application(&claimed.name)).await?;
        Ok(second.recommend_application(ask::recommend(&read)).await.ok())
    })
    .await?;
    let draft = scene.decree_over(vec![claimed.name.clone()]).await?;
    other_adopter.adopt_decree(ask::adopt(&draft)).await?;
    Ok(())
}

#[tokio::test]
async fn a_report_of_any_moment_equals_what_the_events_add_up_to() -> anyhow::Result<()> {
    use ReportGroup::{Category, Organization};
    let mut scene = Scene::on(DATABASE).await?;
    drop(scene.add_second_adopter().await?);
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let categories = make_random_calls(&scene, &mut rng).await?;
    let events = all_state_changes(&scene).await?;
    let mut moments: BTreeSet<_> = events.iter().map(|event| event.time).collect();
    let before: Vec<_> = moments.iter().map(|time| *time - SignedDuration::from_micros(1)).collect();
    moments.extend(before);
    for moment in &moments {
        let expected = add_up(&events, &categories, *moment);
        let report = scene.auditor.get_report(ask_report(*moment, &[Organization, Category])).await?;
        let found: BTreeMap<_, _> = report.rows.iter().map(row).collect();
        ensure!(found == expected, "at {moment}: {found:#?}\nbut the events say {expected:#?}");

        let total = scene.officer.get_report(ask_report(*moment, &[])).await?;
        let sum = expected.values().fold([0; 7], |mut sum, row| {
            sum.iter_mut().zip(row.figures).for_each(|(sum, figure)| *sum += figure);
            sum
        });
        ensure!(total.rows.len() == 1 && row(&total.rows[0]).1.figures == sum, "at {moment}: {total:?}, not {sum:?}");

        let own = scene.osce.get_report(ask_report(*moment, &[Category, Organization])).await?;
        let (own, ours) = (own.rows.iter().map(row), "organizations/osce-odihr");
        ensure!(own.eq(expected.into_iter().filter(|(key, _)| key.0 == ours)), "at {moment}, as osce-odihr reads it");
    }
    // Every column has figures, or the story would show nothing. The last report agrees with the totals.
    let last = scene.auditor.get_report(ask::report()).await?.rows.first().map(row).context("no row")?.1;
    ensure!(last.figures.iter().all(|figure| *figure > 0), "a column has no figures: {last:?}");
    let totals = scene.auditor.get_totals(ask::totals()).await?;
    let ended: i64 = totals.organizations.iter().map(|row| row.ended).sum();
    let annulled = i64::try_from(SENDERS.len())?;
    ensure!(ended == annulled && totals.accredited - ended == last.figures[6], "{totals:?}, not {last:?}");
    let decided = last.figures[3] + last.figures[6] + ended;
    ensure!(last.times.iter().all(|times| times.decisions == decided), "{last:?}");
    Ok(())
}

#[tokio::test]
async fn scenario_26_totals_equal_the_records_at_any_date() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    for (day, sender, count) in [("2019-05-06", "osce-odihr", 3), ("2019-05-13", "cis", 2), ("2019-05-20", "cis", 4)] {
        scene.world.clock().set(at(&format!("{day}T06:00:00Z"))).await?;
        let list = scene.recommend_many(sender, count).await?;
        scene.world.clock().set(at(&format!("{day}T09:00:00Z"))).await?;
        scene.decide(list).await?;
    }
    let records = scene.auditor.all_accreditations(ask::all_accreditations()).await?;
    ensure!(records.len() == 9);
    for (moment, expected) in [
        ("2019-05-01T00:00:00Z", 0),
        ("2019-05-06T08:59:59.999999Z", 0),
        ("2019-05-06T09:00:00Z", 3),
        ("2019-05-13T09:00:00Z", 5),
        ("2019-05-20T08:00:00Z", 5),
        ("2019-05-20T09:00:00Z", 9),
    ] {
        let until = timestamp(at(moment));
        let by_then = |one: &&v1::Accreditation| {
            one.accredit_time.is_some_and(|time| (time.seconds, time.nanos) <= (until.seconds, until.nanos))
        };
        ensure!(records.iter().filter(by_then).count() == expected, "the records at {moment}");
        let count = i64::try_from(expected)?;
        for (reader, by) in [(&scene.auditor, &[][..]), (&scene.officer, &[ReportGroup::Category])] {
            let report = reader.get_report(ask_report(at(moment), by)).await?;
            let accredited: i64 = report.rows.iter().map(|row| row.accredited).sum();
            ensure!(accredited == count, "{accredited} at {moment}");
        }
    }
    // Each decision took three hours from submission and presentation to the decree.
    let report = scene.reviewer.get_report(ask::report()).await?;
    let three_hours = v1::DecisionTimes { decisions: 9, p50_seconds: 10800, p90_seconds: 10800, max_seconds: 10800 };
    let times = report.rows.first().context("no row")?;
    ensure!(times.since_submission == Some(three_hours) && times.since_presentation == Some(three_hours));

    let future = scene.auditor.get_report(ask_report(at("2019-05-20T09:00:00.000001Z"), &[])).await;
    let future = refused(future, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(future.violations()[0].field == "as_of", "{future}");
    Ok(())
}
