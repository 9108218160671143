//! What comes back, is mended, and goes on where it was.

use anyhow::ensure;
use client::Code;
use rehearsal::filing;
use stories::{Reach, Scene, ask, at, eventually, refused};
use wire::v1::{self, ApplicationState};

use super::DATABASE;

/// A photo that nobody can use: another one is sent, and the reviewer sees what changed, in the old place.
#[tokio::test]
async fn scenario_06_a_delegation_replaces_a_returned_photo_and_keeps_place_and_history() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let names = scene.submit_many("osce-odihr", 3).await?;
    scene.present_checked(names.clone()).await?;
    let claimed = scene.reviewer.claim_application(ask::claim(&names[0])).await?;
    let nowhere = v1::Question { field: "birth_date".to_owned(), ..ask::question() };
    let nowhere = v1::RaiseQuestionsRequest {
        questions: vec![nowhere],
        ..ask::raise_questions(&claimed, at("2019-05-20T00:00:00Z"))
    };
    let nowhere = refused(scene.reviewer.raise_questions(nowhere).await, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(nowhere.violations()[0].field == "questions[0].field", "{nowhere}");
    let never = scene.reviewer.raise_questions(ask::raise_questions(&claimed, at("2020-05-20T00:00:00Z"))).await;
    let never = refused(never, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(never.violations()[0].field == "due_time", "{never}");
    let asked = scene.reviewer.raise_questions(ask::raise_questions(&claimed, at("2019-05-20T00:00:00Z"))).await?;
    ensure!(asked.state() == ApplicationState::Returned && asked.presentation_position == 1);

    let read = scene.osce.get_application(ask::application(&names[0])).await?;
    ensure!(read.presentation_position == 0, "how many others stand before it is no affair of its delegation");
    let questions = read.last_return.clone().unwrap_or_default();
    ensure!(questions.questions[0].field == "documents" && questions.due_time.is_some());
    let next = filing::with_another_photo(&read);
    let mended = v1::AnswerQuestionsRequest { application: Some(next.clone()), ..ask::answer(&names[0]) };
    let early = scene.osce.answer_questions(mended.clone()).await;
    refused(early, Code::FailedPrecondition, "DOCUMENTS_NOT_UPLOADED");
    scene.upload_next(&scene.osce, &read, &next).await?;
    let answered = scene.osce.answer_questions(mended).await?;
    ensure!(answered.state() == ApplicationState::Presented && answered.revision == 2);

    eventually("the checks of what was mended", || async {
        let read = scene.reviewer.get_application(ask::application(&names[0])).await?;
        Ok(read.screen_time)
    })
    .await?;
    // First come, first served: those behind it have not gone before it.
    let next = scene.reviewer.claim_next_application(ask::claim_next(&ask::election())).await?;
    ensure!(next.name == names[0] && next.presentation_position == 1, "it kept its place");
    ensure!(next.changed_fields == ["documents.PHOTO"], "{:?}", next.changed_fields);
    ensure!(next.return_count == 1 && next.first_submit_time == claimed.first_submit_time);
    let history = next.last_return.clone().unwrap_or_default();
    ensure!(history.questions[0].answer == "A new photo is attached.");
    scene.reviewer.recommend_application(ask::recommend(&next)).await?;
    Ok(())
}

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
