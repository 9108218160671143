//! Appeals: what was decided against a delegation is looked at again, by people who took no part in it.

use anyhow::{Context, ensure};
use client::Code;
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1::{self, AccreditationState, AppealOutcome, AppealState, ApplicationState, PrincipalKind, ProposalKind};

use super::DATABASE;

/// Somebody of `osce-odihr` whose accreditation was revoked, as the first reviewer proposed.
async fn revoked(scene: &Scene) -> anyhow::Result<v1::Accreditation> {
    let name = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    scene.decide(vec![name.clone()]).await?;
    let issued = scene.osce.get_application(ask::application(&name)).await?.accreditation;
    let proposed = scene.reviewer.propose_change(ask::revoke(&issued)).await?.name;
    let draft = scene.decree_over_proposals(vec![proposed]).await?;
    scene.adopter.adopt_decree(ask::adopt(&draft)).await?;
    Ok(scene.osce.get_accreditation(ask::accreditation(&issued)).await?)
}

/// How many are accredited and refused, now.
async fn figures(scene: &Scene) -> anyhow::Result<(i64, i64)> {
    let report = scene.auditor.get_report(ask::report()).await?;
    let row = report.rows.first().context("a row")?;
    Ok((row.accredited, row.refused))
}

#[tokio::test]
async fn scenario_27_a_reinstated_person_keeps_the_number_and_gets_a_new_badge() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let other_adopter = scene.add_second_adopter().await?;
    let ended = revoked(&scene).await?;
    let old = ended.badge.context("a badge")?;
    ensure!(figures(&scene).await? == (0, 0));

    let filed = scene.osce.file_appeal(ask::appeal(&ended.application)).await?;
    ensure!(filed.state() == AppealState::Open && filed.accreditation == ended.name, "{filed:?}");
    ensure!(filed.decree == ended.end_decree);
    let twice = scene.osce.file_appeal(ask::appeal(&ended.application)).await;
    refused(twice, Code::AlreadyExists, "ALREADY_EXISTS");

    // Whoever proposed the end, or adopted it with whichever certificate, does not decide on it.
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
    let told = scene.osce.get_appeal(ask::get_appeal(&filed.name)).await?;
    ensure!(told.decided_by.is_empty() && told.decision_text == upheld.decision_text, "{told:?}");
    ensure!(scene.osce.get_accreditation(ask::accreditation(&ended.name)).await? == ended, "not before a decree");

    // What was upheld waits for a decree, and nobody gives it up.
    let proposals = scene.auditor.all_proposals(ask::all_proposals()).await?;
    let reinstate = proposals.last().context("a proposal")?;
    ensure!(reinstate.kind() == ProposalKind::Reinstate && reinstate.proposed_by == upheld.decided_by, "{reinstate:?}");
    let given_up = other_adopter.withdraw_proposal(ask::withdraw_proposal(&reinstate.name)).await;
    refused(given_up, Code::InvalidArgument, "INVALID_REQUEST");
    let draft = scene.decree_over_proposals(vec![reinstate.name.clone()]).await?;
    let decree = other_adopter.adopt_decree(ask::adopt(&draft)).await?;
    ensure!((decree.reinstated_count, decree.revoked_count) == (1, 0), "{decree:?}");

    for reader in [&scene.osce, &scene.officer, &scene.auditor] {
        let back = reader.get_accreditation(ask::accreditation(&ended.name)).await?;
        let badge = back.badge.context("a badge")?;
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
    // The next person's badge goes on from there: no serial is given twice.
    let next = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    scene.decide(vec![next.clone()]).await?;
    let next = scene.osce.get_application(ask::application(&next)).await?.accreditation;
    let next = scene.osce.get_accreditation(ask::accreditation(&next)).await?;
    ensure!(next.name.ends_with("/2") && next.badge.is_some_and(|badge| badge.serial == old.serial + 2));
    Ok(())
}

