//! An appeal is upheld after the situation has changed.
//!
//! An upheld appeal does not reinstate a person whose place another has, or whose mission has withdrawn. Neither an
//! appeal nor a revocation tells a delegation anything about another delegation. No acceptance scenario.

use anyhow::{Context, ensure};
use client::{Client, Code};
use rehearsal::world::{CEC, REGISTRAR};
use stories::{Reach, Scene, ask, at, refused};
use wire::v1::{self, AccreditationState, AppealOutcome, AppealState, ApplicationState, ProposalKind};

use super::DATABASE;

/// An application for a new person who replaces an accredited one.
fn replacement_of(scene: &Scene, replaced: &str) -> v1::Application {
    v1::Application { replaces: replaced.to_owned(), ..scene.someone() }
}

/// The accreditation of an application of `osce-odihr`.
async fn accreditation_of(scene: &Scene, application: &str) -> anyhow::Result<v1::Accreditation> {
    let name = scene.osce.get_application(ask::application(application)).await?.accreditation;
    Ok(scene.osce.get_accreditation(ask::accreditation(&name)).await?)
}

/// Revokes an accreditation by a decree.
async fn revoke(scene: &Scene, accreditation: &str) -> anyhow::Result<()> {
    let proposed = scene.reviewer.propose_change(ask::revoke(accreditation)).await?.name;
    let draft = scene.decree_over_proposals(vec![proposed]).await?;
    scene.adopter.adopt_decree(ask::adopt(&draft)).await?;
    Ok(())
}

/// Files an appeal about an application of `osce-odihr`, and upholds it.
async fn uphold_appeal(scene: &Scene, application: &str) -> anyhow::Result<v1::Appeal> {
    let filed = scene.osce.file_appeal(ask::appeal(application)).await?.name;
    Ok(scene.second_reviewer.decide_appeal(ask::decide_appeal(&filed, AppealOutcome::Uphold)).await?)
}

/// The last proposal, which must be one to reinstate.
async fn last_reinstatement(scene: &Scene) -> anyhow::Result<v1::Proposal> {
    let proposals = scene.auditor.all_proposals(ask::all_proposals()).await?;
    let last = proposals.last().cloned().context("no proposal")?;
    ensure!(last.kind() == ProposalKind::Reinstate, "{last:?}");
    Ok(last)
}

/// A refused application no longer reserves its replacement. If it did after an appeal, two people would replace the
/// same one.
#[tokio::test]
async fn an_upheld_application_gives_up_its_replacement_if_another_application_has_it() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let old = accreditation_of(&scene, &scene.accredited("osce-odihr").await?.name).await?.name;
    let alone = scene.refused_application(replacement_of(&scene, &old)).await?;
    ensure!(uphold_appeal(&scene, &alone).await?.state() == AppealState::Upheld);
    let back = scene.osce.get_application(ask::application(&alone)).await?;
    ensure!(
        back.state() == ApplicationState::InReview && back.replaces == old,
        "nobody else replaced the person meanwhile"
    );
    scene.osce.withdraw_application(ask::withdraw(&alone)).await?;

    let late = scene.refused_application(replacement_of(&scene, &old)).await?;
    let other = replacement_of(&scene, &old);
    scene.bring_as("osce-odihr", other, Reach::Draft).await?;
    ensure!(uphold_appeal(&scene, &late).await?.state() == AppealState::Upheld);
    let back = scene.osce.get_application(ask::application(&late)).await?;
    ensure!(back.state() == ApplicationState::InReview && back.replaces.is_empty(), "{back:?}");
    Ok(())
}

/// The accreditation would have two ends with different grounds, and the register could show only one of them.
#[tokio::test]
async fn one_decree_cannot_replace_and_revoke_the_same_accreditation() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let old = accreditation_of(&scene, &scene.accredited("osce-odihr").await?.name).await?.name;
    let successor = replacement_of(&scene, &old);
    let successor = scene.bring_as("osce-odihr", successor, Reach::Recommended).await?.name;
    let proposed = scene.reviewer.propose_change(ask::revoke(&old)).await?.name;
    let draft = scene.decree_over(vec![successor.clone()]).await?;
    let both = scene.adopter.add_decree_items(ask::list_proposals_in(&draft.name, vec![proposed.clone()])).await?;
    let stopped = scene.adopter.adopt_decree(ask::adopt(&both)).await;
    let stopped = refused(stopped, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(stopped.violations().iter().map(|one| &*one.field).eq(["proposals[0]"]), "{stopped}");
    // Two decrees can do it: the revoked accreditation stays revoked, and the successor is accredited.
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

/// Two active accreditations would count against one place of the delegation.
#[tokio::test]
async fn the_service_reinstates_nobody_while_their_successor_is_accredited() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let other_adopter = scene.add_second_adopter().await?;
    let first = scene.accredited("osce-odihr").await?;
    let old = accreditation_of(&scene, &first.name).await?.name;
    let successor = replacement_of(&scene, &old);
    let successor = scene.bring_as("osce-odihr", successor, Reach::Recommended).await?.name;
    revoke(&scene, &old).await?;
    scene.decide(vec![successor.clone()]).await?;
    let successor = accreditation_of(&scene, &successor).await?.name;
    uphold_appeal(&scene, &first.name).await?;
    let reinstate = last_reinstatement(&scene).await?.name;
    let taken = scene.decree_over_proposals(vec![reinstate.clone()]).await;
    let taken = refused(taken, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(taken.violations()[0].description.contains(&successor), "{taken}");

    scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&successor)).await?;
    let draft = scene.decree_over_proposals(vec![reinstate]).await?;
    // Another person than the adopter of the revocation must adopt the reinstatement.
    let same = scene.adopter.adopt_decree(ask::adopt(&draft)).await;
    refused(same, Code::PermissionDenied, "FOUR_EYES");
    ensure!(other_adopter.adopt_decree(ask::adopt(&draft)).await?.reinstated_count == 1);
    let back = scene.osce.get_accreditation(ask::accreditation(&old)).await?;
    ensure!(back.state() == AccreditationState::Active, "{back:?}");
    // The reviewer who proposed the revocation may not propose it again.
    refused(scene.reviewer.propose_change(ask::revoke(&old)).await, Code::PermissionDenied, "FOUR_EYES");
    Ok(())
}

