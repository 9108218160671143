//! The registrar postpones an election.
//!
//! Both cutoffs are computed again from the new voting day, and the election keeps its history. Lapsed applications can
//! be submitted again. People are checked for the new day, and every organization gets an event. No acceptance
//! scenario.

use std::time::Duration;

use anyhow::{Context, ensure};
use client::{Client, Code};
use rehearsal::world::VOTING_DAY;
use stories::{Reach, Scene, ask, at, date, eventually, refused, timestamp};
use tokio::time::timeout;
use wire::v1::{self, ApplicationState, Category, ScheduleKind};

use super::DATABASE;

/// How long an event may take to arrive, on a busy machine.
const EVENT_TIMEOUT: Duration = Duration::from_secs(20);
/// A moment at which applications that missed the first submission cutoff have lapsed.
const LAPSED: &str = "2019-06-03T12:01:01Z";
/// The day to which the election of 9 June is postponed.
const LATER: &str = "2019-06-16";
/// The cutoffs of that day: 18:00 in Nur-Sultan, and 24 hours later.
const CUTOFFS: [&str; 2] = ["2019-06-10T12:00:00Z", "2019-06-11T12:00:00Z"];

async fn read(reader: &Client, name: &str) -> anyhow::Result<v1::Application> {
    Ok(reader.get_application(ask::application(name)).await?)
}

/// Waits until an application is in a state.
async fn wait_for(reader: &Client, name: &str, expected: ApplicationState) -> anyhow::Result<()> {
    let reached = || async { Ok((read(reader, name).await?.state() == expected).then_some(())) };
    eventually(&format!("{name} is {}", expected.as_str_name()), reached).await
}

/// The method of an event, and the state of its application if it has one.
fn summary(event: &v1::Event) -> String {
    let method = event.action.rsplit('/').next().unwrap_or_default();
    let state = event.application_state().as_str_name().trim_start_matches("APPLICATION_STATE_").to_owned();
    if event.application_state() == ApplicationState::Unspecified {
        method.to_owned()
    } else {
        format!("{method} {state}")
    }
}

/// The events that a reader gets, up to one with this summary.
async fn events_until(reader: &Client, last: &str) -> anyhow::Result<Vec<v1::Event>> {
    let (mut watch, mut all): (_, Vec<v1::Event>) = (reader.watch(&ask::election(), Vec::new()), Vec::new());
    while all.last().is_none_or(|event| summary(event) != last) {
        let next = timeout(EVENT_TIMEOUT, watch.next(|_| ())).await;
        let next = next.with_context(|| format!("after {:?}", all.iter().map(summary).collect::<Vec<_>>()))??;
        all.push(next.event.context("no event in the response")?);
    }
    Ok(all)
}

/// After a postponement, submits one lapsed application of a delegation again, and accredits it if `decide` is set.
/// Updates another one, which stays lapsed.
pub async fn resubmit_lapsed(scene: &Scene, secretary: &Client, decide: bool) -> anyhow::Result<()> {
    let filter = "state = LAPSED".to_owned();
    let list = v1::ListApplicationsRequest { filter, ..ask::all_applications() };
    let lapsed = secretary.all_applications(list).await?;
    let [first, .., last] = &lapsed[..] else {
        anyhow::bail!("two lapsed applications are needed, there are {}", lapsed.len())
    };
    secretary.update_application(ask::update(last, last.clone())).await?;
    secretary.submit_application(ask::submit(&first.name)).await?;
    if decide {
        scene.recommend_all(std::slice::from_ref(&first.name)).await?;
        scene.decide(vec![first.name.clone()]).await?;
    }
    Ok(())
}

