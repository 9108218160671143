//! An appeal that is upheld when something else has happened meanwhile: no place is taken twice, and nobody comes back whose
//! mission has gone.

use anyhow::{Context, ensure};
use client::{Client, Code};
use rehearsal::world::{CEC, REGISTRAR};
use stories::{Reach, Scene, ask, at, refused};
use wire::v1::{self, AccreditationState, AppealOutcome, AppealState, ApplicationState, ProposalKind};

use super::DATABASE;

/// An application for someone new in the place of another.
fn in_place_of(scene: &Scene, replaced: &str) -> v1::Application {
    v1::Application { replaces: replaced.to_owned(), ..scene.someone() }
}

async fn accreditation_of(scene: &Scene, application: &str) -> anyhow::Result<v1::Accreditation> {
    let name = scene.osce.get_application(ask::application(application)).await?.accreditation;
    Ok(scene.osce.get_accreditation(ask::accreditation(&name)).await?)
}

async fn revoke(scene: &Scene, accreditation: &str) -> anyhow::Result<()> {
    let proposed = scene.reviewer.propose_change(ask::revoke(accreditation)).await?.name;
    let draft = scene.decree_over_proposals(vec![proposed]).await?;
    scene.adopter.adopt_decree(ask::adopt(&draft)).await?;
    Ok(())
}

async fn upheld(scene: &Scene, application: &str) -> anyhow::Result<v1::Appeal> {
    let filed = scene.osce.file_appeal(ask::appeal(application)).await?.name;
    Ok(scene.colleague.decide_appeal(ask::decide_appeal(&filed, AppealOutcome::Uphold)).await?)
}

/// The proposal to reinstate that followed last.
async fn reinstatement(scene: &Scene) -> anyhow::Result<v1::Proposal> {
    let proposals = scene.auditor.all_proposals(ask::all_proposals()).await?;
    let last = proposals.last().cloned().context("a proposal")?;
    ensure!(last.kind() == ProposalKind::Reinstate, "{last:?}");
    Ok(last)
}

#[tokio::test]
async fn whoever_wins_an_appeal_does_not_take_a_place_that_another_was_filed_for() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let old = accreditation_of(&scene, &scene.accredited("osce-odihr").await?.name).await?.name;
    let alone = scene.refused(in_place_of(&scene, &old)).await?;
    ensure!(upheld(&scene, &alone).await?.state() == AppealState::Upheld);
    let back = scene.osce.get_application(ask::application(&alone)).await?;
    ensure!(back.state() == ApplicationState::InReview && back.replaces == old, "its place was free");
    scene.osce.withdraw_application(ask::withdraw(&alone)).await?;

    let late = scene.refused(in_place_of(&scene, &old)).await?;
    let other = in_place_of(&scene, &old);
    scene.bring_as("osce-odihr", other, Reach::Draft).await?;
    ensure!(upheld(&scene, &late).await?.state() == AppealState::Upheld);
    let back = scene.osce.get_application(ask::application(&late)).await?;
    ensure!(back.state() == ApplicationState::InReview && back.replaces.is_empty(), "{back:?}");
    Ok(())
}

#[tokio::test]
async fn one_decree_does_not_end_an_accreditation_twice() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let old = accreditation_of(&scene, &scene.accredited("osce-odihr").await?.name).await?.name;
    let successor = in_place_of(&scene, &old);
    let successor = scene.bring_as("osce-odihr", successor, Reach::Recommended).await?.name;
    let proposed = scene.reviewer.propose_change(ask::revoke(&old)).await?.name;
    let draft = scene.decree_over(vec![successor.clone()]).await?;
    let both = scene.adopter.add_decree_items(ask::carry_out_in(&draft.name, vec![proposed.clone()])).await?;
    let stopped = scene.adopter.adopt_decree(ask::adopt(&both)).await;
    let stopped = refused(stopped, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(stopped.violations().iter().map(|one| &*one.field).eq(["proposals[0]"]), "{stopped}");
    // First the one, then the other: whoever was revoked stays so, and the successor has the place.
    let take_out = v1::RemoveDecreeItemsRequest {
        applications: vec![successor.clone()],
        ..ask::take_out_of(&both.name, Vec::new())
    };
    let revoking = scene.adopter.remove_decree_items(take_out).await?;
    ensure!(scene.adopter.adopt_decree(ask::adopt(&revoking)).await?.revoked_count == 1);
    scene.decide(vec![successor.clone()]).await?;
    ensure!(accreditation_of(&scene, &successor).await?.state() == AccreditationState::Active);
    let ended = scene.osce.get_accreditation(ask::accreditation(&old)).await?;
    ensure!(ended.state() == AccreditationState::Revoked, "{ended:?}");
    Ok(())
}

