//! Who decides, and on what ground.

use anyhow::ensure;
use client::{Client, Code};
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, at, refused};
use wire::v1::{self, PrincipalKind};

use super::DATABASE;

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

/// One person holds both roles, and a second certificate: neither makes a second pair of eyes.
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

    // Without the own recommendation the same person may, and another person may adopt the rest.
    let taken_out = member.remove_decree_items(ask::take_out_of(&draft.name, vec![own.clone()])).await?;
    ensure!(second_card.adopt_decree(ask::adopt(&taken_out)).await?.accredited_count == 1);
    ensure!(scene.decide(vec![own]).await?.accredited_count == 1);
    Ok(())
}

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

    let told = scene.osce.get_application(ask::application(&claimed.name)).await?;
    let refusal = told.refusal.clone().unwrap_or_default();
    ensure!(told.state() == v1::ApplicationState::Refused && refusal.ground == "not-nominated");
    ensure!(!refusal.text.is_empty() && !refusal.appeal.is_empty(), "the refused learn why, and how to appeal");
    Ok(())
}

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
    let not_hers = second.clear_finding(ask::clear(&claimed, "PASSPORT_EXPIRES_EARLY")).await;
    refused(not_hers, Code::PermissionDenied, "NOT_YOUR_CLAIM");
    let cleared = scene.reviewer.clear_finding(ask::clear(&claimed, "PASSPORT_EXPIRES_EARLY")).await?;
    ensure!(cleared.findings[0].cleared_by == "organizations/cec/principals/reviewer-1");
    scene.reviewer.recommend_application(ask::recommend(&cleared)).await?;
    Ok(())
}

/// A draft is checked before the session: whatever stands in the way is named, and nothing happens.
#[tokio::test]
async fn a_dry_run_of_an_adoption_names_what_blocks_it_and_changes_nothing() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let names = scene.recommend_many("osce-odihr", 3).await?;
    let draft = scene.decree_over(names.clone()).await?;
    scene.osce.withdraw_application(ask::withdraw(&names[1])).await?;
    let check = |read: &v1::Decree| v1::AdoptDecreeRequest { validate_only: true, ..ask::adopt(read) };
    let stands = refused(scene.adopter.adopt_decree(check(&draft)).await, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(stands.violations().iter().map(|one| &*one.field).eq(["applications[1]"]), "{:?}", stands.violations());

    // Whoever is not listed cannot be taken out, and then nobody is.
    let stranger = scene.bring("cis", Reach::Recommended).await?.name;
    let request = ask::take_out_of(&draft.name, vec![names[0].clone(), stranger]);
    let not_listed = scene.adopter.remove_decree_items(request).await;
    let not_listed = refused(not_listed, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(not_listed.violations().iter().map(|one| &*one.field).eq(["applications[1]"]), "{not_listed}");
    ensure!(scene.adopter.get_decree(ask::decree(&draft.name)).await?.applications == names);

    let mended = scene.adopter.remove_decree_items(ask::take_out_of(&draft.name, vec![names[1].clone()])).await?;
    let would = scene.adopter.adopt_decree(check(&mended)).await?;
    ensure!((would.accredited_count, would.receipt.is_none()) == (2, true), "{would:?}");
    let read = scene.adopter.get_decree(ask::decree(&draft.name)).await?;
    ensure!(read == v1::Decree { receipt: None, ..mended.clone() }, "it is the draft that it was");
    ensure!(scene.auditor.all_accreditations(ask::all_accreditations()).await?.is_empty());
    // No number was used up by looking.
    scene.adopter.adopt_decree(ask::adopt(&mended)).await?;
    let numbers = scene.auditor.all_accreditations(ask::all_accreditations()).await?;
    ensure!(numbers.iter().map(|one| one.name.rsplit('/').next().unwrap_or_default()).eq(["1", "2"]));
    Ok(())
}
