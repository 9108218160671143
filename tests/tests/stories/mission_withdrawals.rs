//! A mission withdraws as a whole, in one call.
//!
//! The call withdraws each open application and ends each active accreditation under one note. It answers for each
//! person, is atomic, and can be repeated. Nothing is added to the mission afterwards. Scenario 16.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use client::{Client, Code};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use stories::{Reach, Scene, ask, at, eventually, refused};
use tokio::time::timeout;
use wire::v1::{self, ApplicationState, WithdrawalOutcome};

use super::DATABASE;

/// How long an event may take to arrive, on a busy machine.
const EVENT_TIMEOUT: Duration = Duration::from_secs(20);
/// The action in the events of the withdrawal.
const METHOD: &str = "MissionService/WithdrawMission";

/// Accredits a new person of `osce-odihr`. Returns the name of the accreditation.
async fn accredit(scene: &Scene) -> anyhow::Result<String> {
    let name = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    scene.decide(vec![name.clone()]).await?;
    Ok(scene.osce.get_application(ask::application(&name)).await?.accreditation)
}

/// Files this number of drafts of `osce-odihr`.
async fn file_drafts(scene: &Scene, count: usize) -> anyhow::Result<()> {
    let mission = ask::mission("osce-odihr");
    let file = |_| scene.osce.create_application(ask::file(&mission, scene.someone()));
    stream::iter(0..count).map(file).buffer_unordered(16).try_for_each(|_| async { Ok(()) }).await?;
    Ok(())
}

/// The subjects of the withdrawal's events that a reader gets, up to the mission itself.
async fn withdrawal_subjects(reader: &Client) -> anyhow::Result<Vec<String>> {
    let (mut watch, mut subjects) = (reader.watch(&ask::election(), Vec::new()), Vec::new());
    loop {
        let event = timeout(EVENT_TIMEOUT, watch.next(|_| ()))
            .await
            .context("no event within the timeout")??
            .event
            .context("no event in the response")?;
        if event.action == METHOD {
            let is_last = event.subject == ask::mission("osce-odihr");
            subjects.push(event.subject);
            if is_last {
                return Ok(subjects);
            }
        }
    }
}