#[tokio::test]
async fn other_people_decide_an_appeal_against_a_refusal_and_the_reopened_application() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let other_adopter = scene.add_second_adopter().await?;
    let name = scene.refused_application(scene.someone()).await?;
    ensure!(figures(&scene).await? == (0, 1));
    let first = scene.osce.get_application(ask::application(&name)).await?.decree;
    let signed = scene.english_list_of_decree(&scene.officer, &first).await?;
    ensure!(signed.contains("The organization did not nominate the person."), "{signed}");
    // Another delegation neither files nor reads.
    let stranger = scene.cis.file_appeal(ask::appeal(&name)).await;
    refused(stranger, Code::NotFound, "NOT_FOUND");
    let filed = scene.osce.file_appeal(ask::appeal(&name)).await?;
    ensure!(filed.accreditation.is_empty() && filed.application == name);
    refused(scene.cis.get_appeal(ask::get_appeal(&filed.name)).await, Code::NotFound, "NOT_FOUND");
    ensure!(scene.cis.all_appeals(ask::all_appeals()).await?.is_empty());
    for reader in [&scene.osce, &scene.officer, &scene.reviewer, &scene.adopter, &scene.auditor] {
        ensure!(reader.all_appeals(ask::all_appeals()).await?.len() == 1);
    }
    let hers = scene.reviewer.decide_appeal(ask::decide_appeal(&filed.name, AppealOutcome::Dismiss)).await;
    refused(hers, Code::PermissionDenied, "FOUR_EYES");

    let second = scene.world.actor(CEC, "reviewer-2");
    second.decide_appeal(ask::decide_appeal(&filed.name, AppealOutcome::Uphold)).await?;
    let reopened = second.get_application(ask::application(&name)).await?;
    ensure!(reopened.state() == ApplicationState::InReview && reopened.reviewer.ends_with("/reviewer-2"));
    ensure!(figures(&scene).await? == (0, 0), "it is no longer refused, and not accredited");
    let screened = eventually("it is checked again", || async {
        let read = second.get_application(ask::application(&name)).await?;
        Ok((!read.etag.is_empty()).then_some(read))
    });
    let recommended = second.recommend_application(ask::recommend(&screened.await?)).await?;
    ensure!(recommended.state() == ApplicationState::Recommended);
    ensure!(
        scene.english_list_of_decree(&scene.officer, &first).await? == signed,
        "the list of the refusal says what was signed"
    );
    // Whoever adopted the refusal does not adopt what follows.
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

    // An appeal that is dismissed changes nothing, and the decision is not appealed again.
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

/// An appeal that is open keeps everything of its election; the retention is counted from its decision if that was last.
#[tokio::test]
async fn the_service_erases_nothing_before_the_retention_after_the_last_appeal() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let (name, other) =
        (scene.refused_application(scene.someone()).await?, scene.bring("cis", Reach::Presented).await?.name);
    let filed = scene.osce.file_appeal(ask::appeal(&name)).await?;
    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    scene.world.clock().set(at("2019-09-15T06:00:00Z")).await?;
    // Had it been time, this hold would come too late: the refusal shows that something was erased.
    let kept = || scene.registrar.create_legal_hold(ask::hold(&other));
    let hold = kept().await?.name;
    scene.registrar.release_legal_hold(ask::release(&hold)).await?;
    let second = scene.world.actor(CEC, "reviewer-2");
    let person = scene.osce.get_application(ask::application(&name)).await?.person;
    ensure!(person.is_some_and(|person| !person.family_name.is_empty()), "an open appeal keeps it");
    second.decide_appeal(ask::decide_appeal(&filed.name, AppealOutcome::Dismiss)).await?;
    let election = scene.registrar.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    let end = election.retention_end_time.context("an end")?.seconds;
    ensure!(end >= at("2019-12-14T06:00:00Z").as_second(), "90 days from the decision");

    scene.world.clock().set(at("2019-12-13T06:00:00Z")).await?;
    let hold = kept().await?.name;
    scene.registrar.release_legal_hold(ask::release(&hold)).await?;
    scene.world.clock().set(at("2019-12-15T06:00:00Z")).await?;
    eventually("its texts are gone", || async {
        let read = scene.osce.get_appeal(ask::get_appeal(&filed.name)).await?;
        ensure!(read.state() == AppealState::Dismissed, "that it was decided stays");
        Ok((read.text.is_empty() && read.decision_text.is_empty()).then_some(()))
    })
    .await?;
    refused(scene.osce.file_appeal(ask::appeal(&name)).await, Code::FailedPrecondition, "ERASED");
    Ok(())
}