/// A delegation that missed the old cutoff is in time for the new one, and must not file everything again.
#[tokio::test]
async fn a_postponement_moves_both_cutoffs_and_lapsed_applications_can_be_submitted_again() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let lapsed = scene.bring("osce-odihr", Reach::Draft).await?;
    let returned = scene.bring("cis", Reach::Submitted).await?;
    scene.officer.return_application(ask::give_back(&returned)).await?;
    scene.world.clock().set(at(LAPSED)).await?;
    wait_for(&scene.osce, &lapsed.name, ApplicationState::Lapsed).await?;
    wait_for(&scene.cis, &returned.name, ApplicationState::Lapsed).await?;
    let read_lapsed = read(&scene.osce, &lapsed.name).await?;
    let next = scene.someone();
    let late = |answer| refused(answer, Code::FailedPrecondition, "SUBMISSION_CUTOFF_PASSED");
    late(scene.osce.submit_application(ask::submit(&lapsed.name)).await);
    late(scene.osce.update_application(ask::update(&read_lapsed, next.clone())).await);

    let request = ask::postpone(LATER);
    let moved = scene.registrar.postpone_election(request.clone()).await?;
    ensure!(moved.voting_day == LATER && moved.submission_cutoff == Some(timestamp(at(CUTOFFS[0]))), "{moved:?}");
    ensure!(moved.presentation_cutoff == Some(timestamp(at(CUTOFFS[1]))), "{moved:?}");
    ensure!(scene.registrar.postpone_election(request).await? == moved, "the repeated request got another answer");
    let shown = scene.cis.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    let [set, postponed] = &shown.schedule[..] else { panic!("{shown:?}") };
    ensure!(set.kind() == ScheduleKind::Set && set.voting_day == VOTING_DAY.to_string(), "{set:?}");
    ensure!(set.submission_cutoff == Some(timestamp(at("2019-06-03T12:00:00Z"))) && set.reason.is_empty(), "{set:?}");
    ensure!(postponed.kind() == ScheduleKind::Postponed && postponed.act == "Decree of the President 12");
    ensure!(postponed.time == Some(timestamp(at(LAPSED))), "{postponed:?}");
    let listed = scene.osce.all_elections(v1::ListElectionsRequest::default()).await?;
    ensure!(listed.iter().any(|one| one.schedule == shown.schedule), "{listed:?}");

    // One application is updated before it is submitted, the other is submitted as it is.
    let updated = scene.osce.update_application(ask::update(&read_lapsed, next)).await?;
    ensure!(updated.state() == ApplicationState::Lapsed && updated.revision == 2, "{updated:?}");
    scene.upload(&scene.osce, &updated).await?;
    let submitted = scene.osce.submit_application(ask::submit(&lapsed.name)).await?;
    ensure!(submitted.state() == ApplicationState::Submitted, "{submitted:?}");
    let first = returned.first_submit_time;
    let again = scene.cis.submit_application(ask::submit(&returned.name)).await?;
    ensure!(again.first_submit_time == first && again.submit_time == Some(timestamp(at(LAPSED))), "{again:?}");

    // The old cutoffs have no effect any more, and the new ones do.
    scene.world.clock().set(at("2019-06-04T12:01:01Z")).await?;
    let (on_time, too_late) = (scene.bring("osce-odihr", Reach::Draft).await?, scene.bring("cis", Reach::Draft).await?);
    scene.world.clock().set(at("2019-06-05T12:00:00Z")).await?;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    ensure!(read(&scene.osce, &lapsed.name).await?.state() == ApplicationState::Submitted);
    ensure!(read(&scene.cis, &too_late.name).await?.state() == ApplicationState::Draft);
    scene.world.clock().set(at(CUTOFFS[0])).await?;
    scene.osce.submit_application(ask::submit(&on_time.name)).await?;
    scene.world.clock().set(at("2019-06-10T12:00:01Z")).await?;
    let refusal = late(scene.cis.submit_application(ask::submit(&too_late.name)).await);
    ensure!(refusal.metadata()["cutoff"] == CUTOFFS[0], "{refusal}");
    ensure!(refusal.metadata()["cutoff_local"].starts_with("2019-06-10T18:00:00+06:00"), "{refusal}");
    scene.world.clock().set(at(CUTOFFS[1])).await?;
    scene.present(vec![lapsed.name.clone(), returned.name.clone()]).await?;
    scene.world.clock().set(at("2019-06-11T12:01:01Z")).await?;
    wait_for(&scene.cis, &too_late.name, ApplicationState::Lapsed).await?;
    wait_for(&scene.osce, &on_time.name, ApplicationState::Lapsed).await?;
    Ok(())
}

