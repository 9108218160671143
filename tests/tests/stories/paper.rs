//! An organization may file on paper, with a note that the commission receives.
//!
//! A registrar enters the note for the organization. The application is marked as paper, and the time of receipt
//! decides whether it is in time. A person who entered any part of it can neither review nor adopt it. No acceptance
//! scenario.

use std::collections::BTreeSet;

use anyhow::ensure;
use client::{Client, Code};
use rehearsal::calls::request_id;
use rehearsal::filing;
use rehearsal::world::{CEC, ELECTION};
use stories::{Reach, Scene, ask, at, eventually, refused, timestamp};
use wire::v1::{self, ApplicationState, OrganizationKind, PrincipalKind};

use super::DATABASE;

/// Half an hour before the submission cutoff: the note is in time.
const RECEIVED: &str = "2019-06-03T11:30:00Z";
/// Two hours after the submission cutoff: the registrar enters the note late.
const ENTERED: &str = "2019-06-03T14:00:00Z";

/// Invites an embassy without a system. The registrar accepts for it and announces its mission. Returns the mission's
/// name.
async fn announce_on_paper(scene: &mut Scene) -> anyhow::Result<String> {
    scene.world.add_organization("state-fra", "France (embassy)", OrganizationKind::State, Some("FRA")).await?;
    scene.world.invite(ELECTION, "state-fra").await?;
    let name = format!("elections/{ELECTION}/invitations/state-fra");
    scene.registrar.accept_invitation(v1::AcceptInvitationRequest { request_id: request_id(), name }).await?;
    let mission = v1::Mission {
        format: "EOM".to_owned(),
        start_date: "2019-06-01".to_owned(),
        end_date: "2019-06-12".to_owned(),
        ..Default::default()
    };
    let without_organization = v1::CreateMissionRequest {
        request_id: request_id(),
        parent: ask::election(),
        mission: Some(mission),
        ..Default::default()
    };
    let refusal = refused(
        scene.registrar.create_mission(without_organization.clone()).await,
        Code::InvalidArgument,
        "INVALID_REQUEST",
    );
    ensure!(refusal.violations()[0].field == "organization_id", "{refusal}");
    let request_id = request_id();
    let announce =
        v1::CreateMissionRequest { request_id, organization_id: "state-fra".to_owned(), ..without_organization };
    let mission = scene.registrar.create_mission(announce).await?;
    ensure!(mission.name == ask::mission("state-fra"));
    Ok(mission.name)
}

async fn state(client: &Client, name: &str) -> anyhow::Result<ApplicationState> {
    Ok(client.get_application(ask::application(name)).await?.state())
}

/// The names as a set: applications of the same moment are listed in no certain order.
fn names_of(listed: &[v1::Application]) -> BTreeSet<&String> {
    listed.iter().map(|one| &one.name).collect()
}

/// The time of receipt decides, so that a delegation loses nothing if the registrar is busy.
#[tokio::test]
async fn a_registrar_enters_a_note_after_the_cutoff_if_it_was_received_in_time() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let mission = announce_on_paper(&mut scene).await?;
    let early = scene.bring_as("state-fra", scene.someone_on_paper(at("2019-05-01T00:00:00Z")), Reach::Draft).await?;
    let electronic = scene.bring("cis", Reach::Draft).await?;
    scene.world.clock().set(at(ENTERED)).await?;
    eventually("the electronic draft lapses", || async {
        Ok((state(&scene.cis, &electronic.name).await? == ApplicationState::Lapsed).then_some(()))
    })
    .await?;
    ensure!(state(&scene.registrar, &early.name).await? == ApplicationState::Draft);

    let mut names = vec![scene.registrar.submit_application(ask::submit(&early.name)).await?.name];
    for _ in 0..2 {
        let someone = scene.someone_on_paper(at(RECEIVED));
        let draft = scene.registrar.create_application(ask::file(&mission, someone)).await?;
        scene.upload(&scene.registrar, &draft).await?;
        let submitted = scene.registrar.submit_application(ask::submit(&draft.name)).await?;
        ensure!(submitted.first_submit_time == Some(timestamp(at(ENTERED))));
        ensure!(submitted.submit_time == Some(timestamp(at(ENTERED))));
        names.push(submitted.name);
    }
    let on_paper = v1::ListApplicationsRequest { filter: "paper = true".to_owned(), ..ask::all_applications() };
    let listed = scene.officer.all_applications(on_paper).await?;
    ensure!(names_of(&listed) == names.iter().collect());
    let paper = listed[2].paper.clone().expect("it is marked as paper");
    ensure!(paper.note_number == "12-3/456" && paper.receive_time == Some(timestamp(at(RECEIVED))));
    ensure!(paper.registered_by == "organizations/cec/principals/registrar");

    scene.present_checked(names.clone()).await?;
    for name in &names {
        let claim = || async {
            match scene.reviewer.claim_application(ask::claim(name)).await {
                Err(error) if error.reason() == Some("SCREENING_PENDING") => Ok(None),
                claimed => Ok(Some(claimed?)),
            }
        };
        let claimed = eventually("the checks have run and the claim succeeds", claim).await?;
        ensure!(claimed.paper.is_some());
        scene.reviewer.recommend_application(ask::recommend(&claimed)).await?;
    }
    scene.decide(names.clone()).await?;
    for name in &names {
        ensure!(state(&scene.registrar, name).await? == ApplicationState::Accredited);
    }
    Ok(())
}

