//! A delegation appeals against a refusal, or against the revocation of an accreditation.
//!
//! People who took no part in the decision decide the appeal. If it is upheld, a refused application is reviewed again.
//! A decree can reinstate a revoked accreditation with its old number and a new badge. Scenario 27.

use anyhow::{Context, ensure};
use client::Code;
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1::{self, AccreditationState, AppealOutcome, AppealState, ApplicationState, PrincipalKind, ProposalKind};

use super::DATABASE;

/// Accredits a new person of `osce-odihr` and revokes the accreditation, as the first reviewer proposed.
async fn revoked_accreditation(scene: &Scene) -> anyhow::Result<v1::Accreditation> {
    let name = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    scene.decide(vec![name.clone()]).await?;
    let issued = scene.osce.get_application(ask::application(&name)).await?.accreditation;
    let proposed = scene.reviewer.propose_change(ask::revoke(&issued)).await?.name;
    let draft = scene.decree_over_proposals(vec![proposed]).await?;
    scene.adopter.adopt_decree(ask::adopt(&draft)).await?;
    Ok(scene.osce.get_accreditation(ask::accreditation(&issued)).await?)
}

/// How many people are accredited and refused now.
async fn figures(scene: &Scene) -> anyhow::Result<(i64, i64)> {
    let report = scene.auditor.get_report(ask::report()).await?;
    let row = report.rows.first().context("no row")?;
    Ok((row.accredited, row.refused))
}

/// The number must stay, because the decree names it. The old badge must stay void, because it may be in other hands.
#[tokio::test]
async fn scenario_27_a_reinstated_person_keeps_the_number_and_gets_a_new_badge() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let other_adopter = scene.add_second_adopter().await?;
    let ended = revoked_accreditation(&scene).await?;
    let old = ended.badge.context("no badge")?;
    ensure!(figures(&scene).await? == (0, 0));

    let filed = scene.osce.file_appeal(ask::appeal(&ended.application)).await?;
    ensure!(filed.state() == AppealState::Open && filed.accreditation == ended.name, "{filed:?}");
    ensure!(filed.decree == ended.end_decree);
    let twice = scene.osce.file_appeal(ask::appeal(&ended.application)).await;
    refused(twice, Code::AlreadyExists, "ALREADY_EXISTS");

    // Who proposed the revocation, or adopted it, cannot decide the appeal, also with another certificate.
    let person = "cec.adopter";
    drop(scene.world.add_principal(CEC, "reviewer-b", PrincipalKind::Person, person, &["cec.reviewer"]).await?);
    for party in [&scene.reviewer, &scene.world.actor(CEC, "reviewer-b")] {
        let own = party.decide_appeal(ask::decide_appeal(&filed.name, AppealOutcome::Dismiss)).await;
        refused(own, Code::PermissionDenied, "FOUR_EYES");
    }
    let second = scene.world.actor(CEC, "reviewer-2");
    let upheld = second.decide_appeal(ask::decide_appeal(&filed.name, AppealOutcome::Uphold)).await?;
    ensure!(upheld.state() == AppealState::Upheld && upheld.decided_by.ends_with("/reviewer-2"), "{upheld:?}");
    let again = second.decide_appeal(ask::decide_appeal(&filed.name, AppealOutcome::Dismiss)).await;
    refused(again, Code::FailedPrecondition, "APPEAL_DECIDED");
    let seen = scene.osce.get_appeal(ask::get_appeal(&filed.name)).await?;
    ensure!(seen.decided_by.is_empty() && seen.decision_text == upheld.decision_text, "{seen:?}");
    ensure!(
        scene.osce.get_accreditation(ask::accreditation(&ended.name)).await? == ended,
        "an upheld appeal must change nothing before a decree"
    );

    // The appeal made a proposal to reinstate. It waits for a decree, and nobody can withdraw it.
    let proposals = scene.auditor.all_proposals(ask::all_proposals()).await?;
    let reinstate = proposals.last().context("no proposal")?;
    ensure!(reinstate.kind() == ProposalKind::Reinstate && reinstate.proposed_by == upheld.decided_by, "{reinstate:?}");
    let withdrawn = other_adopter.withdraw_proposal(ask::withdraw_proposal(&reinstate.name)).await;
    refused(withdrawn, Code::InvalidArgument, "INVALID_REQUEST");
    let draft = scene.decree_over_proposals(vec![reinstate.name.clone()]).await?;
    let decree = other_adopter.adopt_decree(ask::adopt(&draft)).await?;
    ensure!((decree.reinstated_count, decree.revoked_count) == (1, 0), "{decree:?}");

    for reader in [&scene.osce, &scene.officer, &scene.auditor] {
        let back = reader.get_accreditation(ask::accreditation(&ended.name)).await?;
        let badge = back.badge.context("no badge")?;
        ensure!(back.state() == AccreditationState::Active && back.name == ended.name && back.decree == ended.decree);
        ensure!(badge.serial == old.serial + 1 && badge.state() == v1::BadgeState::Active, "{badge:?}");
        ensure!([back.end_decree, back.end_ground, back.end_reason].iter().all(String::is_empty));
    }
    ensure!(figures(&scene).await? == (1, 0));
    let totals = scene.auditor.get_totals(ask::totals()).await?;
    ensure!((totals.accredited, totals.organizations.iter().map(|row| row.ended).sum::<i64>()) == (1, 0));
    let over = scene.osce.file_appeal(ask::appeal(&ended.application)).await;
    let over = refused(over, Code::FailedPrecondition, "NOTHING_TO_APPEAL");
    ensure!(over.metadata()["state"] == "ACTIVE");
    // The next badge has the next serial: no serial is used twice.
    let next = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    scene.decide(vec![next.clone()]).await?;
    let next = scene.osce.get_application(ask::application(&next)).await?.accreditation;
    let next = scene.osce.get_accreditation(ask::accreditation(&next)).await?;
    ensure!(next.name.ends_with("/2") && next.badge.is_some_and(|badge| badge.serial == old.serial + 2));
    Ok(())
}