/// The hosts must find the note of the withdrawal of every person concerned.
#[tokio::test]
async fn scenario_16_a_mission_withdraws_and_the_commission_reads_its_note_on_each_person() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let (in_force, ended_before) = (accredit(&scene).await?, accredit(&scene).await?);
    let other = scene.bring("cis", Reach::Presented).await?;
    let draft = scene.bring("osce-odihr", Reach::Draft).await?.name;
    let submitted = scene.bring("osce-odihr", Reach::Submitted).await?.name;
    let claimed = scene.bring("osce-odihr", Reach::InReview).await?.name;
    let already_withdrawn = scene.bring("osce-odihr", Reach::Draft).await?.name;
    scene.osce.withdraw_application(ask::withdraw(&already_withdrawn)).await?;
    scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&ended_before)).await?;

    // Long after both cutoffs, applications that were not presented have lapsed.
    let now = at("2019-06-08T15:00:00Z");
    scene.world.clock().set(now).await?;
    eventually("the submitted application lapses", || async {
        let read = scene.osce.get_application(ask::application(&submitted)).await?;
        Ok((read.state() == ApplicationState::Lapsed).then_some(()))
    })
    .await?;
    let request = ask::withdraw_mission(&ask::mission("osce-odihr"));
    let answer = scene.osce.withdraw_mission(request.clone()).await?;
    let outcome = |name: &str| {
        let item = answer.items.iter().find(|item| item.application == name || item.accreditation == name);
        item.map(|item| (item.outcome(), item.application_state(), item.accreditation_state()))
    };
    use v1::AccreditationState::{Unspecified, WithdrawnBySender};
    ensure!(answer.items.len() == 6, "{answer:?}");
    for (name, expected) in [
        (&in_force, (WithdrawalOutcome::Ended, ApplicationState::Accredited, WithdrawnBySender)),
        (&ended_before, (WithdrawalOutcome::OverAlready, ApplicationState::Accredited, WithdrawnBySender)),
        (&draft, (WithdrawalOutcome::OverAlready, ApplicationState::Lapsed, Unspecified)),
        (&submitted, (WithdrawalOutcome::OverAlready, ApplicationState::Lapsed, Unspecified)),
        (&claimed, (WithdrawalOutcome::Withdrawn, ApplicationState::Withdrawn, Unspecified)),
        (&already_withdrawn, (WithdrawalOutcome::OverAlready, ApplicationState::Withdrawn, Unspecified)),
    ] {
        ensure!(outcome(name) == Some(expected), "{name}: {:?} and not {expected:?}", outcome(name));
    }

    // The commission and the ministry read the same note on the mission and on each of its people.
    for reader in [&scene.reviewer, &scene.officer, &scene.registrar, &scene.osce] {
        let mission = reader.get_mission(v1::GetMissionRequest { name: ask::mission("osce-odihr") }).await?;
        ensure!(mission.withdraw_note_number == request.note_number && mission.withdraw_reason == request.reason);
        ensure!(mission.withdraw_time.is_some_and(|time| time.seconds >= now.as_second()));
        let read = reader.get_accreditation(ask::accreditation(&in_force)).await?;
        ensure!(read.end_note_number == request.note_number && read.end_reason == request.reason);
        ensure!(read.badge.context("a badge")?.state() == v1::BadgeState::Void);
        let before = reader.get_accreditation(ask::accreditation(&ended_before)).await?;
        ensure!(before.end_note_number != request.note_number, "an earlier end must keep its own note");
    }
    let withdrawn = scene.reviewer.get_application(ask::application(&claimed)).await?;
    ensure!(withdrawn.withdrawal_note_number == request.note_number && withdrawn.withdrawal_reason == request.reason);
    ensure!(scene.reviewer.get_application(ask::application(&other.name)).await?.state() == other.state());

    // The same request gets the same answer. A new request changes nothing: it gets the same items and its own receipt,
    // and makes no events about people.
    ensure!(scene.osce.withdraw_mission(request.clone()).await? == answer);
    let second = v1::WithdrawMissionRequest { reason: "Another.".to_owned(), ..ask::withdraw_mission(&request.name) };
    let second = scene.osce.withdraw_mission(second).await?;
    ensure!((&second.items, &second.mission) == (&answer.items, &answer.mission) && second.receipt != answer.receipt);
    let done = answer.items.iter().filter(|item| item.outcome() != WithdrawalOutcome::OverAlready);
    let subject = |item: &v1::WithdrawnItem| match item.outcome() {
        WithdrawalOutcome::Ended => item.accreditation.clone(),
        _ => item.application.clone(),
    };
    let expected: Vec<_> = done.map(subject).chain([request.name.clone()]).collect();
    ensure!(expected.len() == 3 && expected.contains(&in_force) && expected.contains(&claimed));
    for reader in [&scene.osce, &scene.officer, &scene.reviewer] {
        ensure!(withdrawal_subjects(reader).await? == expected);
    }
    refused(scene.cis.withdraw_mission(request).await, Code::NotFound, "NOT_FOUND");
    Ok(())
}

/// A person added afterwards would be accredited for a delegation that is not coming.
#[tokio::test]
async fn the_service_adds_nothing_to_a_withdrawn_mission() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let (mission, draft) = (ask::mission("osce-odihr"), scene.bring("osce-odihr", Reach::Draft).await?);
    scene.osce.withdraw_mission(ask::withdraw_mission(&mission)).await?;
    let check_refused = |answer: Result<v1::Application, client::Error>| {
        let refusal = refused(answer, Code::FailedPrecondition, "MISSION_WITHDRAWN");
        assert!(refusal.metadata().contains_key("withdraw_time"));
    };
    check_refused(scene.osce.create_application(ask::file(&mission, scene.someone())).await);
    let paper = scene.someone_on_paper(at("2019-05-01T00:00:00Z"));
    check_refused(scene.registrar.create_application(ask::file(&mission, paper)).await);
    check_refused(scene.osce.submit_application(ask::submit(&draft.name)).await);
    check_refused(scene.osce.update_application(ask::update(&draft, scene.someone())).await);
    let read = scene.osce.get_mission(v1::GetMissionRequest { name: mission }).await?;
    let (request_id, name, etag) = (rehearsal::calls::request_id(), read.name.clone(), read.etag.clone());
    let update = v1::UpdateMissionRequest { request_id, name, etag, mission: Some(read) };
    refused(scene.osce.update_mission(update).await, Code::FailedPrecondition, "MISSION_WITHDRAWN");
    Ok(())
}