/// Paper must not be a way around the cutoff that electronic applications have.
#[tokio::test]
async fn the_service_refuses_a_note_that_was_received_after_the_cutoff() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    scene.world.clock().set(at(ENTERED)).await?;
    let mission = ask::mission("cis");
    let file = |received| scene.registrar.create_application(ask::file(&mission, scene.someone_on_paper(at(received))));
    let late = refused(file("2019-06-03T12:00:01Z").await, Code::FailedPrecondition, "SUBMISSION_CUTOFF_PASSED");
    ensure!(late.metadata()["cutoff"] == "2019-06-03T12:00:00Z", "{late}");
    ensure!(late.metadata()["received"] == "2019-06-03T12:00:01Z", "{late}");
    for wrong in ["2019-06-03T14:00:01Z", "2019-04-30T23:59:59Z"] {
        let refusal = refused(file(wrong).await, Code::InvalidArgument, "INVALID_REQUEST");
        ensure!(refusal.violations()[0].field == "application.paper.receive_time", "{refusal}");
    }
    // An update of the note cannot bring in a note that was received too late.
    let draft = file(RECEIVED).await?;
    let mut next = scene.someone_on_paper(at("2019-06-03T12:00:01Z"));
    let update = ask::update(&draft, next.clone());
    let late = scene.registrar.update_application(update).await;
    refused(late, Code::FailedPrecondition, "SUBMISSION_CUTOFF_PASSED");
    next.paper = Some(v1::PaperFiling { note_number: "13".to_owned(), ..draft.paper.clone().unwrap_or_default() });
    let updated = scene.registrar.update_application(ask::update(&draft, next)).await?;
    ensure!(updated.paper.is_some_and(|paper| paper.note_number == "13"));

    scene.world.clock().set(at("2019-06-04T12:00:01Z")).await?;
    refused(file(RECEIVED).await, Code::FailedPrecondition, "PRESENTATION_CUTOFF_PASSED");
    let late = scene.registrar.submit_application(ask::submit(&draft.name)).await;
    refused(late, Code::FailedPrecondition, "PRESENTATION_CUTOFF_PASSED");
    scene.world.clock().set(at("2019-06-04T12:01:01Z")).await?;
    eventually("the draft lapses", || async {
        Ok((state(&scene.registrar, &draft.name).await? == ApplicationState::Lapsed).then_some(()))
    })
    .await
}

