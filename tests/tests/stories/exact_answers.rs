//! Refusals say exactly what is wrong; what is kept is kept exactly.

use std::collections::BTreeSet;

use anyhow::ensure;
use client::Code;
use stories::{Reach, Scene, ask, at, refused};

use super::DATABASE;

#[tokio::test]
async fn an_illegal_transition_error_names_the_state_and_the_allowed_verbs() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let submitted = scene.bring("osce-odihr", Reach::Submitted).await?;
    let again = refused(
        scene.osce.submit_application(ask::submit(&submitted.name)).await,
        Code::FailedPrecondition,
        "ILLEGAL_TRANSITION",
    );
    let told = ["state", "verb", "allowed"].map(|key| again.metadata()[key].as_str());
    ensure!(told == ["SUBMITTED", "submit", "return,present,withdraw"], "{told:?}");

    scene.osce.withdraw_application(ask::withdraw(&submitted.name)).await?;
    let never = scene.osce.withdraw_application(ask::withdraw(&submitted.name)).await;
    let never = refused(never, Code::FailedPrecondition, "ILLEGAL_TRANSITION");
    ensure!(never.metadata()["state"] == "WITHDRAWN" && never.metadata()["allowed"].is_empty());
    Ok(())
}

#[tokio::test]
async fn an_error_names_every_violation_of_a_request_at_once() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut application = scene.someone();
    application.documents[1].sha256.truncate(31);
    application.category = 0;
    let person = application.person.as_mut().expect("it has a person");
    person.nationality = "fr".to_owned();
    person.birth_date = "1980-02-30".to_owned();
    person.passport.as_mut().expect("with a passport").number = "no number".to_owned();
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

#[tokio::test]
async fn the_service_refuses_a_decision_on_an_outdated_revision() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.bring("osce-odihr", Reach::Draft).await?;
    scene.osce.update_application(ask::update(&draft, scene.someone())).await?;
    let stale = scene.osce.update_application(ask::update(&draft, scene.someone())).await;
    refused(stale, Code::Aborted, "ETAG_MISMATCH");

    let claimed = scene.bring("osce-odihr", Reach::InReview).await?;
    let mut unread = ask::recommend(&claimed);
    unread.etag = draft.etag;
    refused(scene.reviewer.recommend_application(unread).await, Code::Aborted, "ETAG_MISMATCH");

    let first = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    let second = scene.bring("osce-odihr", Reach::Recommended).await?.name;
    let decree = scene.decree_over(vec![first]).await?;
    scene.adopter.add_decree_items(ask::list_in(&decree.name, vec![second])).await?;
    refused(scene.adopter.adopt_decree(ask::adopt(&decree)).await, Code::Aborted, "ETAG_MISMATCH");
    Ok(())
}

/// A name is data: control characters and escape sequences in it come back byte by byte, to everyone.
#[tokio::test]
async fn the_service_returns_names_byte_for_byte() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let mut application = scene.someone();
    let person = application.person.as_mut().expect("it has a person");
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
    ensure!(!log.contains("O'Brien") && !log.contains('\u{1b}'), "the log has a person's name or an escape sequence");
    Ok(())
}

/// The queue is worked in the order of the lists, and a question does not cost a place in it.
#[tokio::test]
async fn an_application_keeps_its_place_in_the_queue_while_a_question_is_answered() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let list = scene.submit_many("osce-odihr", 3).await?;
    scene.present_checked(list.iter().rev().cloned().collect()).await?;
    let later = scene.bring("cis", Reach::Presented).await?.name;
    let next = || scene.reviewer.claim_next_application(ask::claim_next(&ask::election()));
    let first = next().await?;
    ensure!(first.name == list[2]);
    scene.reviewer.raise_questions(ask::raise_questions(&first, at("2019-05-20T00:00:00Z"))).await?;
    ensure!(next().await?.name == list[1]);
    scene.osce.answer_questions(ask::answer(&first.name)).await?;
    for expected in [&first.name, &list[0], &later] {
        ensure!(next().await?.name == *expected);
    }
    refused(next().await, Code::NotFound, "QUEUE_EMPTY");
    Ok(())
}
