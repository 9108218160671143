//! A client may repeat a request whose answer it lost. The service does it once and answers each repetition alike.
//!
//! The request id makes two calls the same request. Scenario 2.

use anyhow::ensure;
use client::{Client, Code};
use rehearsal::world::SECRETARY;
use stories::{Reach, Scene, ask, refused};

use super::DATABASE;

/// The reply to a submission is lost. The secretary repeats the request over another connection, and again after the
/// service was killed and restarted. Each repetition gets the lost reply.
#[tokio::test]
async fn scenario_02_the_service_answers_a_repeated_submission_without_submitting_twice() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let file = ask::file(&ask::mission("osce-odihr"), scene.someone());
    let filed = scene.osce.create_application(file.clone()).await?;
    scene.upload(&scene.osce, &filed).await?;
    let submit = ask::submit(&filed.name);
    let first = scene.osce.submit_application(submit.clone()).await?;
    ensure!(first.receipt.as_ref().is_some_and(|receipt| receipt.leaf_hash.len() == 32));

    let again = Client::new(&scene.world.profile("osce-odihr", SECRETARY))?;
    ensure!(again.submit_application(submit.clone()).await? == first);
    scene.world.kill9().await?;
    scene.world.restart().await?;
    ensure!(scene.osce.submit_application(submit).await? == first);

    let repeated = scene.osce.create_application(file).await?;
    ensure!(repeated.name == filed.name && repeated.receipt == filed.receipt);
    ensure!(scene.osce.all_applications(ask::all_applications()).await?.len() == 1);
    let totals = scene.auditor.get_totals(ask::totals()).await?;
    ensure!(totals.organizations.iter().map(|row| row.submitted).sum::<i64>() == 1);
    Ok(())
}

/// The stored answer belongs to the first request. Giving it to another one would hide that nothing was done.
#[tokio::test]
async fn the_service_refuses_a_request_id_that_another_request_used() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let file = ask::file(&ask::mission("osce-odihr"), scene.someone());
    scene.osce.create_application(file.clone()).await?;
    let mut other = ask::file(&ask::mission("osce-odihr"), scene.someone());
    other.request_id = file.request_id;
    refused(scene.osce.create_application(other.clone()).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");

    // Request ids of different organizations do not collide.
    other.parent = ask::mission("cis");
    scene.cis.create_application(other).await?;
    Ok(())
}

/// A client that stops waiting and repeats its request has both under way. All repetitions that run at the same time
/// get the same answer.
#[tokio::test]
async fn concurrent_repetitions_of_a_submission_get_the_same_answer() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.bring("osce-odihr", Reach::Draft).await?;
    let submit = ask::submit(&draft.name);
    let calls = (0..8).map(|_| scene.osce.submit_application(submit.clone()));
    let answers = futures_util::future::try_join_all(calls).await?;
    ensure!(answers.iter().all(|answer| *answer == answers[0]));
    Ok(())
}
