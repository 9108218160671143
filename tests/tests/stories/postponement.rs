//! An election is postponed: both cutoffs move, what had lapsed has another chance, and everyone is told.

use std::time::Duration;

use anyhow::{Context, ensure};
use client::{Client, Code};
use rehearsal::world::VOTING_DAY;
use stories::{Reach, Scene, ask, at, eventually, on, refused, timestamp};
use tokio::time::timeout;
use wire::v1::{self, ApplicationState, Category, ScheduleKind};

use super::DATABASE;

/// How long an event may take to arrive, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// A moment when what was not submitted by the first cutoff has lapsed.
const LAPSED: &str = "2019-06-03T12:01:01Z";
const LATER: &str = "2019-06-16";
/// The cutoffs that follow from it: 18:00 in Nur-Sultan, and 24 hours later.
const CUTOFFS: [&str; 2] = ["2019-06-10T12:00:00Z", "2019-06-11T12:00:00Z"];

async fn read(who: &Client, name: &str) -> anyhow::Result<v1::Application> {
    Ok(who.get_application(ask::application(name)).await?)
}

async fn wait_for(who: &Client, name: &str, expected: ApplicationState) -> anyhow::Result<()> {
    let reached = || async { Ok((read(who, name).await?.state() == expected).then_some(())) };
    eventually(&format!("{name} is {}", expected.as_str_name()), reached).await
}

/// What an event says, in short.
fn said(event: &v1::Event) -> String {
    let method = event.action.rsplit('/').next().unwrap_or_default();
    let state = event.application_state().as_str_name().trim_start_matches("APPLICATION_STATE_").to_owned();
    if event.application_state() == ApplicationState::Unspecified {
        method.to_owned()
    } else {
        format!("{method} {state}")
    }
}

/// Everything that someone is told up to an event that says that.
async fn told(who: &Client, last: &str) -> anyhow::Result<Vec<v1::Event>> {
    let (mut watch, mut all): (_, Vec<v1::Event>) = (who.watch(&ask::election(), Vec::new()), Vec::new());
    while all.last().is_none_or(|event| said(event) != last) {
        let next = timeout(PATIENCE, watch.next(|_| ())).await;
        let next = next.with_context(|| format!("after {:?}", all.iter().map(said).collect::<Vec<_>>()))??;
        all.push(next.event.context("an event")?);
    }
    Ok(all)
}

