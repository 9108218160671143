//! A delegation replaces an accredited person by a new application.
//!
//! The decree that accredits the new person ends the old accreditation, and its badge is void from that moment. An
//! accreditation has one replacement at a time. Scenario 8.

use std::time::Duration;

use anyhow::{Context, ensure};
use client::{Client, Code};
use rehearsal::calls::request_id;
use rehearsal::world::VOTING_DAY;
use stories::{Reach, Scene, ask, refused};
use tokio::time::timeout;
use wire::v1::visit::Place;
use wire::v1::{self, AccreditationState, Category};

use super::DATABASE;

/// How long an event may take to arrive, on a busy machine.
const EVENT_TIMEOUT: Duration = Duration::from_secs(20);

/// An application for a new long-term observer. `replaces` names the accreditation to replace, or is empty.
fn long_term(scene: &Scene, replaces: &str) -> v1::Application {
    let category = Category::LongTermObserver.into();
    v1::Application { category, replaces: replaces.to_owned(), ..scene.someone() }
}

/// Accredits a new long-term observer of `osce-odihr`. `replaces` is as in [`long_term`].
async fn accredit_long_term(scene: &Scene, replaces: &str) -> anyhow::Result<v1::Accreditation> {
    let name = scene.bring_as("osce-odihr", long_term(scene, replaces), Reach::Recommended).await?.name;
    scene.decide(vec![name.clone()]).await?;
    let accreditation = scene.osce.get_application(ask::application(&name)).await?.accreditation;
    read(&scene.osce, &accreditation).await
}

async fn read(reader: &Client, name: &str) -> anyhow::Result<v1::Accreditation> {
    Ok(reader.get_accreditation(ask::accreditation(name)).await?)
}

/// Waits for the event by which a reader learns that a decree changed an accreditation.
async fn wait_for_adoption_event(reader: &Client, accreditation: &str) -> anyhow::Result<()> {
    let mut watch = reader.watch(&ask::election(), Vec::new());
    loop {
        let event = timeout(EVENT_TIMEOUT, watch.next(|_| ()))
            .await
            .context("no event within the timeout")??
            .event
            .context("an event")?;
        if event.subject == accreditation && event.action == "DecreeService/AdoptDecree" {
            return Ok(());
        }
    }
}

/// Writes a deployment plan with one team, which consists of that observer.
async fn plan(scene: &Scene, observer: &str) -> anyhow::Result<v1::DeploymentPlan> {
    let visit = v1::Visit {
        place: Some(Place::Region("KZ-75".to_owned())),
        start_date: "2019-06-07".to_owned(),
        end_date: "2019-06-10".to_owned(),
    };
    let team = v1::Team {
        number: 1,
        observers: vec![observer.to_owned()],
        reason: "One at headquarters.".to_owned(),
        visits: vec![visit],
        ..Default::default()
    };
    let name = format!("{}/deploymentPlan", ask::mission("osce-odihr"));
    let plan = Some(v1::DeploymentPlan { teams: vec![team], ..Default::default() });
    let request = v1::UpdateDeploymentPlanRequest { request_id: request_id(), name, etag: String::new(), plan };
    Ok(scene.osce.update_deployment_plan(request).await?)
}

