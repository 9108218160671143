//! The same request again does nothing twice.

use anyhow::ensure;
use client::{Client, Code};
use rehearsal::world::SECRETARY;
use stories::{Reach, Scene, ask, refused};

use super::DATABASE;

/// The reply to a submission is lost. The secretary asks again, over another connection, and after the service was
/// killed and started again: every time the answer is the one that was lost.
#[tokio::test]
async fn scenario_02_a_submission_repeated_after_a_lost_reply_is_answered_and_not_made_twice() -> anyhow::Result<()> {
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

#[tokio::test]
async fn a_request_id_used_for_another_request_is_refused() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let file = ask::file(&ask::mission("osce-odihr"), scene.someone());
    scene.osce.create_application(file.clone()).await?;
    let mut other = ask::file(&ask::mission("osce-odihr"), scene.someone());
    other.request_id = file.request_id;
    refused(scene.osce.create_application(other.clone()).await, Code::FailedPrecondition, "REQUEST_ID_REUSED");

    // Another organization's request ids are its own.
    other.parent = ask::mission("cis");
    scene.cis.create_application(other).await?;
    Ok(())
}

/// A client that gave up waiting has its first request and the next under way: every repetition that runs at the same time gets the same answer.
#[tokio::test]
async fn repetitions_at_the_same_time_do_nothing_twice() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let draft = scene.bring("osce-odihr", Reach::Draft).await?;
    let submit = ask::submit(&draft.name);
    let calls = (0..8).map(|_| scene.osce.submit_application(submit.clone()));
    let answers = futures_util::future::try_join_all(calls).await?;
    ensure!(answers.iter().all(|answer| *answer == answers[0]));
    Ok(())
}