/// A delegation that did not hear of it would work towards the wrong cutoff.
#[tokio::test]
async fn every_reader_gets_one_event_about_a_postponement() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let presented = scene.bring("osce-odihr", Reach::Presented).await?;
    let lapsed = scene.bring("osce-odihr", Reach::Draft).await?;
    scene.world.clock().set(at(LAPSED)).await?;
    wait_for(&scene.osce, &lapsed.name, ApplicationState::Lapsed).await?;
    let event = scene.registrar.postpone_election(ask::postpone(LATER)).await?.receipt.context("a receipt")?.event_id;
    let update = ask::update(
        &read(&scene.osce, &lapsed.name).await?,
        v1::Application { documents: lapsed.documents.clone(), ..scene.someone() },
    );
    let read_again = scene.osce.update_application(update).await?;
    ensure!(read_again.state() == ApplicationState::Lapsed);
    scene.osce.submit_application(ask::submit(&lapsed.name)).await?;
    let draft = scene.bring("cis", Reach::Submitted).await?;

    let last = "SubmitApplication SUBMITTED";
    let own = events_until(&scene.cis, last).await?;
    let expected =
        ["CreateInvitation", "AcceptInvitation", "CreateMission", "PostponeElection", "CreateApplication DRAFT", last];
    ensure!(own.iter().map(summary).eq(expected), "cis gets {:?}", own.iter().map(summary).collect::<Vec<_>>());
    ensure!(own[3].subject == ask::election() && own[3].organization == "organizations/cis", "{:?}", own[3]);
    ensure!(own[3].actor.is_empty() && own[3].event_id != event, "{:?}", own[3]);
    ensure!(own[5].subject == draft.name, "{:?}", own[5]);

    let own = events_until(&scene.osce, "UpdateApplication LAPSED").await?;
    let own: Vec<_> = own.iter().skip_while(|event| event.action != "Tick").map(summary).collect();
    ensure!(own == ["Tick LAPSED", "PostponeElection", "UpdateApplication LAPSED"], "osce-odihr gets {own:?}");

    // The ministry has not seen the draft. It gets the event of the submission.
    let hosts = events_until(&scene.officer, "CreatePresentation").await?.len();
    let all = events_until_subject(&scene.officer, &draft.name).await?;
    let words: Vec<_> = all.iter().skip(hosts).map(summary).collect();
    ensure!(words == ["PostponeElection", last, last], "the ministry gets {words:?}");
    ensure!(all[hosts].event_id == event && all[hosts].organization == "organizations/cec", "{:?}", all[hosts]);
    scene.reviewer.claim_application(ask::claim(&presented.name)).await?;
    let all = events_until(&scene.reviewer, "ClaimApplication IN_REVIEW").await?;
    let postponed: Vec<_> = all.iter().filter(|event| summary(event) == "PostponeElection").collect();
    ensure!(postponed.len() == 1 && postponed[0].actor == "organizations/cec/principals/registrar", "{postponed:?}");
    Ok(())
}

/// The events that a reader gets, up to the first one about an application.
async fn events_until_subject(reader: &Client, last: &str) -> anyhow::Result<Vec<v1::Event>> {
    let (mut watch, mut all): (_, Vec<v1::Event>) = (reader.watch(&ask::election(), Vec::new()), Vec::new());
    while all.last().is_none_or(|event| event.subject != last) {
        all.push(
            timeout(EVENT_TIMEOUT, watch.next(|_| ()))
                .await
                .context("no event within the timeout")??
                .event
                .context("no event in the response")?,
        );
    }
    Ok(all)
}

/// An earlier day could put cutoffs into the past, and a vote that has begun cannot be moved.
#[tokio::test]
async fn an_election_can_be_postponed_only_to_a_later_day_and_before_voting_begins() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    for day in ["2019-06-09", "2019-06-02", "2019-02-30"] {
        let refusal = scene.registrar.postpone_election(ask::postpone(day)).await;
        let refusal = refused(refusal, Code::InvalidArgument, "INVALID_REQUEST");
        ensure!(refusal.violations()[0].field == "voting_day", "{refusal}");
    }
    let unknown = v1::PostponeElectionRequest { expected_voting_day: "2019-06-08".to_owned(), ..ask::postpone(LATER) };
    refused(scene.registrar.postpone_election(unknown).await, Code::Aborted, "ETAG_MISMATCH");
    let without_reason =
        v1::PostponeElectionRequest { reason: String::new(), act: String::new(), ..ask::postpone(LATER) };
    let refusal =
        refused(scene.registrar.postpone_election(without_reason).await, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(refusal.violations().iter().map(|one| one.field.as_str()).eq(["reason", "act"]), "{refusal}");

    // Voting day begins at midnight in the capital, 18:00 UTC of the day before. A second postponement must name the
    // day to which the first one moved the election.
    scene.world.clock().set(at("2019-06-08T17:59:59Z")).await?;
    scene.registrar.postpone_election(ask::postpone(LATER)).await?;
    refused(scene.registrar.postpone_election(ask::postpone("2019-06-23")).await, Code::Aborted, "ETAG_MISMATCH");
    let second = v1::PostponeElectionRequest { expected_voting_day: LATER.to_owned(), ..ask::postpone("2019-06-23") };
    let moved = scene.registrar.postpone_election(second).await?;
    ensure!(moved.schedule.iter().map(|one| one.voting_day.as_str()).eq(["2019-06-09", LATER, "2019-06-23"]));
    scene.world.clock().set(at("2019-06-22T18:00:00Z")).await?;
    let late =
        v1::PostponeElectionRequest { expected_voting_day: "2019-06-23".to_owned(), ..ask::postpone("2019-06-30") };
    let refusal = refused(scene.registrar.postpone_election(late).await, Code::FailedPrecondition, "VOTING_BEGAN");
    ensure!(refusal.to_string().contains("2019-06-23"), "{refusal}");
    let results = ask::publish(at("2019-06-22T17:00:00Z"));
    refused(scene.registrar.publish_results(results).await, Code::InvalidArgument, "INVALID_REQUEST");
    Ok(())
}

