//! The commission decides: a reviewer recommends, and another person adopts the decree.
//!
//! The ministry cannot decide. Nobody adopts their own recommendation. A refusal needs a ground of the rule pack, and a
//! finding must be cleared with a reason. A dry run shows what would block a decree. Scenarios 15, 20 and 21.

use anyhow::ensure;
use client::{Client, Code};
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, at, refused};
use wire::v1::{self, PrincipalKind};

use super::DATABASE;

/// The ministry presents people. A single method that it could call to decide would break the separation of the
/// authorities.
#[tokio::test]
async fn scenario_15_an_officer_of_the_ministry_cannot_decide_by_any_method() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let claimed = scene.bring("osce-odihr", Reach::InReview).await?;
    let recommended = scene.bring("osce-odihr", Reach::Recommended).await?;
    let draft = scene.decree_over(vec![recommended.name.clone()]).await?;
    let (officer, list) = (&scene.officer, vec![recommended.name.clone()]);
    let answers = [
        officer.claim_next_application(ask::claim_next(&ask::election())).await.map(drop),
        officer.claim_application(ask::claim(&claimed.name)).await.map(drop),
        officer.raise_questions(ask::raise_questions(&claimed, at("2019-05-20T00:00:00Z"))).await.map(drop),
        officer.clear_finding(ask::clear(&claimed, "PASSPORT_EXPIRES_EARLY")).await.map(drop),
        officer.recommend_application(ask::recommend(&claimed)).await.map(drop),
        officer.create_decree(ask::draft_decree("1")).await.map(drop),
        officer.update_decree(ask::correct_decree(&draft, "1")).await.map(drop),
        officer.add_decree_items(ask::list_in(&draft.name, list.clone())).await.map(drop),
        officer.remove_decree_items(ask::take_out_of(&draft.name, list)).await.map(drop),
        officer.adopt_decree(ask::adopt(&draft)).await.map(drop),
        officer.send_back_application(ask::send_back(&recommended)).await.map(drop),
    ];
    for answer in answers {
        refused(answer, Code::PermissionDenied, "ROLE_REQUIRED");
    }
    ensure!(scene.adopter.get_decree(ask::decree(&draft.name)).await? == v1::Decree { receipt: None, ..draft });
    Ok(())
}

/// One person has both roles and two certificates. The rule counts people, so neither lets them adopt their own
/// recommendation.
#[tokio::test]
async fn scenario_20_a_person_cannot_adopt_what_they_recommended() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let both = ["cec.reviewer", "cec.adopter"];
    scene.world.add_principal(CEC, "member", PrincipalKind::Person, "a.member", &both).await?;
    scene.world.add_principal(CEC, "member-card-2", PrincipalKind::Person, "a.member", &both).await?;
    let (member, second_card) = (scene.world.actor(CEC, "member"), scene.world.actor(CEC, "member-card-2"));
    let other = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    let own = scene.bring("osce-odihr", Reach::Presented).await?.name;
    let claimed = member.claim_application(ask::claim(&own)).await?;
    member.recommend_application(ask::recommend(&claimed)).await?;
    let draft = scene.decree_over(vec![other.clone(), own.clone()]).await?;

    for client in [&member, &second_card] {
        let refusal = refused(client.adopt_decree(ask::adopt(&draft)).await, Code::PermissionDenied, "FOUR_EYES");
        ensure!(refusal.violations().iter().map(|one| &*one.field).collect::<Vec<_>>() == ["applications[1]"]);
    }
    ensure!(scene.auditor.all_accreditations(ask::all_accreditations()).await?.is_empty());

    // The person may adopt a decree without their recommendation. Another person may adopt that one.
    let taken_out = member.remove_decree_items(ask::take_out_of(&draft.name, vec![own.clone()])).await?;
    ensure!(second_card.adopt_decree(ask::adopt(&taken_out)).await?.accredited_count == 1);
    ensure!(scene.decide(vec![own]).await?.accredited_count == 1);
    Ok(())
}

