//! The commission revokes an accreditation, or annuls one that was issued in error.
//!
//! One person proposes it and another adopts the decree. The badge is void, and everyone concerned gets an event. An
//! annulment is never shown as misconduct. Scenarios 22 and 23.

use std::time::Duration;

use anyhow::{Context, ensure};
use client::{Client, Code};
use rehearsal::world::CEC;
use stories::{Reach, Scene, ask, at, eventually, refused};
use tokio::time::timeout;
use wire::json::{ReflectMessage, to_json};
use wire::v1::{self, AccreditationState, PrincipalKind, ProposalState};

use super::DATABASE;

/// How long an event may take to arrive, on a busy machine.
const EVENT_TIMEOUT: Duration = Duration::from_secs(20);

/// Accredits this number of people of `osce-odihr` by one decree.
async fn accredit(scene: &Scene, count: usize) -> anyhow::Result<Vec<v1::Accreditation>> {
    let list = scene.recommend_many("osce-odihr", count).await?;
    scene.decide(list).await?;
    Ok(scene.auditor.all_accreditations(ask::all_accreditations()).await?)
}

async fn read(reader: &Client, name: &str) -> anyhow::Result<v1::Accreditation> {
    Ok(reader.get_accreditation(ask::accreditation(name)).await?)
}

/// The events that a reader gets, up to an action on a subject.
async fn events_until(reader: &Client, action: &str, subject: &str) -> anyhow::Result<Vec<v1::Event>> {
    let mut watch = reader.watch(&ask::election(), Vec::new());
    let mut events = Vec::new();
    loop {
        let response = timeout(EVENT_TIMEOUT, watch.next(|_| ())).await.context("no event within the timeout")??;
        let event = response.event.context("no event in the response")?;
        let last = event.action == action && event.subject == subject;
        events.push(event);
        if last {
            return Ok(events);
        }
    }
}

/// Checks that a message has no word of misconduct or revocation.
fn check_blameless(message: &impl ReflectMessage) -> anyhow::Result<()> {
    let text = to_json(message).to_string().to_lowercase();
    ensure!(!text.contains("revo") && !text.contains("misconduct"), "{text}");
    Ok(())
}

/// An annulment corrects an error of the commission. The person has done nothing wrong, and no text may suggest it.
#[tokio::test]
async fn scenario_23_the_service_never_shows_an_annulment_as_misconduct() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let issued = accredit(&scene, 1).await?.remove(0);
    let proposed = scene.reviewer.propose_change(ask::annul(&issued.name)).await?;
    ensure!(proposed.state() == ProposalState::Open && proposed.proposed_by.ends_with("/reviewer-1"), "{proposed:?}");
    ensure!(read(&scene.auditor, &issued.name).await? == issued, "a proposal alone must change nothing");

    // The person who proposed it cannot adopt it with another certificate: it needs two people.
    let second = scene.world.add_principal(CEC, "adopter-b", PrincipalKind::Person, "cec.reviewer-1", &["cec.adopter"]);
    drop(second.await?);
    let same_human = scene.world.actor(CEC, "adopter-b");
    let draft = scene.decree_over_proposals(vec![proposed.name.clone()]).await?;
    for validate_only in [true, false] {
        let alone = same_human.adopt_decree(v1::AdoptDecreeRequest { validate_only, ..ask::adopt(&draft) }).await;
        let alone = refused(alone, Code::PermissionDenied, "FOUR_EYES");
        ensure!(alone.violations().iter().map(|one| &*one.field).eq(["proposals[0]"]), "{alone:?}");
    }
    let decree = scene.adopter.adopt_decree(ask::adopt(&draft)).await?;
    ensure!((decree.annulled_count, decree.revoked_count, decree.accredited_count) == (1, 0, 0), "{decree:?}");

    for reader in [&scene.osce, &scene.officer, &scene.reviewer, &scene.adopter, &scene.registrar, &scene.auditor] {
        let ended = read(reader, &issued.name).await?;
        ensure!(ended.state() == AccreditationState::Annulled && ended.end_decree == decree.name);
        ensure!(ended.end_reason == "The accreditation was issued in error." && ended.end_ground.is_empty());
        ensure!(ended.badge.is_some_and(|badge| badge.state() == v1::BadgeState::Void));
        check_blameless(&ended)?;
        check_blameless(&reader.get_report(ask::report()).await?)?;
        check_blameless(&reader.get_totals(ask::totals()).await?)?;
    }
    for reader in [&scene.osce, &scene.officer, &scene.reviewer] {
        let events = events_until(reader, "DecreeService/AdoptDecree", &issued.name).await?;
        let last = events.last().context("no event in the response")?;
        ensure!(last.accreditation_state() == AccreditationState::Annulled, "{last:?}");
        events.iter().try_for_each(check_blameless)?;
    }
    for reader in [&scene.officer, &scene.reviewer, &scene.auditor] {
        check_blameless(&reader.get_proposal(ask::proposal(&proposed.name)).await?)?;
        check_blameless(&reader.get_decree(ask::decree(&decree.name)).await?)?;
        let list = scene.english_list_of_decree(reader, &decree.name).await?;
        ensure!(list.contains("issued in error") && !list.to_lowercase().contains("revo"), "{list}");
    }
    // The application stays accredited. The report no longer counts the person.
    let application = scene.osce.get_application(ask::application(&issued.application)).await?;
    ensure!(application.state() == v1::ApplicationState::Accredited);
    let report = scene.auditor.get_report(ask::report()).await?;
    ensure!(report.rows[0].accredited == 0, "{report:?}");
    Ok(())
}

