//! The ministry or the commission returns an application, and its delegation corrects it.
//!
//! An application keeps its history. One that the commission returned keeps its place in the queue. Others are not held
//! up. Scenarios 6 and 14.

use anyhow::ensure;
use client::Code;
use rehearsal::filing;
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1::{self, ApplicationState};

use super::DATABASE;

/// A reviewer asks for another photo. The delegation sends one. The application returns to its old place in the queue,
/// with the field that changed.
#[tokio::test]
async fn scenario_06_a_delegation_replaces_a_returned_photo_and_keeps_place_and_history() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let names = scene.submit_many("osce-odihr", 3).await?;
    scene.present_checked(names.clone()).await?;
    let claimed = scene.reviewer.claim_application(ask::claim(&names[0])).await?;
    let unknown_field = v1::Question { field: "birth_date".to_owned(), ..ask::question() };
    let invalid = v1::RaiseQuestionsRequest {
        questions: vec![unknown_field],
        ..ask::raise_questions(&claimed, at("2019-05-20T00:00:00Z"))
    };
    let invalid = refused(scene.reviewer.raise_questions(invalid).await, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(invalid.violations()[0].field == "questions[0].field", "{invalid}");
    let too_late = scene.reviewer.raise_questions(ask::raise_questions(&claimed, at("2020-05-20T00:00:00Z"))).await;
    let too_late = refused(too_late, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(too_late.violations()[0].field == "due_time", "{too_late}");
    let asked = scene.reviewer.raise_questions(ask::raise_questions(&claimed, at("2019-05-20T00:00:00Z"))).await?;
    ensure!(asked.state() == ApplicationState::Returned && asked.presentation_position == 1);

    let read = scene.osce.get_application(ask::application(&names[0])).await?;
    ensure!(read.presentation_position == 0, "a delegation must not see its place in the queue");
    let questions = read.last_return.clone().unwrap_or_default();
    ensure!(questions.questions[0].field == "documents" && questions.due_time.is_some());
    let next = filing::with_another_photo(&read);
    let answer = v1::AnswerQuestionsRequest { application: Some(next.clone()), ..ask::answer(&names[0]) };
    let early = scene.osce.answer_questions(answer.clone()).await;
    refused(early, Code::FailedPrecondition, "DOCUMENTS_NOT_UPLOADED");
    scene.upload_next(&scene.osce, &read, &next).await?;
    let answered = scene.osce.answer_questions(answer).await?;
    ensure!(answered.state() == ApplicationState::Presented && answered.revision == 2);

    eventually("the checks of the new revision have run", || async {
        let read = scene.reviewer.get_application(ask::application(&names[0])).await?;
        Ok(read.screen_time)
    })
    .await?;
    // The applications behind it have not overtaken it.
    let next = scene.reviewer.claim_next_application(ask::claim_next(&ask::election())).await?;
    ensure!(next.name == names[0] && next.presentation_position == 1, "the application must keep its place");
    ensure!(next.changed_fields == ["documents.PHOTO"], "{:?}", next.changed_fields);
    ensure!(next.return_count == 1 && next.first_submit_time == claimed.first_submit_time);
    let history = next.last_return.clone().unwrap_or_default();
    ensure!(history.questions[0].answer == "A new photo is attached.");
    scene.reviewer.recommend_application(ask::recommend(&next)).await?;
    Ok(())
}

/// A bad photo of one person must not delay the rest of the delegation.
#[tokio::test]
async fn scenario_14_the_ministry_returns_two_applications_and_presents_the_others() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let names = scene.submit_many("osce-odihr", 6).await?;
    let mut bad = Vec::new();
    for name in &names[..2] {
        let read = scene.officer.get_application(ask::application(name)).await?;
        bad.push(scene.officer.return_application(ask::give_back(&read)).await?);
    }
    scene.present_checked(names[2..].to_vec()).await?;
    for name in &names[2..] {
        let read = scene.reviewer.get_application(ask::application(name)).await?;
        ensure!(read.state() == ApplicationState::Presented);
    }
    for returned in bad {
        ensure!(returned.state() == ApplicationState::Returned && returned.return_count == 1);
        let read = scene.osce.get_application(ask::application(&returned.name)).await?;
        let next = filing::with_another_photo(&read);
        scene.upload_next(&scene.osce, &read, &next).await?;
        scene.osce.update_application(ask::update(&read, next)).await?;
        scene.osce.submit_application(ask::submit(&returned.name)).await?;
        let again = scene.officer.get_application(ask::application(&returned.name)).await?;
        ensure!(again.changed_fields == ["documents.PHOTO"], "{:?}", again.changed_fields);
    }
    let presented = scene.present_checked(names[..2].to_vec()).await?;
    ensure!(presented.name.ends_with("/presentations/2"), "{}", presented.name);
    let first = scene.bring("osce-odihr", Reach::InReview).await?;
    ensure!(first.changed_fields.is_empty());
    Ok(())
}