/// Two valid badges for one place would let both people observe.
#[tokio::test]
async fn scenario_08_a_delegation_replaces_a_long_term_observer_and_the_old_badge_is_void() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let old = accredit_long_term(&scene, "").await?;
    ensure!(plan(&scene, &old.application).await?.problems.is_empty());
    let draft = scene.bring_as("osce-odihr", long_term(&scene, &old.name), Reach::Draft).await?;
    ensure!(draft.replaces == old.name);
    // The delegation reads the link on the old accreditation too. Others do not, because they do not see the draft.
    ensure!(read(&scene.osce, &old.name).await?.replaced_by == draft.name);
    for reader in [&scene.officer, &scene.reviewer] {
        ensure!(read(reader, &old.name).await?.replaced_by.is_empty());
    }
    scene.osce.submit_application(ask::submit(&draft.name)).await?;
    scene.officer.create_presentation(ask::present("12-3/800", vec![draft.name.clone()])).await?;
    let claimed = scene.reviewer.claim_application(ask::claim(&draft.name)).await?;
    ensure!(claimed.replaces == old.name && claimed.findings.is_empty(), "{:?}", claimed.findings);
    scene.reviewer.recommend_application(ask::recommend(&claimed)).await?;
    ensure!(
        read(&scene.osce, &old.name).await?.state() == AccreditationState::Active,
        "the old accreditation must be active until the decree"
    );
    scene.decide(vec![draft.name.clone()]).await?;

    for reader in [&scene.osce, &scene.officer, &scene.reviewer] {
        let replaced = read(reader, &old.name).await?;
        ensure!(replaced.state() == AccreditationState::Replaced && replaced.replaced_by == draft.name);
        ensure!(replaced.end_note_number == "12-3/800");
        let application = reader.get_application(ask::application(&draft.name)).await?;
        ensure!(application.replaces == old.name);
        let new = read(reader, &application.accreditation).await?;
        ensure!(new.state() == AccreditationState::Active && new.name != old.name && new.replaced_by.is_empty());
        // One accreditation ends at the moment at which the other begins.
        ensure!(replaced.state_time == new.accredit_time);
        let (void, badge) = (replaced.badge.context("a badge")?, new.badge.context("a badge")?);
        ensure!(void.state() == v1::BadgeState::Void && void.void_time == new.accredit_time);
        ensure!(badge.state() == v1::BadgeState::Active && badge.serial != void.serial);
        wait_for_adoption_event(reader, &old.name).await?;
    }
    // The plan still names the replaced person, and lists that as a problem.
    let name = format!("{}/deploymentPlan", ask::mission("osce-odihr"));
    let plan = scene.reviewer.get_deployment_plan(v1::GetDeploymentPlanRequest { name }).await?;
    let problems: Vec<_> = plan.problems.iter().map(|one| (&*one.field, &*one.description)).collect();
    ensure!(problems == [("plan.teams[0].observers[0]", &*format!("{} is REPLACED", old.name))], "{problems:?}");
    // A replaced person cannot be replaced again. Their replacement can.
    let again = ask::file(&ask::mission("osce-odihr"), long_term(&scene, &old.name));
    refused(scene.osce.create_application(again).await, Code::InvalidArgument, "INVALID_REQUEST");
    let next = scene.osce.get_application(ask::application(&draft.name)).await?.accreditation;
    scene.bring_as("osce-odihr", long_term(&scene, &next), Reach::Draft).await?;
    Ok(())
}

/// Two replacements of one person, or one of another category, would get around quotas and cutoffs.
#[tokio::test]
async fn an_accreditation_has_at_most_one_replacement_of_its_organization_and_category() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let old = accredit_long_term(&scene, "").await?;
    let file = |organization: &str, application| ask::file(&ask::mission(organization), application);
    let other = scene.cis.create_application(file("cis", long_term(&scene, &old.name))).await;
    refused(other, Code::NotFound, "NOT_FOUND");
    let category = v1::Application { replaces: old.name.clone(), ..scene.someone() };
    let category = scene.osce.create_application(file("osce-odihr", category)).await;
    let category = refused(category, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(category.violations()[0].field == "application.replaces");

    let at_once = (0..4).map(|_| scene.osce.create_application(file("osce-odihr", long_term(&scene, &old.name))));
    let (mut filed, late): (Vec<_>, Vec<_>) =
        futures_util::future::join_all(at_once).await.into_iter().partition(Result::is_ok);
    ensure!(filed.len() == 1 && late.len() == 3);
    for answer in late {
        refused(answer, Code::AlreadyExists, "ALREADY_EXISTS");
    }
    // A draft can give up the replacement, and another can take it. A submitted application cannot give it up.
    let draft = filed.remove(0)?;
    let content = v1::Application { replaces: String::new(), ..draft.clone() };
    let without = scene.osce.update_application(ask::update(&draft, content.clone())).await?;
    ensure!(without.replaces.is_empty());
    let taken = scene.bring_as("osce-odihr", long_term(&scene, &old.name), Reach::Submitted).await?;
    let back = v1::Application { replaces: old.name.clone(), ..content };
    let back = scene.osce.update_application(ask::update(&without, back)).await;
    refused(back, Code::AlreadyExists, "ALREADY_EXISTS");
    let returned = scene.officer.return_application(ask::give_back(&taken)).await?;
    let without_link = v1::Application { replaces: String::new(), ..taken.clone() };
    let kept = scene.osce.update_application(ask::update(&returned, without_link.clone())).await?;
    ensure!(kept.replaces == old.name);
    let driver = v1::Application { category: Category::Driver.into(), ..without_link };
    let driver = scene.osce.update_application(ask::update(&kept, driver)).await;
    refused(driver, Code::InvalidArgument, "INVALID_REQUEST");
    // A withdrawn application gives up the replacement as well.
    scene.osce.withdraw_application(ask::withdraw(&taken.name)).await?;
    ensure!(read(&scene.osce, &old.name).await?.replaced_by.is_empty());
    scene.bring_as("osce-odihr", long_term(&scene, &old.name), Reach::Draft).await?;
    Ok(())
}