/// The delegation and the ministry must learn of it at once, but not who proposed it.
#[tokio::test]
async fn scenario_22_everyone_concerned_gets_the_events_of_a_revocation_in_order() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let issued = accredit(&scene, 3).await?;
    let mut proposals = Vec::new();
    for one in &issued[..2] {
        proposals.push(scene.reviewer.propose_change(ask::revoke(&one.name)).await?.name);
    }
    let draft = scene.decree_over_proposals(proposals.clone()).await?;
    ensure!(draft.proposals == proposals && draft.applications.is_empty());
    let decree = scene.adopter.adopt_decree(ask::adopt(&draft)).await?;
    ensure!((decree.revoked_count, decree.annulled_count) == (2, 0), "{decree:?}");

    let expected = ask::revoke(&issued[0].name);
    for reader in [&scene.osce, &scene.officer, &scene.reviewer, &scene.auditor] {
        for one in &issued[..2] {
            let ended = read(reader, &one.name).await?;
            ensure!(ended.state() == AccreditationState::Revoked && ended.end_decree == decree.name);
            ensure!((&ended.end_ground, &ended.end_reason) == (&expected.ground, &expected.text));
            let badge = ended.badge.context("no badge")?;
            ensure!(badge.state() == v1::BadgeState::Void && badge.void_time == ended.state_time);
        }
        ensure!(read(reader, &issued[2].name).await?.state() == AccreditationState::Active);
        let events = events_until(reader, "DecreeService/AdoptDecree", &issued[1].name).await?;
        let ends = events.iter().filter(|event| event.accreditation_state() == AccreditationState::Revoked);
        ensure!(ends.map(|event| &event.subject).eq([&issued[0].name, &issued[1].name]), "{events:?}");
    }
    // The delegation gets the ends of its accreditations, but neither the proposals nor who made them.
    let events = events_until(&scene.osce, "DecreeService/AdoptDecree", &issued[1].name).await?;
    ensure!(!events.iter().any(|event| event.subject.contains("/proposals/") || event.actor.contains("/cec/")));
    let hidden = scene.osce.get_proposal(ask::proposal(&proposals[0])).await;
    refused(hidden, Code::PermissionDenied, "ROLE_REQUIRED");
    refused(scene.cis.get_accreditation(ask::accreditation(&issued[0].name)).await, Code::NotFound, "NOT_FOUND");
    // An accreditation ends once. The error of a late withdrawal names how it ended.
    let late = scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&issued[0].name)).await;
    let late = refused(late, Code::FailedPrecondition, "ACCREDITATION_ENDED");
    ensure!(late.metadata()["state"] == "REVOKED");
    let again = scene.reviewer.propose_change(ask::annul(&issued[0].name)).await;
    refused(again, Code::FailedPrecondition, "ACCREDITATION_ENDED");
    let totals = scene.auditor.get_totals(ask::totals()).await?;
    ensure!((totals.accredited, totals.organizations.iter().map(|row| row.ended).sum::<i64>()) == (3, 2), "{totals:?}");

    let list = scene.english_list_of_decree(&scene.officer, &decree.name).await?;
    ensure!(list.matches("Accreditation to be revoked").count() == 2, "{list}");
    let ground_and_text = format!("Conducting election campaigning or taking part in it. {}", expected.text);
    ensure!(list.contains(&ground_and_text), "{list}");
    let paper = ask::decree_list(&decree.name, v1::Language::Kk, v1::ListFormat::Pdf);
    ensure!(scene.officer.render_decree_list(paper).await?.content.starts_with(b"%PDF"));
    Ok(())
}

