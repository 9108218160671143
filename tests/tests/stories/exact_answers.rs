//! The answers of the service are exact.
//!
//! An error names every field that is wrong, and an illegal transition names the state and the allowed verbs. A
//! decision is made on the revision that the reviewer read. Names come back byte for byte. No acceptance scenario.

use std::collections::BTreeSet;

use anyhow::ensure;
use client::Code;
use stories::{Reach, Scene, ask, refused};

use super::DATABASE;

/// A client needs the state and the allowed verbs to tell its user what to do now.
#[tokio::test]
async fn an_illegal_transition_error_names_the_state_and_the_allowed_verbs() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let submitted = scene.bring("osce-odihr", Reach::Submitted).await?;
    let again = refused(
        scene.osce.submit_application(ask::submit(&submitted.name)).await,
        Code::FailedPrecondition,
        "ILLEGAL_TRANSITION",
    );
    let facts = ["state", "verb", "allowed"].map(|key| again.metadata()[key].as_str());
    ensure!(facts == ["SUBMITTED", "submit", "return,present,withdraw"], "{facts:?}");

    scene.osce.withdraw_application(ask::withdraw(&submitted.name)).await?;
    let never = scene.osce.withdraw_application(ask::withdraw(&submitted.name)).await;
    let never = refused(never, Code::FailedPrecondition, "ILLEGAL_TRANSITION");
    ensure!(never.metadata()["state"] == "WITHDRAWN" && never.metadata()["allowed"].is_empty());
    Ok(())
}

/// A secretary corrects a row once if the error names all its fields.
#[tokio::test]
async fn an_error_names_every_violation_of_a_request_at_once() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut application = scene.someone();
    application.documents[1].sha256.truncate(31);
    application.category = 0;
    let person = application.person.as_mut().expect("the application has a person");
    person.nationality = "fr".to_owned();
    person.birth_date = "1980-02-30".to_owned();
    person.passport.as_mut().expect("the person has a passport").number = "no number".to_owned();
    let mut file = ask::file(&ask::mission("osce-odihr"), application);
    file.request_id = "again".to_owned();
    let refusal = refused(scene.osce.create_application(file).await, Code::InvalidArgument, "INVALID_REQUEST");
    let fields: BTreeSet<_> = refusal.violations().iter().map(|violation| violation.field.as_str()).collect();
    let expected = BTreeSet::from([
        "request_id",
        "application.category",
        "application.documents[1].sha256",
        "application.person.birth_date",
        "application.person.nationality",
        "application.person.passport.number",
    ]);
    ensure!(fields == expected, "{fields:#?}");
    Ok(())
}

/// A reviewer would otherwise decide on content that they have never read.
#[tokio::test]
async fn the_service_refuses_a_decision_on_an_outdated_revision() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.bring("osce-odihr", Reach::Draft).await?;
    scene.osce.update_application(ask::update(&draft, scene.someone())).await?;
    let stale = scene.osce.update_application(ask::update(&draft, scene.someone())).await;
    refused(stale, Code::Aborted, "ETAG_MISMATCH");

    let claimed = scene.bring("osce-odihr", Reach::InReview).await?;
    let mut outdated = ask::recommend(&claimed);
    outdated.etag = draft.etag;
    refused(scene.reviewer.recommend_application(outdated).await, Code::Aborted, "ETAG_MISMATCH");

    let first = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    let second = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    let decree = scene.decree_over(vec![first]).await?;
    scene.adopter.add_decree_items(ask::list_in(&decree.name, vec![second])).await?;
    refused(scene.adopter.adopt_decree(ask::adopt(&decree)).await, Code::Aborted, "ETAG_MISMATCH");
    Ok(())
}

/// A name is data. Control characters and escape sequences in it come back unchanged to every reader, and reach no log.
#[tokio::test]
async fn the_service_returns_names_byte_for_byte() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut application = scene.someone();
    let person = application.person.as_mut().expect("the application has a person");
    person.family_name = "O'Brien\u{1b}[2J\u{1b}]0;title\u{7}\u{202e}--; DROP TABLE application".to_owned();
    person.given_name = String::new();
    person.native_name = "ﷺ\r\n\"Ünïcödé\" %s {} ../..\t".to_owned();
    let expected = application.person.clone();
    let claimed = scene.bring_as("osce-odihr", application, Reach::InReview).await?;
    ensure!(claimed.person == expected);
    for client in [&scene.osce, &scene.officer, &scene.auditor] {
        ensure!(client.get_application(ask::application(&claimed.name)).await?.person == expected);
        let listed = client.all_applications(ask::all_applications()).await?;
        ensure!(listed.iter().map(|one| &one.person).eq([&expected]));
    }
    let log = std::fs::read_to_string(scene.world.server_log())?;
    ensure!(
        !log.contains("O'Brien") && !log.contains('\u{1b}'),
        "the server log has a person's name or an escape sequence"
    );
    Ok(())
}
