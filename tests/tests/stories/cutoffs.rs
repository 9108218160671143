//! An election has a submission cutoff and a presentation cutoff, in the time of the capital.
//!
//! The time at which the service received a request decides, to the second. Applications that are too late lapse.
//! Review continues after both cutoffs, and a delegation can still withdraw. Scenarios 3 and 24.

use anyhow::ensure;
use client::Code;
use jiff::{SignedDuration, Timestamp};
use rehearsal::world::{CEC, ELECTION};
use stories::{Reach, Scene, ask, at, date, eventually, refused, timestamp};
use wire::v1::{self, ApplicationState};

use super::DATABASE;

/// Delegations file until the last second. The error must show them the cutoff, and when the service received the
/// request.
#[tokio::test]
async fn scenario_03_a_submission_is_accepted_until_the_cutoff_and_refused_a_second_later() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut drafts = Vec::new();
    for _ in 0..3 {
        drafts.push(scene.bring("osce-odihr", Reach::Draft).await?.name);
    }
    // 18:00 in Nur-Sultan, which was six hours ahead of UTC in 2019.
    for (name, moment) in drafts.iter().zip(["2019-06-03T11:59:59Z", "2019-06-03T12:00:00Z"]) {
        scene.world.clock().set(at(moment)).await?;
        let submitted = scene.osce.submit_application(ask::submit(name)).await?;
        ensure!(submitted.submit_time == Some(timestamp(at(moment))));
    }
    scene.world.clock().set(at("2019-06-03T12:00:01Z")).await?;
    let late = scene.osce.submit_application(ask::submit(&drafts[2])).await;
    let late = refused(late, Code::FailedPrecondition, "SUBMISSION_CUTOFF_PASSED");
    ensure!(late.metadata()["cutoff"] == "2019-06-03T12:00:00Z");
    ensure!(late.metadata()["cutoff_local"].starts_with("2019-06-03T18:00:00+06:00"));
    ensure!(late.metadata()["received"] == "2019-06-03T12:00:01Z");

    // The draft lapses a minute after the cutoff, when all requests that were in time are done. The reason stays the
    // same.
    scene.world.clock().set(at("2019-06-03T12:00:59Z")).await?;
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    ensure!(state(&scene, &drafts[2]).await? == ApplicationState::Draft, "the draft must not lapse within the minute");
    scene.world.clock().set(at("2019-06-03T12:01:01Z")).await?;
    wait_for(&scene, &drafts[2], ApplicationState::Lapsed).await?;
    let later = scene.osce.submit_application(ask::submit(&drafts[2])).await;
    refused(later, Code::FailedPrecondition, "SUBMISSION_CUTOFF_PASSED");
    Ok(())
}

/// The offset of the capital changed from six hours to five in 2024. Old time zone data would move the cutoff by an
/// hour.
#[tokio::test]
async fn scenario_24_both_cutoffs_are_computed_in_the_time_of_the_capital() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    scene.world.open_election("kz-parliament-2026", "Election of 15 March 2026", date("2026-03-15")).await?;
    let expected = [
        (ELECTION, "2019-06-03T12:00:00Z", "2019-06-04T12:00:00Z"),
        ("kz-parliament-2026", "2026-03-09T13:00:00Z", "2026-03-10T13:00:00Z"),
    ];
    for (code, submission, presentation) in expected {
        let name = format!("elections/{code}");
        let election = scene.osce.get_election(v1::GetElectionRequest { name }).await?;
        ensure!(election.submission_cutoff == Some(timestamp(at(submission))), "{code}");
        ensure!(election.presentation_cutoff == Some(timestamp(at(presentation))), "{code}");
    }
    Ok(())
}