/// A lapsed application no longer reserves its replacement. If another application took it meanwhile, the lapsed one
/// cannot be submitted with it.
#[tokio::test]
async fn a_lapsed_replacement_cannot_return_while_another_replaces_the_same_person() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let long_term = |replaces: &str| {
        let category = Category::LongTermObserver.into();
        v1::Application { category, replaces: replaces.to_owned(), ..scene.someone() }
    };
    let name = scene.bring_as("osce-odihr", long_term(""), Reach::Recommended).await?.name;
    scene.decide(vec![name.clone()]).await?;
    let accreditation = read(&scene.osce, &name).await?.accreditation;
    let first = scene.bring_as("osce-odihr", long_term(&accreditation), Reach::Draft).await?;
    scene.world.clock().set(at(LAPSED)).await?;
    wait_for(&scene.osce, &first.name, ApplicationState::Lapsed).await?;
    scene.registrar.postpone_election(ask::postpone(LATER)).await?;
    let second = scene.bring_as("osce-odihr", long_term(&accreditation), Reach::Draft).await?;
    refused(scene.osce.submit_application(ask::submit(&first.name)).await, Code::AlreadyExists, "ALREADY_EXISTS");
    let same = read(&scene.osce, &first.name).await?;
    let update = |replaces: &str| ask::update(&same, v1::Application { replaces: replaces.to_owned(), ..same.clone() });
    let refusal = scene.osce.update_application(update(&accreditation)).await;
    refused(refusal, Code::AlreadyExists, "ALREADY_EXISTS");

    // It can be submitted without a replacement, or when the other application is withdrawn.
    let other = scene.osce.update_application(update("")).await?;
    ensure!(other.replaces.is_empty() && other.state() == ApplicationState::Lapsed, "{other:?}");
    let back = ask::update(&other, v1::Application { replaces: accreditation.clone(), ..other.clone() });
    scene.osce.withdraw_application(ask::withdraw(&second.name)).await?;
    ensure!(scene.osce.update_application(back).await?.replaces == accreditation);
    let submitted = scene.osce.submit_application(ask::submit(&first.name)).await?;
    ensure!(submitted.state() == ApplicationState::Submitted, "{submitted:?}");
    let taken = scene.osce.create_application(ask::file(&ask::mission("osce-odihr"), long_term(&accreditation))).await;
    refused(taken, Code::AlreadyExists, "ALREADY_EXISTS");
    Ok(())
}

/// A passport may outlast the mission but expire too early for the new voting day. The checks find it.
#[tokio::test]
async fn a_postponement_checks_passports_against_the_new_voting_day() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let passport_until = |day| scene.new_application_with_passport_until(date(day));
    let short = scene.bring_as("osce-odihr", passport_until("2019-06-21"), Reach::InReview).await?;
    let long = scene.bring_as("cis", passport_until("2019-06-23"), Reach::InReview).await?;
    ensure!(short.findings.is_empty() && long.findings.is_empty(), "{short:?} {long:?}");
    scene.registrar.postpone_election(ask::postpone("2019-06-23")).await?;
    eventually("the checks find the passport", || async {
        let found = read(&scene.reviewer, &short.name).await?.findings;
        Ok(found.iter().any(|finding| finding.code == "PASSPORT_EXPIRES_EARLY").then_some(()))
    })
    .await?;
    ensure!(read(&scene.reviewer, &long.name).await?.findings.is_empty());
    Ok(())
}