/// The record of how and under which note it ended must not change later.
#[tokio::test]
async fn a_withdrawn_accreditation_stays_withdrawn_when_it_is_replaced() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let old = accredit_long_term(&scene, "").await?;
    let withdrawn = scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&old.name)).await?;
    let new = accredit_long_term(&scene, &old.name).await?;
    let after = read(&scene.reviewer, &old.name).await?;
    ensure!(after.state() == AccreditationState::WithdrawnBySender && after.replaced_by == new.application);
    ensure!(after.end_note_number == withdrawn.end_note_number && after.badge == withdrawn.badge);
    Ok(())
}

/// Where quotas are binding, a replacement uses the place of the replaced person. Otherwise nobody could be replaced
/// while a quota is full.
#[tokio::test]
async fn a_replacement_does_not_use_a_second_place_of_the_quota() -> anyhow::Result<()> {
    const CODE: &str = "kz-binding-2019";
    let scene = Scene::on(DATABASE).await?;
    let known = scene.registrar.get_election(v1::GetElectionRequest { name: ask::election() }).await?;
    let election = Some(v1::Election { rule_pack: "kz-2".to_owned(), ..known });
    let create = v1::CreateElectionRequest { request_id: request_id(), election_id: CODE.to_owned(), election };
    let parent = scene.registrar.create_election(create).await?.name;
    let open = v1::OpenElectionRequest { request_id: request_id(), name: parent.clone() };
    scene.registrar.open_election(open).await?;
    let quotas = vec![v1::Quota { category: Category::LongTermObserver.into(), limit: 1 }];
    let invite = v1::CreateInvitationRequest {
        request_id: request_id(),
        parent: parent.clone(),
        organization_id: "osce-odihr".to_owned(),
        invitation: Some(v1::Invitation { quotas, ..Default::default() }),
    };
    scene.officer.create_invitation(invite).await?;
    scene.world.accept_invitation(CODE, "osce-odihr").await?;
    scene.world.announce_mission(CODE, "osce-odihr", VOTING_DAY).await?;
    let mission = format!("{parent}/missions/osce-odihr");
    let file = async |replaces: &str| {
        let draft = scene.osce.create_application(ask::file(&mission, long_term(&scene, replaces))).await?;
        scene.upload(&scene.osce, &draft).await?;
        anyhow::Ok(draft.name)
    };
    let first = file("").await?;
    scene.osce.submit_application(ask::submit(&first)).await?;
    let present = ask::present("12-3/900", vec![first.clone()]);
    scene.officer.create_presentation(v1::CreatePresentationRequest { parent: parent.clone(), ..present }).await?;
    let claimed = scene.reviewer.claim_application(ask::claim(&first)).await?;
    scene.reviewer.recommend_application(ask::recommend(&claimed)).await?;
    let decree = v1::CreateDecreeRequest { parent: parent.clone(), ..ask::draft_decree("1") };
    let decree = scene.adopter.create_decree(decree).await?;
    let decree = scene.adopter.add_decree_items(ask::list_in(&decree.name, vec![first.clone()])).await?;
    scene.adopter.adopt_decree(ask::adopt(&decree)).await?;
    let accreditation = scene.osce.get_application(ask::application(&first)).await?.accreditation;

    let (second, replacement) = (file("").await?, file(&accreditation).await?);
    refused(scene.osce.submit_application(ask::submit(&second)).await, Code::FailedPrecondition, "QUOTA_EXCEEDED");
    scene.osce.submit_application(ask::submit(&replacement)).await?;
    refused(scene.osce.submit_application(ask::submit(&second)).await, Code::FailedPrecondition, "QUOTA_EXCEEDED");
    Ok(())
}