/// The decree would otherwise end an accreditation twice. An adopter can remove the proposal and continue.
#[tokio::test]
async fn a_proposal_for_an_ended_accreditation_blocks_its_decree_until_it_is_removed() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let issued = accredit(&scene, 2).await?;
    let propose = |name: &str| scene.reviewer.propose_change(ask::revoke(name));
    let (first, second) = (propose(&issued[0].name).await?, propose(&issued[1].name).await?);
    let twice = refused(propose(&issued[0].name).await, Code::AlreadyExists, "ALREADY_EXISTS");
    ensure!(twice.to_string().contains(&first.name), "{twice}");
    let ground = v1::ProposeChangeRequest { ground: "bad-hair".to_owned(), ..ask::revoke(&issued[0].name) };
    let other = scene.world.actor(CEC, "reviewer-2");
    let not_own = other.withdraw_proposal(ask::withdraw_proposal(&first.name)).await;
    refused(not_own, Code::PermissionDenied, "ROLE_REQUIRED");

    // The decree also lists a person to accredit. Meanwhile the delegation withdraws one of the two accreditations.
    let someone = scene.bring("osce-odihr", Reach::Recommended).await?;
    let draft = scene.decree_over_proposals(vec![first.name.clone(), second.name.clone()]).await?;
    let draft = scene.adopter.add_decree_items(ask::list_in(&draft.name, vec![someone.name.clone()])).await?;
    scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&issued[1].name)).await?;
    for validate_only in [true, false] {
        let request = v1::AdoptDecreeRequest { validate_only, ..ask::adopt(&draft) };
        let blocked = refused(scene.adopter.adopt_decree(request).await, Code::FailedPrecondition, "ITEMS_NOT_READY");
        ensure!(blocked.violations().iter().map(|one| &*one.field).eq(["proposals[1]"]), "{blocked:?}");
    }
    ensure!(
        read(&scene.osce, &issued[0].name).await?.state() == AccreditationState::Active,
        "a blocked decree must change nothing"
    );
    let request = v1::RemoveDecreeItemsRequest {
        proposals: vec![second.name.clone()],
        ..ask::take_out_of(&draft.name, Vec::new())
    };
    let corrected = scene.adopter.remove_decree_items(request).await?;
    let decree = scene.adopter.adopt_decree(ask::adopt(&corrected)).await?;
    ensure!((decree.accredited_count, decree.revoked_count) == (1, 1), "{decree:?}");

    // An adopter sends back the proposal that was removed, once. No proposal is open then.
    let sent_back = scene.adopter.withdraw_proposal(ask::withdraw_proposal(&second.name)).await?;
    ensure!(sent_back.state() == ProposalState::Withdrawn && !sent_back.withdraw_reason.is_empty());
    for name in [&first.name, &second.name] {
        let again = scene.adopter.withdraw_proposal(ask::withdraw_proposal(name)).await;
        refused(again, Code::FailedPrecondition, "PROPOSAL_CLOSED");
    }
    let names = |list: Vec<v1::Proposal>| list.into_iter().map(|one| one.name).collect::<Vec<_>>();
    let all = names(scene.auditor.all_proposals(ask::all_proposals()).await?);
    ensure!(all == [first.name.clone(), second.name.clone()], "{all:?}");
    let carried_out = names(scene.officer.all_proposals(ask::all_proposals()).await?);
    ensure!(
        carried_out == [first.name.clone()],
        "the ministry must see only the proposal that was carried out: {carried_out:?}"
    );

    // An unknown ground is refused, with the list of known ones.
    let third = scene.osce.get_application(ask::application(&someone.name)).await?.accreditation;
    let unknown = scene.reviewer.propose_change(v1::ProposeChangeRequest { name: third, ..ground }).await;
    let unknown = refused(unknown, Code::InvalidArgument, "UNKNOWN_GROUND");
    ensure!(unknown.violations()[0].field == "ground" && unknown.metadata()["grounds"].contains("campaigning"));
    ensure!(unknown.to_string().contains("campaigning (Conducting election campaigning"), "{unknown}");
    Ok(())
}