/// Drafts and returned applications lapse at the submission cutoff. Applications that were not presented lapse at the
/// presentation cutoff. Presented applications stay.
#[tokio::test]
async fn an_application_lapses_when_its_cutoff_has_passed() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.bring("osce-odihr", Reach::Draft).await?.name;
    let submitted = scene.bring("osce-odihr", Reach::Submitted).await?.name;
    let returned = scene.bring("osce-odihr", Reach::Submitted).await?;
    scene.officer.return_application(ask::give_back(&returned)).await?;
    let presented = scene.bring("osce-odihr", Reach::Presented).await?.name;

    scene.world.clock().set(at("2019-06-03T12:01:01Z")).await?;
    wait_for(&scene, &draft, ApplicationState::Lapsed).await?;
    wait_for(&scene, &returned.name, ApplicationState::Lapsed).await?;
    ensure!(state(&scene, &submitted).await? == ApplicationState::Submitted);

    scene.world.clock().set(at("2019-06-04T12:00:01Z")).await?;
    refused(scene.present(vec![submitted.clone()]).await, Code::FailedPrecondition, "PRESENTATION_CUTOFF_PASSED");
    scene.world.clock().set(at("2019-06-04T12:01:01Z")).await?;
    wait_for(&scene, &submitted, ApplicationState::Lapsed).await?;
    ensure!(state(&scene, &presented).await? == ApplicationState::Presented);
    Ok(())
}

/// A delegation answers questions after both cutoffs. When the due time has passed, the application returns to the
/// queue without an answer.
#[tokio::test]
async fn a_delegation_answers_questions_after_the_cutoffs_until_they_are_due() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let asked = [scene.bring("osce-odihr", Reach::InReview).await?, scene.bring("osce-odihr", Reach::InReview).await?];
    for application in &asked {
        let request = ask::raise_questions(application, at("2019-06-06T00:00:00Z"));
        scene.reviewer.raise_questions(request).await?;
    }
    scene.world.clock().set(at("2019-06-05T00:00:00Z")).await?;
    scene.osce.answer_questions(ask::answer(&asked[0].name)).await?;
    ensure!(state(&scene, &asked[0].name).await? == ApplicationState::Presented);
    ensure!(state(&scene, &asked[1].name).await? == ApplicationState::Returned);
    scene.world.clock().set(at("2019-06-06T00:01:01Z")).await?;
    wait_for(&scene, &asked[1].name, ApplicationState::Presented).await
}

/// Nobody may be accredited against the will of the delegation, so a withdrawal has no cutoff.
#[tokio::test]
async fn a_delegation_withdraws_an_application_at_any_time_before_the_decision() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let recommended = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    scene.world.clock().set(at("2019-06-07T00:00:00Z")).await?;
    scene.osce.withdraw_application(ask::withdraw(&recommended)).await?;
    let decree = scene.decree_over(vec![recommended]).await;
    refused(decree, Code::FailedPrecondition, "ITEMS_NOT_READY");
    Ok(())
}

/// When the lease of a claim expires, the application returns to the queue. Its reviewer can no longer recommend it.
#[tokio::test]
async fn a_claim_ends_when_its_lease_expires() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let claimed = scene.bring("osce-odihr", Reach::InReview).await?;
    let lease = claimed.lease_expire_time.expect("a claim has a lease");
    let just_after = Timestamp::new(lease.seconds, lease.nanos)? + SignedDuration::from_secs(61);
    scene.world.clock().set(just_after).await?;
    wait_for(&scene, &claimed.name, ApplicationState::Presented).await?;
    let second = scene.world.actor(CEC, "reviewer-2");
    let claimed_again = second.claim_application(ask::claim(&claimed.name)).await?;
    ensure!(claimed_again.reviewer == "organizations/cec/principals/reviewer-2");
    let late = ask::recommend(&v1::Application { etag: claimed_again.etag, ..claimed });
    refused(scene.reviewer.recommend_application(late).await, Code::PermissionDenied, "NOT_YOUR_CLAIM");
    Ok(())
}

/// The state of an application of `osce-odihr`.
async fn state(scene: &Scene, name: &str) -> anyhow::Result<ApplicationState> {
    Ok(scene.osce.get_application(ask::application(name)).await?.state())
}

/// Waits until an application of `osce-odihr` is in a state.
async fn wait_for(scene: &Scene, name: &str, expected: ApplicationState) -> anyhow::Result<()> {
    let reached = || async { Ok((state(scene, name).await? == expected).then_some(())) };
    eventually(&format!("{name} is {}", expected.as_str_name()), reached).await
}
