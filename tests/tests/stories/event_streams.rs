//! Readers follow the events of an election in a stream.
//!
//! Each reader gets the events that concern them, in order, each once. A stream resumes at its cursor after a
//! disconnect. The service closes the streams of a disabled reader. Scenario 10.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use client::{Client, Code, Watch};
use rehearsal::calls::request_id;
use rehearsal::world::SECRETARY;
use stories::{Reach, Scene, ask, refused};
use tokio::time::timeout;
use wire::v1;

use super::DATABASE;

/// How long an event may take to arrive, on a busy machine.
const EVENT_TIMEOUT: Duration = Duration::from_secs(20);

/// The next event of a stream.
async fn next(watch: &mut Watch) -> anyhow::Result<v1::WatchEventsResponse> {
    Ok(timeout(EVENT_TIMEOUT, watch.next(|_| ())).await.context("no event within the timeout")??)
}

/// The ids of the next events. The client verifies the position of each against the one before.
async fn next_ids(watch: &mut Watch, count: usize) -> anyhow::Result<Vec<String>> {
    let mut ids = Vec::with_capacity(count);
    for _ in 0..count {
        ids.push(next(watch).await?.event.context("no event in the response")?.event_id);
    }
    Ok(ids)
}

/// The method of an event, and the state of its application if it has one.
fn summary(response: &v1::WatchEventsResponse) -> String {
    let event = response.event.clone().unwrap_or_default();
    let method = event.action.rsplit('/').next().unwrap_or_default().to_owned();
    match event.application_state() {
        v1::ApplicationState::Unspecified => method,
        state => format!("{method} {}", state.as_str_name().trim_start_matches("APPLICATION_STATE_")),
    }
}

/// The events of a stream, up to one with this summary.
async fn events_until(watch: &mut Watch, last: &str) -> anyhow::Result<Vec<v1::WatchEventsResponse>> {
    let mut all: Vec<v1::WatchEventsResponse> = Vec::new();
    while all.last().is_none_or(|response| summary(response) != last) {
        all.push(
            next(watch).await.with_context(|| format!("after {:?}", all.iter().map(summary).collect::<Vec<_>>()))?,
        );
    }
    Ok(all)
}

/// A client that lost or repeated an event after a disconnect would show a wrong state of an application.
#[tokio::test]
async fn scenario_10_an_event_stream_resumes_at_its_cursor_after_a_disconnect() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut stream = scene.osce.watch(&ask::election(), Vec::new());
    scene.bring("osce-odihr", Reach::Presented).await?;
    // Six events: the invitation, its acceptance, the mission, the draft, the submission and the presentation. Five of
    // them come before the kill, and one after the restart.
    let mut seen = next_ids(&mut stream, 5).await?;
    let cursor = stream.cursor().to_vec();
    scene.world.kill9().await?;
    scene.world.restart().await?;
    seen.extend(next_ids(&mut stream, 1).await?);
    scene.bring("cis", Reach::Submitted).await?;
    scene.bring("osce-odihr", Reach::Recommended).await?;
    seen.extend(next_ids(&mut stream, 5).await?);

    let again = Client::new(&scene.world.profile("osce-odihr", SECRETARY))?;
    ensure!(
        next_ids(&mut again.watch(&ask::election(), cursor), 6).await? == seen[5..],
        "a stream must resume after its cursor"
    );
    ensure!(
        next_ids(&mut again.watch(&ask::election(), Vec::new()), seen.len()).await? == seen,
        "a stream without a cursor must begin with the first event"
    );
    let another = timeout(Duration::from_millis(500), stream.next(|_| ())).await;
    ensure!(another.is_err(), "an event came twice: {another:?}");
    Ok(())
}