/// An application that is filed while the mission withdraws is withdrawn with it, or refused. None stays open.
#[tokio::test]
async fn an_application_filed_during_a_mission_withdrawal_is_withdrawn_or_refused() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mission = ask::mission("osce-odihr");
    let file = || scene.osce.create_application(ask::file(&mission, scene.someone()));
    let filing = futures_util::future::join_all((0..24).map(|_| file()));
    let withdrawal = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        scene.osce.withdraw_mission(ask::withdraw_mission(&mission)).await
    };
    let (filed, answer) = futures_util::future::join(filing, withdrawal).await;
    answer?;
    for refusal in filed.into_iter().filter(Result::is_err) {
        refused(refusal, Code::FailedPrecondition, "MISSION_WITHDRAWN");
    }
    let left = scene.osce.all_applications(ask::all_applications()).await?;
    ensure!(left.iter().all(|one| one.state() == ApplicationState::Withdrawn), "an application stayed open");
    Ok(())
}

/// The service is killed during the call: it has withdrawn everybody or nobody. The same request completes it.
#[tokio::test]
async fn a_mission_withdrawal_of_two_thousand_people_is_atomic_when_the_service_is_killed() -> anyhow::Result<()> {
    const PEOPLE: usize = 2_000;
    let scene = Scene::on(DATABASE).await?;
    file_drafts(&scene, PEOPLE).await?;
    let request = ask::withdraw_mission(&ask::mission("osce-odihr"));
    let mut undone = 0;
    for milliseconds in [30, 100, 300] {
        let (secretary, request) = (scene.osce.clone(), request.clone());
        // The call is aborted with the service: the client would repeat it after the restart.
        let call = tokio::spawn(async move { secretary.withdraw_mission(request).await });
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        scene.world.kill9().await?;
        call.abort();
        scene.world.restart().await?;
        let states: BTreeSet<_> =
            scene.osce.all_applications(ask::all_applications()).await?.iter().map(|one| one.state).collect();
        ensure!(states.len() == 1, "only some were withdrawn after {milliseconds} ms");
        undone += usize::from(states.contains(&ApplicationState::Draft.into()));
    }
    ensure!(undone > 0, "no kill came before the end of the withdrawal");
    let begin = Instant::now();
    let answer = scene.osce.withdraw_mission(request.clone()).await?;
    eprintln!("{PEOPLE} people withdrawn on {DATABASE:?} in {:?}", begin.elapsed());
    ensure!(answer.items.len() == PEOPLE);
    ensure!(answer.items.iter().all(|item| item.outcome() == WithdrawalOutcome::Withdrawn));
    ensure!(scene.osce.withdraw_mission(request).await? == answer, "the repeated request got another answer");
    Ok(())
}

/// The reason is personal data and is erased with the rest. The withdrawal and its note number stay.
#[tokio::test]
async fn the_service_erases_the_reason_of_a_mission_withdrawal_after_the_retention() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let name = scene.bring("osce-odihr", Reach::Presented).await?.name;
    let mission = v1::GetMissionRequest { name: ask::mission("osce-odihr") };
    scene.osce.withdraw_mission(ask::withdraw_mission(&mission.name)).await?;
    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    scene.world.clock().set(at("2019-09-15T06:00:00Z")).await?;
    let read = eventually("the reason of the mission is erased", || async {
        let read = scene.osce.get_mission(mission.clone()).await?;
        Ok(read.withdraw_reason.is_empty().then_some(read))
    });
    let expected = ask::withdraw_mission(&mission.name).note_number;
    ensure!(read.await?.withdraw_note_number == expected);
    eventually("the reason of the application is erased", || async {
        let read = scene.osce.get_application(ask::application(&name)).await?;
        Ok(read.withdrawal_reason.is_empty().then_some(read))
    })
    .await?;
    let late = scene.cis.withdraw_mission(ask::withdraw_mission(&ask::mission("cis"))).await;
    refused(late, Code::FailedPrecondition, "ERASED");
    Ok(())
}
