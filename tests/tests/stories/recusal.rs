//! A person of the commission recuses themselves, and an application passes to another reviewer.
//!
//! A recused person cannot decide by any method or certificate. The application returns to its place in the queue.
//! Another reviewer can take over a claim. Only the commission sees any of it. No acceptance scenario.

use std::time::Duration;

use anyhow::{Context, ensure};
use client::{Client, Code};
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, at, eventually, refused};
use tokio::time::timeout;
use wire::v1::{self, ApplicationState, PrincipalKind};

use super::DATABASE;

/// Registers one person with two certificates, both with the roles of reviewer and adopter.
async fn add_member(scene: &mut Scene) -> anyhow::Result<[Client; 2]> {
    let both = ["cec.reviewer", "cec.adopter"];
    scene.world.add_principal(CEC, "member", PrincipalKind::Person, "a.member", &both).await?;
    scene.world.add_principal(CEC, "member-card-2", PrincipalKind::Person, "a.member", &both).await?;
    Ok(["member", "member-card-2"].map(|principal| scene.world.actor(CEC, principal)))
}

async fn read(reader: &Client, name: &str) -> Result<v1::Application, client::Error> {
    reader.get_application(ask::application(name)).await
}

/// One method or certificate that was forgotten would let a relative decide.
#[tokio::test]
async fn a_recused_person_cannot_decide_by_any_method_or_certificate() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let [first, second] = add_member(&mut scene).await?;
    let waiting = scene.bring("osce-odihr", Reach::Presented).await?.name;
    let waiting = eventually("the checks have run", || async {
        let read = read(&scene.reviewer, &waiting).await?;
        Ok(read.screen_time.is_some().then_some(read))
    });
    let waiting = waiting.await?;
    let done = first.recuse_application(ask::recuse(&waiting)).await?;
    ensure!(done.state() == ApplicationState::Presented && done.recused == ["organizations/cec/principals/member"]);
    // A repetition with the old etag, or with the other certificate, changes nothing.
    for client in [&first, &second] {
        let again = client.recuse_application(ask::recuse(&waiting)).await?;
        ensure!((&again.recused, &again.etag) == (&done.recused, &done.etag), "{again:?}");
    }

    for client in [&first, &second] {
        let denied = |answer| refused(answer, Code::PermissionDenied, "FOUR_EYES");
        denied(client.claim_application(ask::claim(&waiting.name)).await);
        let none = client.claim_next_application(ask::claim_next(&ask::election())).await;
        refused(none, Code::NotFound, "QUEUE_EMPTY");
    }
    let held = scene.reviewer.claim_next_application(ask::claim_next(&ask::election())).await?;
    ensure!(held.name == waiting.name, "other reviewers must get it from the queue");
    for client in [&first, &second] {
        refused(client.take_over_application(ask::take_over(&held)).await, Code::PermissionDenied, "FOUR_EYES");
        let not_held = client.recommend_application(ask::recommend(&held)).await;
        refused(not_held, Code::PermissionDenied, "NOT_YOUR_CLAIM");
        let not_held = client.raise_questions(ask::raise_questions(&held, at("2019-05-20T00:00:00Z"))).await;
        refused(not_held, Code::PermissionDenied, "NOT_YOUR_CLAIM");
    }
    let recommended = scene.reviewer.recommend_application(ask::recommend(&held)).await?;
    let draft = scene.decree_over(vec![recommended.name.clone()]).await?;
    for client in [&first, &second] {
        let sent = client.send_back_application(ask::send_back(&recommended)).await;
        refused(sent, Code::PermissionDenied, "FOUR_EYES");
        let adopted = refused(client.adopt_decree(ask::adopt(&draft)).await, Code::PermissionDenied, "FOUR_EYES");
        ensure!(adopted.violations().iter().map(|one| &*one.field).eq(["applications[0]"]), "{adopted}");
    }
    ensure!(scene.adopter.adopt_decree(ask::adopt(&draft)).await?.accredited_count == 1);
    let late = scene.reviewer.recuse_application(ask::recuse(&recommended)).await;
    refused(late, Code::Aborted, "ETAG_MISMATCH");
    let decided = read(&scene.reviewer, &waiting.name).await?;
    let late = scene.reviewer.recuse_application(ask::recuse(&decided)).await;
    refused(late, Code::FailedPrecondition, "ILLEGAL_TRANSITION");
    Ok(())
}