/// An appeal is worthless if the people who refused the application decide it again.
#[tokio::test]
async fn other_people_decide_an_appeal_against_a_refusal_and_the_reopened_application() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let other_adopter = scene.add_second_adopter().await?;
    let name = scene.refused_application(scene.someone()).await?;
    ensure!(figures(&scene).await? == (0, 1));
    let first = scene.osce.get_application(ask::application(&name)).await?.decree;
    let signed = scene.english_list_of_decree(&scene.officer, &first).await?;
    ensure!(signed.contains("The organization did not nominate the person."), "{signed}");
    // Another delegation can neither file nor read the appeal.
    let stranger = scene.cis.file_appeal(ask::appeal(&name)).await;
    refused(stranger, Code::NotFound, "NOT_FOUND");
    let filed = scene.osce.file_appeal(ask::appeal(&name)).await?;
    ensure!(filed.accreditation.is_empty() && filed.application == name);
    refused(scene.cis.get_appeal(ask::get_appeal(&filed.name)).await, Code::NotFound, "NOT_FOUND");
    ensure!(scene.cis.all_appeals(ask::all_appeals()).await?.is_empty());
    for reader in [&scene.osce, &scene.officer, &scene.reviewer, &scene.adopter, &scene.auditor] {
        ensure!(reader.all_appeals(ask::all_appeals()).await?.len() == 1);
    }
    let own = scene.reviewer.decide_appeal(ask::decide_appeal(&filed.name, AppealOutcome::Dismiss)).await;
    refused(own, Code::PermissionDenied, "FOUR_EYES");

    let second = scene.world.actor(CEC, "reviewer-2");
    second.decide_appeal(ask::decide_appeal(&filed.name, AppealOutcome::Uphold)).await?;
    let reopened = second.get_application(ask::application(&name)).await?;
    ensure!(reopened.state() == ApplicationState::InReview && reopened.reviewer.ends_with("/reviewer-2"));
    ensure!(figures(&scene).await? == (0, 0), "a reopened application is neither refused nor accredited");
    let screened = eventually("the reopened application is checked again", || async {
        let read = second.get_application(ask::application(&name)).await?;
        Ok((!read.etag.is_empty()).then_some(read))
    });
    let recommended = second.recommend_application(ask::recommend(&screened.await?)).await?;
    ensure!(recommended.state() == ApplicationState::Recommended);
    ensure!(scene.english_list_of_decree(&scene.officer, &first).await? == signed, "the signed list must not change");
    // The adopter of the refusal cannot adopt the decision that follows.
    let draft = scene.decree_over(vec![name.clone()]).await?;
    let same = scene.adopter.adopt_decree(ask::adopt(&draft)).await;
    refused(same, Code::PermissionDenied, "FOUR_EYES");
    other_adopter.adopt_decree(ask::adopt(&draft)).await?;
    let accredited = scene.osce.get_application(ask::application(&name)).await?;
    ensure!(accredited.state() == ApplicationState::Accredited);
    ensure!(figures(&scene).await? == (1, 0));
    ensure!(
        scene.english_list_of_decree(&scene.officer, &first).await? == signed
            && scene.english_list_of_decree(&scene.officer, &draft.name).await?.contains("accredited")
    );

    // A dismissed appeal changes nothing, and the same decision cannot be appealed again.
    let stays = scene.refused_application(scene.someone()).await?;
    let filed = scene.osce.file_appeal(ask::appeal(&stays)).await?;
    let dismissed = second.decide_appeal(ask::decide_appeal(&filed.name, AppealOutcome::Dismiss)).await?;
    ensure!(dismissed.state() == AppealState::Dismissed);
    refused(scene.osce.file_appeal(ask::appeal(&stays)).await, Code::AlreadyExists, "ALREADY_EXISTS");
    let read = scene.osce.get_application(ask::application(&stays)).await?;
    ensure!(read.state() == ApplicationState::Refused && figures(&scene).await? == (1, 1));
    let early = scene.bring("osce-odihr", Reach::Draft).await?.name;
    refused(scene.osce.file_appeal(ask::appeal(&early)).await, Code::FailedPrecondition, "NOTHING_TO_APPEAL");
    Ok(())
}