/// Somebody of a sender had lapsed, and goes on after the election was postponed, perhaps to a decision; somebody else is
/// updated and stays where they are.
pub async fn come_back(scene: &Scene, secretary: &Client, decide: bool) -> anyhow::Result<()> {
    let filter = "state = LAPSED".to_owned();
    let list = v1::ListApplicationsRequest { filter, ..ask::all_applications() };
    let lapsed = secretary.all_applications(list).await?;
    let [first, .., last] = &lapsed[..] else { anyhow::bail!("{} had lapsed", lapsed.len()) };
    secretary.update_application(ask::update(last, last.clone())).await?;
    secretary.submit_application(ask::submit(&first.name)).await?;
    if decide {
        scene.recommend_all(std::slice::from_ref(&first.name)).await?;
        scene.decide(vec![first.name.clone()]).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_postponed_election_moves_both_cutoffs_and_what_had_lapsed_has_another_chance() -> anyhow::Result<()> {
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
    ensure!(scene.registrar.postpone_election(request).await? == moved, "it is done once");
    let shown = scene.cis.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    let [set, postponed] = &shown.schedule[..] else { panic!("{shown:?}") };
    ensure!(set.kind() == ScheduleKind::Set && set.voting_day == VOTING_DAY.to_string(), "{set:?}");
    ensure!(set.submission_cutoff == Some(timestamp(at("2019-06-03T12:00:00Z"))) && set.reason.is_empty(), "{set:?}");
    ensure!(postponed.kind() == ScheduleKind::Postponed && postponed.act == "Decree of the President 12");
    ensure!(postponed.time == Some(timestamp(at(LAPSED))), "{postponed:?}");
    let listed = scene.osce.all_elections(v1::ListElectionsRequest::default()).await?;
    ensure!(listed.iter().any(|one| one.schedule == shown.schedule), "{listed:?}");

    // The one says something else first, the other is submitted as it is.
    let updated = scene.osce.update_application(ask::update(&read_lapsed, next)).await?;
    ensure!(updated.state() == ApplicationState::Lapsed && updated.revision == 2, "{updated:?}");
    scene.upload(&scene.osce, &updated).await?;
    let submitted = scene.osce.submit_application(ask::submit(&lapsed.name)).await?;
    ensure!(submitted.state() == ApplicationState::Submitted, "{submitted:?}");
    let first = returned.first_submit_time;
    let again = scene.cis.submit_application(ask::submit(&returned.name)).await?;
    ensure!(again.first_submit_time == first && again.submit_time == Some(timestamp(at(LAPSED))), "{again:?}");

    // The old cutoffs pass without effect, and the new ones have theirs.
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

#[tokio::test]
async fn everyone_is_told_once_that_an_election_is_postponed() -> anyhow::Result<()> {
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
    let own = told(&scene.cis, last).await?;
    let expected =
        ["CreateInvitation", "AcceptInvitation", "CreateMission", "PostponeElection", "CreateApplication DRAFT", last];
    ensure!(own.iter().map(said).eq(expected), "cis is told {:?}", own.iter().map(said).collect::<Vec<_>>());
    ensure!(own[3].subject == ask::election() && own[3].organization == "organizations/cis", "{:?}", own[3]);
    ensure!(own[3].actor.is_empty() && own[3].event_id != event, "{:?}", own[3]);
    ensure!(own[5].subject == draft.name, "{:?}", own[5]);

    let own = told(&scene.osce, "UpdateApplication LAPSED").await?;
    let own: Vec<_> = own.iter().skip_while(|event| event.action != "Tick").map(said).collect();
    ensure!(own == ["Tick LAPSED", "PostponeElection", "UpdateApplication LAPSED"], "osce-odihr is told {own:?}");

    // The ministry has never seen the draft, and hears of it when it is submitted.
    let hosts = told(&scene.officer, "CreatePresentation").await?.len();
    let all = told_to_the_end(&scene.officer, &draft.name).await?;
    let words: Vec<_> = all.iter().skip(hosts).map(said).collect();
    ensure!(words == ["PostponeElection", last, last], "the ministry is told {words:?}");
    ensure!(all[hosts].event_id == event && all[hosts].organization == "organizations/cec", "{:?}", all[hosts]);
    scene.reviewer.claim_application(ask::claim(&presented.name)).await?;
    let all = told(&scene.reviewer, "ClaimApplication IN_REVIEW").await?;
    let postponed: Vec<_> = all.iter().filter(|event| said(event) == "PostponeElection").collect();
    ensure!(postponed.len() == 1 && postponed[0].actor == "organizations/cec/principals/registrar", "{postponed:?}");
    Ok(())
}

/// Everything that someone is told up to what is said of an application.
async fn told_to_the_end(who: &Client, last: &str) -> anyhow::Result<Vec<v1::Event>> {
    let (mut watch, mut all): (_, Vec<v1::Event>) = (who.watch(&ask::election(), Vec::new()), Vec::new());
    while all.last().is_none_or(|event| event.subject != last) {
        all.push(timeout(PATIENCE, watch.next(|_| ())).await.context("no event came")??.event.context("an event")?);
    }
    Ok(all)
}

#[tokio::test]
async fn an_election_is_postponed_to_a_later_day_and_before_it_begins() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    for day in ["2019-06-09", "2019-06-02", "2019-02-30"] {
        let refusal = scene.registrar.postpone_election(ask::postpone(day)).await;
        let refusal = refused(refusal, Code::InvalidArgument, "INVALID_REQUEST");
        ensure!(refusal.violations()[0].field == "voting_day", "{refusal}");
    }
    let unknown = v1::PostponeElectionRequest { expected_voting_day: "2019-06-08".to_owned(), ..ask::postpone(LATER) };
    refused(scene.registrar.postpone_election(unknown).await, Code::Aborted, "ETAG_MISMATCH");
    let wordless = v1::PostponeElectionRequest { reason: String::new(), act: String::new(), ..ask::postpone(LATER) };
    let refusal = refused(scene.registrar.postpone_election(wordless).await, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(refusal.violations().iter().map(|one| one.field.as_str()).eq(["reason", "act"]), "{refusal}");

    // Voting day, 9 June, begins at 18:00 UTC of the day before; a second postponement is of the day it was moved to.
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

/// What has lapsed holds nobody's place: whoever was filed meanwhile has it, and it takes another or none.
#[tokio::test]
async fn a_place_that_was_taken_meanwhile_is_not_taken_again() -> anyhow::Result<()> {
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

    // The place is free again when the other is withdrawn, or it is not asked for.
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

/// A passport that outlasts the mission as it was announced, and not voting day as it is now, is found.
#[tokio::test]
async fn passports_are_checked_again_for_the_new_voting_day() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let passport_until = |day| scene.someone_with_passport_until(on(day));
    let short = scene.bring_as("osce-odihr", passport_until("2019-06-21"), Reach::InReview).await?;
    let long = scene.bring_as("cis", passport_until("2019-06-23"), Reach::InReview).await?;
    ensure!(short.findings.is_empty() && long.findings.is_empty(), "{short:?} {long:?}");
    scene.registrar.postpone_election(ask::postpone("2019-06-23")).await?;
    eventually("it was checked again", || async {
        let found = read(&scene.reviewer, &short.name).await?.findings;
        Ok(found.iter().any(|finding| finding.code == "PASSPORT_EXPIRES_EARLY").then_some(()))
    })
    .await?;
    ensure!(read(&scene.reviewer, &long.name).await?.findings.is_empty());
    Ok(())
}