#[tokio::test]
async fn nobody_is_reinstated_in_a_place_that_another_has_until_that_is_given_up() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let other_adopter = scene.second_adopter().await?;
    let first = scene.accredited("osce-odihr").await?;
    let old = accreditation_of(&scene, &first.name).await?.name;
    let successor = in_place_of(&scene, &old);
    let successor = scene.bring_as("osce-odihr", successor, Reach::Recommended).await?.name;
    revoke(&scene, &old).await?;
    scene.decide(vec![successor.clone()]).await?;
    let successor = accreditation_of(&scene, &successor).await?.name;
    upheld(&scene, &first.name).await?;
    let reinstate = reinstatement(&scene).await?.name;
    let taken = scene.decree_over_proposals(vec![reinstate.clone()]).await;
    let taken = refused(taken, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(taken.violations()[0].description.contains(&successor), "{taken}");

    scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&successor)).await?;
    let draft = scene.decree_over_proposals(vec![reinstate]).await?;
    // Whoever adopted the revocation does not adopt what overturns it.
    let same = scene.adopter.adopt_decree(ask::adopt(&draft)).await;
    refused(same, Code::PermissionDenied, "FOUR_EYES");
    ensure!(other_adopter.adopt_decree(ask::adopt(&draft)).await?.reinstated_count == 1);
    let back = scene.osce.get_accreditation(ask::accreditation(&old)).await?;
    ensure!(back.state() == AccreditationState::Active, "{back:?}");
    // Whoever proposed the revocation does not propose the same again.
    refused(scene.reviewer.propose_change(ask::revoke(&old)).await, Code::PermissionDenied, "FOUR_EYES");
    Ok(())
}

#[tokio::test]
async fn of_a_mission_that_has_withdrawn_nobody_comes_back_by_an_appeal() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let (name, person) = (scene.refused(scene.someone()).await?, scene.accredited("osce-odihr").await?);
    let (old, early) = (accreditation_of(&scene, &person.name).await?.name, scene.accredited("osce-odihr").await?);
    let waiting = accreditation_of(&scene, &early.name).await?.name;
    revoke(&scene, &old).await?;
    revoke(&scene, &waiting).await?;
    upheld(&scene, &early.name).await?;
    let reinstate = reinstatement(&scene).await?;
    scene.osce.withdraw_mission(ask::withdraw_mission(&ask::mission("osce-odihr"))).await?;

    // What was upheld before can be given up, and by no decree carried out.
    let gone = scene.decree_over_proposals(vec![reinstate.name.clone()]).await;
    let gone = refused(gone, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(gone.violations()[0].description.contains("mission has withdrawn"), "{gone}");
    scene.colleague.withdraw_proposal(ask::withdraw_proposal(&reinstate.name)).await?;
    // What is upheld after it is said, and nothing follows.
    for one in [&name, &person.name] {
        ensure!(upheld(&scene, one).await?.state() == AppealState::Upheld);
    }
    let read = scene.osce.get_application(ask::application(&name)).await?;
    ensure!(read.state() == ApplicationState::Refused, "{read:?}");
    ensure!(reinstatement(&scene).await?.name == reinstate.name, "no other followed");
    for one in [&old, &waiting] {
        let ended = scene.osce.get_accreditation(ask::accreditation(one)).await?;
        ensure!(ended.state() == AccreditationState::Revoked, "{ended:?}");
    }
    Ok(())
}

/// The end of the retention moves with an appeal, and would say when another delegation's was decided.
#[tokio::test]
async fn no_delegation_reads_when_an_appeal_was_decided() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let name = scene.refused(scene.someone()).await?;
    let filed = scene.osce.file_appeal(ask::appeal(&name)).await?.name;
    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    let end = |who: Client| async move {
        let name = ask::election();
        let read = who.get_election(v1::GetElectionRequest { name }).await?.retention_end_time;
        let listed = who.all_elections(v1::ListElectionsRequest::default()).await?;
        let listed = listed.into_iter().find(|one| one.name == ask::election()).context("the election")?;
        ensure!(listed.retention_end_time == read);
        anyhow::Ok(read.context("an end")?.seconds)
    };
    let before = end(scene.cis.clone()).await?;
    ensure!(end(scene.world.actor(CEC, REGISTRAR)).await? == before);
    scene.world.clock().set(at("2019-06-20T06:00:00Z")).await?;
    scene.colleague.decide_appeal(ask::decide_appeal(&filed, AppealOutcome::Dismiss)).await?;
    ensure!(end(scene.cis.clone()).await? == before, "others learn nothing of it");
    ensure!(end(scene.registrar.clone()).await? > before, "whoever keeps the data knows until when");
    Ok(())
}

/// Whoever was accredited before another organization filed the same person was checked when nobody knew.
#[tokio::test]
async fn a_revocation_names_no_other_organization_that_filed_the_person_later() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let person = scene.someone();
    let name = scene.bring_as("osce-odihr", person.clone(), Reach::Recommended).await?.name;
    scene.decide(vec![name.clone()]).await?;
    let accredited = accreditation_of(&scene, &name).await?.name;
    scene.bring_as("cis", person, Reach::Presented).await?;
    let telling = v1::ProposeChangeRequest { text: "Sent by CIS as well.".to_owned(), ..ask::revoke(&accredited) };
    let telling = refused(scene.reviewer.propose_change(telling).await, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(telling.violations()[0].field == "text", "{telling}");
    scene.reviewer.propose_change(ask::revoke(&accredited)).await?;
    Ok(())
}