/// An open appeal keeps all personal data of its election. The retention is 90 days after the results or the last
/// decision of an appeal.
#[tokio::test]
async fn the_service_erases_nothing_before_the_retention_after_the_last_appeal() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let (name, other) =
        (scene.refused_application(scene.someone()).await?, scene.bring("cis", Reach::Presented).await?.name);
    let filed = scene.osce.file_appeal(ask::appeal(&name)).await?;
    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    scene.world.clock().set(at("2019-09-15T06:00:00Z")).await?;
    // A legal hold is refused after an erasure. That it is accepted shows that nothing was erased.
    let create_hold = || scene.registrar.create_legal_hold(ask::hold(&other));
    let hold = create_hold().await?.name;
    scene.registrar.release_legal_hold(ask::release(&hold)).await?;
    let second = scene.world.actor(CEC, "reviewer-2");
    let person = scene.osce.get_application(ask::application(&name)).await?.person;
    ensure!(person.is_some_and(|person| !person.family_name.is_empty()), "an open appeal must keep personal data");
    second.decide_appeal(ask::decide_appeal(&filed.name, AppealOutcome::Dismiss)).await?;
    let election = scene.registrar.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    let end = election.retention_end_time.context("no end of the retention")?.seconds;
    ensure!(end >= at("2019-12-14T06:00:00Z").as_second(), "the retention must end 90 days after the decision");

    scene.world.clock().set(at("2019-12-13T06:00:00Z")).await?;
    let hold = create_hold().await?.name;
    scene.registrar.release_legal_hold(ask::release(&hold)).await?;
    scene.world.clock().set(at("2019-12-15T06:00:00Z")).await?;
    eventually("the texts of the appeal are erased", || async {
        let read = scene.osce.get_appeal(ask::get_appeal(&filed.name)).await?;
        ensure!(read.state() == AppealState::Dismissed, "the decision must stay");
        Ok((read.text.is_empty() && read.decision_text.is_empty()).then_some(()))
    })
    .await?;
    refused(scene.osce.file_appeal(ask::appeal(&name)).await, Code::FailedPrecondition, "ERASED");
    Ok(())
}