/// The role is for paper alone. A wider one would read the passports of every delegation.
#[tokio::test]
async fn a_registrar_cannot_see_applications_that_were_not_filed_on_paper() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let electronic = scene.bring("cis", Reach::Presented).await?;
    let paper = scene.bring_as("cis", scene.someone_on_paper(at("2019-05-01T00:00:00Z")), Reach::Draft).await?;
    let (name, by) = (&electronic.name, &scene.registrar);
    refused(by.get_application(ask::application(name)).await, Code::NotFound, "NOT_FOUND");
    refused(by.withdraw_application(ask::withdraw(name)).await, Code::NotFound, "NOT_FOUND");
    let listed = by.all_applications(ask::all_applications()).await?;
    ensure!(names_of(&listed) == [&paper.name].into());
    eventually("the attempts are recorded", || async {
        let attempts = scene.auditor.all_access_attempts(v1::ListAccessAttemptsRequest::default()).await?;
        let own = attempts.iter().filter(|one| one.principal == "organizations/cec/principals/registrar");
        let methods: Vec<_> = own.filter(|one| one.resource == *name).map(|one| one.method.as_str()).collect();
        let both = ["GetApplication", "WithdrawApplication"].map(|method| format!("ApplicationService/{method}"));
        Ok((methods.len() == 2 && both.iter().all(|one| methods.contains(&one.as_str()))).then_some(()))
    })
    .await
}

/// The application with the documents that a paper application needs, the scan of the note among them.
fn with_paper_documents(mut application: v1::Application) -> v1::Application {
    let person = application.person.clone().unwrap_or_default();
    application.documents = filing::documents_of(&person);
    application.documents.push(filing::note_of(&person));
    application
}

/// A person who enters an application could otherwise accredit an invented person.
#[tokio::test]
async fn a_registrar_cannot_review_or_adopt_what_they_entered_on_paper() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    // The registrar has two more certificates. The rule counts persons, not certificates.
    for (principal, role) in [("second", "cec.reviewer"), ("third", "cec.adopter")] {
        scene.world.add_principal(CEC, principal, PrincipalKind::Person, "registrar-1", &[role]).await?;
    }
    let (second, third) = (scene.world.actor(CEC, "second"), scene.world.actor(CEC, "third"));
    let paper = scene.someone_on_paper(at("2019-05-01T00:00:00Z"));
    let recommended = scene.bring_as("cis", paper.clone(), Reach::Recommended).await?;

    let presented = scene.bring_as("cis", scene.someone_on_paper(at("2019-05-01T00:00:00Z")), Reach::Presented).await?;
    eventually("the checks have run", || async {
        let read = scene.reviewer.get_application(ask::application(&presented.name)).await?;
        Ok(read.screen_time.is_some().then_some(()))
    })
    .await?;
    let claimed = second.claim_application(ask::claim(&presented.name)).await;
    refused(claimed, Code::PermissionDenied, "FOUR_EYES");
    refused(second.claim_next_application(ask::claim_next(&ask::election())).await, Code::NotFound, "QUEUE_EMPTY");
    let claimed = scene.reviewer.claim_next_application(ask::claim_next(&ask::election())).await?;
    ensure!(claimed.name == presented.name);

    // A registrar who only uploads a scan has entered a part of the application.
    let uploader = "uploader";
    for (principal, role) in [(uploader, "cec.registrar"), ("uploader-reviews", "cec.reviewer")] {
        scene.world.add_principal(CEC, principal, PrincipalKind::Person, "cec.uploader", &[role]).await?;
    }
    let paper = scene.someone_on_paper(at("2019-05-01T00:00:00Z"));
    let draft =
        scene.registrar.create_application(ask::file(&ask::mission("cis"), with_paper_documents(paper))).await?;
    scene.upload(&scene.world.actor(CEC, uploader), &draft).await?;
    let read = scene.registrar.get_application(ask::application(&draft.name)).await?;
    ensure!(read.etag == draft.etag, "an upload must not change the etag that others have read");
    scene.registrar.submit_application(ask::submit(&draft.name)).await?;
    scene.present_checked(vec![draft.name.clone()]).await?;
    let claimed = scene.world.actor(CEC, "uploader-reviews").claim_application(ask::claim(&draft.name)).await;
    refused(claimed, Code::PermissionDenied, "FOUR_EYES");

    let decree = scene.decree_over(vec![recommended.name]).await?;
    let refusal = refused(third.adopt_decree(ask::adopt(&decree)).await, Code::PermissionDenied, "FOUR_EYES");
    ensure!(refusal.violations()[0].field == "applications[0]", "{refusal}");
    scene.adopter.adopt_decree(ask::adopt(&decree)).await?;
    Ok(())
}