/// The person whose reviewer recuses must not wait longer for it.
#[tokio::test]
async fn an_application_of_a_recused_reviewer_returns_to_its_place_in_the_queue() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let [first, second] = add_member(&mut scene).await?;
    let (one, two) = (scene.submit_many("osce-odihr", 2).await?, scene.submit_many("osce-odihr", 1).await?);
    scene.present_checked(one.clone()).await?;
    scene.present_checked(two).await?;
    // The person claims with one certificate and recuses with the other.
    let held = first.claim_next_application(ask::claim_next(&ask::election())).await?;
    ensure!(held.name == one[0]);
    let back = second.recuse_application(ask::recuse(&held)).await?;
    ensure!(back.state() == ApplicationState::Presented && back.reviewer.is_empty());
    ensure!(
        (back.presentation_position, &back.presentation) == (1, &held.presentation),
        "the application must keep its place in the queue"
    );
    // Only the commission reads the reason.
    let remarks = scene.second_reviewer.get_application(ask::application(&one[0])).await?.remarks;
    let [remark] = &remarks[..] else { anyhow::bail!("{remarks:?}") };
    ensure!(
        remark.action == "ReviewService/RecuseApplication" && remark.text == ask::recuse(&held).reason,
        "{remark:?}"
    );
    for other in [&scene.osce, &scene.officer] {
        ensure!(other.get_application(ask::application(&one[0])).await?.remarks.is_empty());
    }
    let answer = first.recommend_application(ask::recommend(&held)).await;
    refused(answer, Code::Aborted, "ETAG_MISMATCH");
    let next = first.claim_next_application(ask::claim_next(&ask::election())).await?;
    ensure!(next.name == one[1], "the recused person must get the application behind it");
    let again = scene.reviewer.claim_next_application(ask::claim_next(&ask::election())).await?;
    ensure!(again.name == one[0], "other reviewers must get it first");

    // The reviewer of a listed application recuses. The draft still lists it, and cannot be adopted.
    let recommended = first.recommend_application(ask::recommend(&next)).await?;
    let draft = scene.decree_over(vec![recommended.name.clone()]).await?;
    let back = second.recuse_application(ask::recuse(&recommended)).await?;
    ensure!(back.state() == ApplicationState::Presented && back.recommendation.is_none());
    let blocked = scene.adopter.adopt_decree(ask::adopt(&draft)).await;
    let blocked = refused(blocked, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(blocked.violations().iter().map(|found| &*found.field).eq(["applications[0]"]), "{blocked}");
    let claimed = scene.reviewer.claim_application(ask::claim(&back.name)).await?;
    scene.reviewer.recommend_application(ask::recommend(&claimed)).await?;
    ensure!(scene.adopter.adopt_decree(ask::adopt(&draft)).await?.accredited_count == 1);
    Ok(())
}

/// An application must not wait for an ill reviewer. Who reviews is no matter of the delegation.
#[tokio::test]
async fn a_reviewer_takes_over_or_releases_a_claim_and_only_the_commission_sees_it() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let second = scene.world.actor(CEC, "reviewer-2");
    let held = scene.bring("osce-odihr", Reach::InReview).await?;
    let own = scene.reviewer.take_over_application(ask::take_over(&held)).await;
    ensure!(refused(own, Code::InvalidArgument, "INVALID_REQUEST").violations()[0].field == "name");
    let seen = [read(&scene.osce, &held.name).await?, read(&scene.officer, &held.name).await?];

    let stale = v1::TakeOverApplicationRequest { etag: "1-1.1".to_owned(), ..ask::take_over(&held) };
    refused(second.take_over_application(stale).await, Code::Aborted, "ETAG_MISMATCH");
    let request = ask::take_over(&held);
    let taken = second.take_over_application(request.clone()).await?;
    ensure!(taken.reviewer == "organizations/cec/principals/reviewer-2" && taken.etag != held.etag);
    ensure!(second.take_over_application(request).await? == taken, "the repeated request got another answer");
    scene.adopter.recuse_application(ask::recuse(&taken)).await?;
    // The delegation and the ministry read no change after a takeover and a recusal.
    ensure!([read(&scene.osce, &held.name).await?, read(&scene.officer, &held.name).await?] == seen);
    ensure!(seen.iter().all(|one| one.recused.is_empty()));
    let audited = read(&scene.auditor, &held.name).await?;
    ensure!(audited.recused == ["organizations/cec/principals/adopter"], "{audited:?}");

    let lost = scene.reviewer.release_application(ask::release_claim(&audited)).await;
    refused(lost, Code::PermissionDenied, "NOT_YOUR_CLAIM");
    let back = second.release_application(ask::release_claim(&audited)).await?;
    ensure!(back.state() == ApplicationState::Presented && back.presentation_position == held.presentation_position);
    let unclaimed = second.take_over_application(ask::take_over(&back)).await;
    refused(unclaimed, Code::FailedPrecondition, "ILLEGAL_TRANSITION");

    // The commission gets the events of both acts. The delegation and the ministry do not.
    scene.osce.withdraw_application(ask::withdraw(&held.name)).await?;
    let internal = ["ReviewService/TakeOverApplication", "ReviewService/RecuseApplication"];
    for (reader, expected) in [(&scene.reviewer, &internal[..]), (&scene.osce, &[]), (&scene.officer, &[])] {
        let actions = actions_until_withdrawal(reader, &held.name).await?;
        ensure!(actions.iter().any(|action| action == "ReviewService/ReleaseApplication"), "{actions:?}");
        ensure!(actions.iter().filter(|action| internal.contains(&action.as_str())).eq(expected), "{actions:?}");
    }
    Ok(())
}

/// The actions on an application that a reader gets, until it is withdrawn.
async fn actions_until_withdrawal(reader: &Client, name: &str) -> anyhow::Result<Vec<String>> {
    let mut watch = reader.watch(&ask::election(), Vec::new());
    let mut actions = Vec::new();
    loop {
        let response =
            timeout(Duration::from_secs(20), watch.next(|_| ())).await.context("no event within the timeout")??;
        let event = response.event.context("no event in the response")?;
        if event.subject != name {
            continue;
        }
        if event.action == "ApplicationService/WithdrawApplication" {
            return Ok(actions);
        }
        actions.push(event.action);
    }
}