/// An event that reaches the wrong reader reveals drafts, findings or reviewers.
#[tokio::test]
async fn each_reader_gets_the_events_that_concern_them_and_no_others() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let old = scene.someone_with_an_old_passport()?;
    let claimed = scene.bring_as("osce-odihr", old, Reach::InReview).await?;
    let cleared = scene.reviewer.clear_finding(ask::clear(&claimed, "PASSPORT_EXPIRES_EARLY")).await?;
    scene.reviewer.recommend_application(ask::recommend(&cleared)).await?;
    let theirs = scene.bring("cis", Reach::Draft).await?;
    let last = scene.bring("cis", Reach::Recommended).await?;
    scene.decide(vec![claimed.name.clone(), last.name]).await?;

    let (election, adopted) = (ask::election(), "AdoptDecree ACCREDITED");
    let events = events_until(&mut scene.osce.watch(&election, Vec::new()), adopted).await?;
    let own = [
        "CreateInvitation",
        "AcceptInvitation",
        "CreateMission",
        "CreateApplication DRAFT",
        "SubmitApplication SUBMITTED",
        "CreatePresentation PRESENTED",
        "ClaimApplication IN_REVIEW",
        "RecommendApplication RECOMMENDED",
        adopted,
    ];
    ensure!(events.iter().map(summary).eq(own), "osce-odihr gets {:?}", events.iter().map(summary).collect::<Vec<_>>());
    for event in events.iter().filter_map(|response| response.event.as_ref()) {
        ensure!(event.organization == "organizations/osce-odihr", "{event:?}");
        let own = event.actor.starts_with("organizations/osce-odihr/");
        ensure!(own || event.actor.is_empty(), "osce-odihr learns who decides: {event:?}");
    }

    let events = events_until(&mut scene.officer.watch(&election, Vec::new()), "AdoptDecree").await?;
    let of_drafts = events.iter().filter(|response| summary(response).ends_with("DRAFT")).count();
    let of_theirs =
        events.iter().filter_map(|response| response.event.as_ref()).filter(|one| one.subject == theirs.name);
    ensure!((of_drafts, of_theirs.count()) == (0, 0), "the ministry gets events of drafts");
    ensure!(
        !events.iter().any(|response| summary(response).starts_with("ClearFinding")),
        "the ministry gets events of findings"
    );

    let events = events_until(&mut scene.reviewer.watch(&election, Vec::new()), "AdoptDecree").await?;
    ensure!(
        events.iter().any(|response| summary(response) == "ClearFinding IN_REVIEW"),
        "the commission must get the events of findings"
    );
    ensure!(
        !events.iter().any(|response| summary(response).ends_with("SUBMITTED")),
        "the commission gets events from before the presentation"
    );
    let known = |response: &v1::WatchEventsResponse| response.event.as_ref().is_some_and(|one| !one.actor.is_empty());
    ensure!(events.iter().all(known), "the commission must see the actor of every event");
    Ok(())
}

/// The key of a disabled principal may be stolen, so an open stream must not continue.
#[tokio::test]
async fn the_service_closes_the_streams_of_disabled_readers_within_five_seconds() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut disabled = scene.osce.watch(&ask::election(), Vec::new());
    let mut suspended = scene.cis.watch(&ask::election(), Vec::new());
    next_ids(&mut disabled, 3).await?;
    next_ids(&mut suspended, 3).await?;
    let name = format!("organizations/osce-odihr/principals/{SECRETARY}");
    let disable = v1::DisablePrincipalRequest { request_id: request_id(), name, reason: "Key lost.".to_owned() };
    scene.registrar.disable_principal(disable).await?;
    let name = "organizations/cis".to_owned();
    scene
        .registrar
        .suspend_organization(v1::SuspendOrganizationRequest {
            request_id: request_id(),
            name,
            reason: "Observers recalled.".to_owned(),
        })
        .await?;
    let since = Instant::now();
    let answer = timeout(EVENT_TIMEOUT, disabled.next(|_| ())).await.context("the stream stayed open")?;
    ensure!(since.elapsed() < Duration::from_secs(5), "after {:?}", since.elapsed());
    refused(answer, Code::Unauthenticated, "PRINCIPAL_DISABLED");
    let answer = timeout(EVENT_TIMEOUT, suspended.next(|_| ())).await.context("the stream stayed open")?;
    ensure!(since.elapsed() < Duration::from_secs(5), "after {:?}", since.elapsed());
    ensure!(answer.is_err(), "a suspended organization gets {answer:?}");
    Ok(())
}

/// After a restore the log has other events at the same positions. A client that continued there would miss them
/// unnoticed.
#[tokio::test]
async fn a_cursor_works_only_for_its_own_log_and_expires_after_a_restore() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    scene.world.stop().await?;
    scene.ground.save_copy(scene.world.dir())?;
    scene.world.restart().await?;
    scene.bring("osce-odihr", Reach::Submitted).await?;
    let mut stream = scene.osce.watch(&ask::election(), Vec::new());
    next_ids(&mut stream, 5).await?;
    let cursor = stream.cursor().to_vec();
    let follow = async |client: &Client, cursor: Vec<u8>| {
        timeout(EVENT_TIMEOUT, client.watch(&ask::election(), cursor).next(|_| ())).await
    };
    refused(follow(&scene.cis, cursor.clone()).await?, Code::InvalidArgument, "INVALID_CURSOR");
    let mut altered = cursor.clone();
    altered[20] ^= 1;
    refused(follow(&scene.osce, altered).await?, Code::InvalidArgument, "INVALID_CURSOR");
    let nowhere = scene.osce.watch("elections/no-such-election", cursor.clone()).next(|_| ()).await;
    refused(nowhere, Code::NotFound, "NOT_FOUND");

    // After a restore from a backup, another event is at the position of the cursor. The cursor has expired.
    scene.world.stop().await?;
    scene.ground.restore_copy(scene.world.dir())?;
    scene.world.restart().await?;
    refused(follow(&scene.osce, cursor.clone()).await?, Code::OutOfRange, "CURSOR_EXPIRED");
    scene.bring("osce-odihr", Reach::Submitted).await?;
    next_ids(&mut scene.osce.watch(&ask::election(), Vec::new()), 5).await?;
    refused(follow(&scene.osce, cursor).await?, Code::OutOfRange, "CURSOR_EXPIRED");
    Ok(())
}