/// A delegation that has withdrawn cannot be responsible for an observer who comes back.
#[tokio::test]
async fn an_appeal_reinstates_nobody_of_a_withdrawn_mission() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let (name, person) = (scene.refused_application(scene.someone()).await?, scene.accredited("osce-odihr").await?);
    let (old, early) = (accreditation_of(&scene, &person.name).await?.name, scene.accredited("osce-odihr").await?);
    let waiting = accreditation_of(&scene, &early.name).await?.name;
    revoke(&scene, &old).await?;
    revoke(&scene, &waiting).await?;
    uphold_appeal(&scene, &early.name).await?;
    let reinstate = last_reinstatement(&scene).await?;
    scene.osce.withdraw_mission(ask::withdraw_mission(&ask::mission("osce-odihr"))).await?;

    // No decree carries out a reinstatement that was upheld before the withdrawal. It can be withdrawn.
    let blocked = scene.decree_over_proposals(vec![reinstate.name.clone()]).await;
    let blocked = refused(blocked, Code::FailedPrecondition, "ITEMS_NOT_READY");
    ensure!(blocked.violations()[0].description.contains("whole mission was withdrawn"), "{blocked}");
    scene.second_reviewer.withdraw_proposal(ask::withdraw_proposal(&reinstate.name)).await?;
    // An appeal can be upheld after the withdrawal, but nothing follows from it.
    for one in [&name, &person.name] {
        ensure!(uphold_appeal(&scene, one).await?.state() == AppealState::Upheld);
    }
    let read = scene.osce.get_application(ask::application(&name)).await?;
    ensure!(read.state() == ApplicationState::Refused, "{read:?}");
    ensure!(
        last_reinstatement(&scene).await?.name == reinstate.name,
        "an appeal after the withdrawal must not make a proposal"
    );
    for one in [&old, &waiting] {
        let ended = scene.osce.get_accreditation(ask::accreditation(one)).await?;
        ensure!(ended.state() == AccreditationState::Revoked, "{ended:?}");
    }
    Ok(())
}

/// The decision of an appeal moves the end of the retention. A delegation that could read the new end would learn when
/// the appeal of another was decided.
#[tokio::test]
async fn a_delegation_cannot_learn_when_the_appeal_of_another_was_decided() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let name = scene.refused_application(scene.someone()).await?;
    let filed = scene.osce.file_appeal(ask::appeal(&name)).await?.name;
    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    let retention_end = |reader: Client| async move {
        let name = ask::election();
        let read = reader.get_election(v1::GetElectionRequest { name }).await?.retention_end_time;
        let listed = reader.all_elections(v1::ListElectionsRequest::default()).await?;
        let listed =
            listed.into_iter().find(|one| one.name == ask::election()).context("the election is not listed")?;
        ensure!(listed.retention_end_time == read);
        anyhow::Ok(read.context("no end of the retention")?.seconds)
    };
    let before = retention_end(scene.cis.clone()).await?;
    ensure!(retention_end(scene.world.actor(CEC, REGISTRAR)).await? == before);
    scene.world.clock().set(at("2019-06-20T06:00:00Z")).await?;
    scene.second_reviewer.decide_appeal(ask::decide_appeal(&filed, AppealOutcome::Dismiss)).await?;
    ensure!(retention_end(scene.cis.clone()).await? == before, "another delegation must not see the new end");
    ensure!(retention_end(scene.registrar.clone()).await? > before, "the registrar must see the new end");
    Ok(())
}

/// The person was accredited before another organization filed them, so that no check had found a duplicate. The text
/// of a revocation must still not name the other organization.
#[tokio::test]
async fn a_revocation_cannot_name_another_organization_that_filed_the_same_person() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let person = scene.someone();
    let name = scene.bring_as("osce-odihr", person.clone(), Reach::Recommended).await?.name;
    scene.decide(vec![name.clone()]).await?;
    let accredited = accreditation_of(&scene, &name).await?.name;
    scene.bring_as("cis", person, Reach::Presented).await?;
    let revealing = v1::ProposeChangeRequest { text: "Sent by CIS as well.".to_owned(), ..ask::revoke(&accredited) };
    let revealing = refused(scene.reviewer.propose_change(revealing).await, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(revealing.violations()[0].field == "text", "{revealing}");
    scene.reviewer.propose_change(ask::revoke(&accredited)).await?;
    Ok(())
}