/// A refused person must learn the legal ground. A decree without one could not be appealed.
#[tokio::test]
async fn scenario_21_a_refusal_needs_a_ground_of_the_rule_pack() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let claimed = scene.bring("osce-odihr", Reach::InReview).await?;
    let attempts = [
        (None, "GROUND_REQUIRED"),
        (Some(("not-nominated", "   ")), "GROUND_REQUIRED"),
        (Some(("not-nominated", "")), "INVALID_REQUEST"),
        (Some(("", "We do not like it.")), "INVALID_REQUEST"),
        (Some(("we-do-not-like-it", "We do not.")), "UNKNOWN_GROUND"),
    ];
    for (ground, reason) in attempts {
        let refusal = scene.reviewer.recommend_application(ask::recommend_refusal(&claimed, ground)).await;
        let refusal = refused(refusal, Code::InvalidArgument, reason);
        ensure!(refusal.violations().iter().any(|one| one.field.starts_with("refusal")), "{ground:?}: {refusal}");
    }
    let ground = Some(("not-nominated", "There is no letter of nomination."));
    scene.reviewer.recommend_application(ask::recommend_refusal(&claimed, ground)).await?;
    ensure!(scene.decide(vec![claimed.name.clone()]).await?.refused_count == 1);

    let seen = scene.osce.get_application(ask::application(&claimed.name)).await?;
    let refusal = seen.refusal.clone().unwrap_or_default();
    ensure!(seen.state() == v1::ApplicationState::Refused && refusal.ground == "not-nominated");
    ensure!(!refusal.text.is_empty() && !refusal.appeal.is_empty(), "a refusal must say why, and how to appeal");
    Ok(())
}

/// A reviewer must not overlook a finding. The reason tells an auditor why it did not matter.
#[tokio::test]
async fn a_finding_blocks_a_recommendation_until_it_is_cleared_with_a_reason() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let old_passport = scene.someone_with_an_old_passport()?;
    let claimed = scene.bring_as("osce-odihr", old_passport, Reach::InReview).await?;
    let early = scene.reviewer.recommend_application(ask::recommend(&claimed)).await;
    let early = refused(early, Code::FailedPrecondition, "BLOCKING_FINDINGS");
    ensure!(early.metadata()["findings"] == "PASSPORT_EXPIRES_EARLY");
    let none = scene.reviewer.clear_finding(ask::clear(&claimed, "HOST_CITIZEN")).await;
    refused(none, Code::FailedPrecondition, "NO_SUCH_FINDING");

    let second: Client = scene.world.actor(CEC, "reviewer-2");
    let not_own = second.clear_finding(ask::clear(&claimed, "PASSPORT_EXPIRES_EARLY")).await;
    refused(not_own, Code::PermissionDenied, "NOT_YOUR_CLAIM");
    let cleared = scene.reviewer.clear_finding(ask::clear(&claimed, "PASSPORT_EXPIRES_EARLY")).await?;
    ensure!(cleared.findings[0].cleared_by == "organizations/cec/principals/reviewer-1");
    scene.reviewer.recommend_application(ask::recommend(&cleared)).await?;
    Ok(())
}

/// An adopter can check a draft before the session. The answer names what blocks the decree, and nothing is changed.
#[tokio::test]
async fn a_dry_run_of_an_adoption_names_what_blocks_it_and_changes_nothing() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let names = scene.recommend_many("osce-odihr", 3).await?;
    let draft = scene.decree_over(names.clone()).await?;
    scene.osce.withdraw_application(ask::withdraw(&names[1])).await?;
    let check = |read: &v1::Decree| v1::AdoptDecreeRequest { validate_only: true, ..ask::adopt(read) };
    let blocked = refused(scene.adopter.adopt_decree(check(&draft)).await, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(blocked.violations().iter().map(|one| &*one.field).eq(["applications[1]"]), "{:?}", blocked.violations());

    // A removal that names somebody who is not listed removes nobody.
    let stranger = scene.bring("cis", Reach::Recommended).await?.name;
    let request = ask::take_out_of(&draft.name, vec![names[0].clone(), stranger]);
    let not_listed = scene.adopter.remove_decree_items(request).await;
    let not_listed = refused(not_listed, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(not_listed.violations().iter().map(|one| &*one.field).eq(["applications[1]"]), "{not_listed}");
    ensure!(scene.adopter.get_decree(ask::decree(&draft.name)).await?.applications == names);

    let corrected = scene.adopter.remove_decree_items(ask::take_out_of(&draft.name, vec![names[1].clone()])).await?;
    let dry_run = scene.adopter.adopt_decree(check(&corrected)).await?;
    ensure!((dry_run.accredited_count, dry_run.receipt.is_none()) == (2, true), "{dry_run:?}");
    let read = scene.adopter.get_decree(ask::decree(&draft.name)).await?;
    ensure!(read == v1::Decree { receipt: None, ..corrected.clone() }, "a dry run must not change the draft");
    ensure!(scene.auditor.all_accreditations(ask::all_accreditations()).await?.is_empty());
    // A dry run uses no accreditation number.
    scene.adopter.adopt_decree(ask::adopt(&corrected)).await?;
    let numbers = scene.auditor.all_accreditations(ask::all_accreditations()).await?;
    ensure!(numbers.iter().map(|one| one.name.rsplit('/').next().unwrap_or_default()).eq(["1", "2"]));
    Ok(())
}