/// Six concurrent decrees list the same proposal, as from two adopters or two servers. One of them carries it out.
#[tokio::test]
async fn concurrent_adoptions_carry_out_a_proposal_once() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let issued = accredit(&scene, 1).await?.remove(0);
    let proposed = scene.reviewer.propose_change(ask::revoke(&issued.name)).await?.name;
    let mut drafts = Vec::new();
    for _ in 0..6 {
        drafts.push(scene.decree_over_proposals(vec![proposed.clone()]).await?);
    }
    let adopt = |draft| scene.adopter.adopt_decree(ask::adopt(draft));
    let answers = futures_util::future::join_all(drafts.iter().map(adopt)).await;
    let (adopted, late): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    ensure!(adopted.len() == 1 && late.len() == 5);
    for answer in late {
        refused(answer, Code::FailedPrecondition, "ITEMS_NOT_READY");
    }
    Ok(())
}

/// The reason of a revocation is personal data. It is erased with the rest, in every place where it is stored.
#[tokio::test]
async fn the_service_erases_the_texts_of_proposals_after_the_retention() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let issued = accredit(&scene, 2).await?;
    let withdrawn = scene.reviewer.propose_change(ask::annul(&issued[1].name)).await?.name;
    scene.reviewer.withdraw_proposal(ask::withdraw_proposal(&withdrawn)).await?;
    let proposed = scene.reviewer.propose_change(ask::revoke(&issued[0].name)).await?.name;
    let draft = scene.decree_over_proposals(vec![proposed.clone()]).await?;
    scene.adopter.adopt_decree(ask::adopt(&draft)).await?;
    let applications = scene.osce.all_applications(ask::all_applications()).await?;
    let passport = applications.iter().find(|one| one.name == issued[0].application).and_then(|one| one.person.clone());
    let passport = passport.and_then(|person| person.passport).context("no passport")?;
    let export = scene.registrar.export_subject(ask::export(&passport)).await?;
    let text = export.records.first().context("no record")?.proposals.first().context("no proposal")?.text.clone();
    ensure!(text == ask::revoke("").text, "the export must contain the text, not {text}");

    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    scene.world.clock().set(at("2019-09-15T06:00:00Z")).await?;
    eventually("the texts are erased", || async {
        let left = scene.auditor.all_proposals(ask::all_proposals()).await?;
        let empty = left.iter().all(|one| one.text.is_empty() && one.withdraw_reason.is_empty());
        let accreditation = read(&scene.osce, &issued[0].name).await?;
        let stays = accreditation.state() == AccreditationState::Revoked && accreditation.end_ground == "campaigning";
        ensure!(left.len() == 2 && stays, "the proposals, the state and the ground must stay");
        Ok((empty && accreditation.end_reason.is_empty()).then_some(()))
    })
    .await?;
    let late = scene.reviewer.propose_change(ask::revoke(&issued[1].name)).await;
    refused(late, Code::FailedPrecondition, "ERASED");
    Ok(())
}