/// The paper is the original, so only a registrar changes its entry. The delegation still speaks for its people.
#[tokio::test]
async fn a_delegation_cannot_change_a_paper_application_but_can_answer_and_withdraw() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let paper = scene.someone_on_paper(at("2019-05-01T00:00:00Z"));
    let check_refused = |answer| {
        let refusal = refused::<v1::Application>(answer, Code::InvalidArgument, "INVALID_REQUEST");
        assert_eq!(refusal.violations()[0].field, "application.paper", "{refusal}");
    };
    check_refused(scene.cis.create_application(ask::file(&ask::mission("cis"), paper.clone())).await);
    check_refused(scene.registrar.create_application(ask::file(&ask::mission("cis"), scene.someone())).await);
    let electronic = scene.bring("cis", Reach::Draft).await?;
    check_refused(scene.cis.update_application(ask::update(&electronic, paper.clone())).await);

    let draft = scene.bring_as("cis", paper, Reach::Draft).await?;
    let seen = scene.cis.get_application(ask::application(&draft.name)).await?;
    ensure!(seen.paper.as_ref().is_some_and(|paper| paper.registered_by.is_empty()), "{seen:?}");
    let update = scene.cis.update_application(ask::update(&seen, scene.someone())).await;
    refused(update, Code::PermissionDenied, "ROLE_REQUIRED");
    let submit = scene.cis.submit_application(ask::submit(&seen.name)).await;
    refused(submit, Code::PermissionDenied, "ROLE_REQUIRED");
    let updated = scene.registrar.update_application(ask::update(&draft, scene.someone())).await?;
    ensure!(updated.paper == draft.paper, "an update without a paper part must keep it");
    let without_scan = scene.registrar.submit_application(ask::submit(&draft.name)).await;
    let without_scan = refused(without_scan, Code::FailedPrecondition, "DOCUMENTS_MISSING");
    ensure!(without_scan.to_string().contains("NoteVerbale"), "{without_scan}");
    scene.cis.withdraw_application(ask::withdraw(&draft.name)).await?;

    let paper = scene.someone_on_paper(at("2019-05-01T00:00:00Z"));
    let claimed = scene.bring_as("cis", paper, Reach::InReview).await?;
    scene.reviewer.raise_questions(ask::raise_questions(&claimed, at("2019-05-20T00:00:00Z"))).await?;
    let answered = scene.cis.answer_questions(ask::answer(&claimed.name)).await?;
    ensure!(answered.state() == ApplicationState::Presented && answered.paper.is_some());
    Ok(())
}

/// A certificate with both roles sees what either role sees. It updates with the etag that it read.
#[tokio::test]
async fn a_registrar_with_the_reviewer_role_sees_paper_drafts_and_the_queue() -> anyhow::Result<()> {
    let mut scene = Scene::on(DATABASE).await?;
    let roles = ["cec.registrar", "cec.reviewer"];
    scene.world.add_principal(CEC, "both", PrincipalKind::Person, "both", &roles).await?;
    let both = scene.world.actor(CEC, "both");
    let paper = scene.bring_as("cis", scene.someone_on_paper(at("2019-05-01T00:00:00Z")), Reach::Draft).await?;
    let queued = scene.bring("cis", Reach::Presented).await?;
    let hidden = scene.bring("cis", Reach::Submitted).await?;
    let listed = both.all_applications(ask::all_applications()).await?;
    ensure!(names_of(&listed) == [&paper.name, &queued.name].into());
    refused(both.get_application(ask::application(&hidden.name)).await, Code::NotFound, "NOT_FOUND");
    let read = both.get_application(ask::application(&paper.name)).await?;
    let next = scene.someone_on_paper(at("2019-05-01T00:00:00Z"));
    scene.upload_next(&both, &read, &next).await?;
    let updated = both.update_application(ask::update(&read, next)).await?;
    ensure!(updated.revision == 2);
    // The person entered a part of it, so they cannot review it, although another person filed it.
    both.submit_application(ask::submit(&paper.name)).await?;
    scene.present_checked(vec![paper.name.clone()]).await?;
    refused(both.claim_application(ask::claim(&paper.name)).await, Code::PermissionDenied, "FOUR_EYES");
    Ok(())
}
