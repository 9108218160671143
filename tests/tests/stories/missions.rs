//! A delegation changes its mission after it was announced.
//!
//! Only the delegation itself may, and only from the current revision. A new end date repeats the checks of presented
//! people, because their passports must outlast the mission. No acceptance scenario.

use anyhow::ensure;
use client::Code;
use rehearsal::calls::request_id;
use stories::{Reach, Scene, ask, eventually, refused};
use wire::v1;

use super::DATABASE;

/// A request to change the mission that was read.
fn update(read: &v1::Mission, mission: v1::Mission) -> v1::UpdateMissionRequest {
    let (name, etag) = (read.name.clone(), read.etag.clone());
    v1::UpdateMissionRequest { request_id: request_id(), name, etag, mission: Some(mission) }
}

/// Two people of a delegation must not overwrite each other's change unnoticed.
#[tokio::test]
async fn a_delegation_changes_only_its_own_mission_and_only_from_the_current_revision() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let name = ask::mission("osce-odihr");
    let read = scene.osce.get_mission(v1::GetMissionRequest { name: name.clone() }).await?;
    let longer = v1::Mission { head: "A new head".to_owned(), end_date: "2019-06-25".to_owned(), ..read.clone() };
    let changed = scene.osce.update_mission(update(&read, longer.clone())).await?;
    ensure!(changed.etag != read.etag && changed.receipt.is_some());

    // An update with the old etag is refused and changes nothing.
    let stale = scene.osce.update_mission(update(&read, read.clone())).await;
    refused(stale, Code::Aborted, "ETAG_MISMATCH");
    let seen = scene.reviewer.get_mission(v1::GetMissionRequest { name }).await?;
    ensure!(seen == v1::Mission { etag: changed.etag.clone(), ..longer }, "{seen:?}");
    let backwards = v1::Mission { end_date: "2019-05-01".to_owned(), ..seen.clone() };
    let refusal =
        refused(scene.osce.update_mission(update(&seen, backwards)).await, Code::InvalidArgument, "INVALID_REQUEST");
    ensure!(refusal.violations()[0].field == "mission.end_date");
    refused(scene.cis.update_mission(update(&seen, seen.clone())).await, Code::NotFound, "NOT_FOUND");
    Ok(())
}

/// A passport that expires before the new end of the mission is a finding. It was none before.
#[tokio::test]
async fn a_new_end_date_of_a_mission_repeats_the_checks_of_presented_people() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let old_passport = scene.someone_with_an_old_passport()?;
    let name = scene.bring_as("osce-odihr", old_passport, Reach::Presented).await?.name;
    let wait_for_findings = |expected: &'static [&'static str]| {
        let (reviewer, request) = (&scene.reviewer, ask::application(&name));
        eventually("the checks have these findings", move || {
            let request = request.clone();
            async move {
                let read = reviewer.get_application(request).await?;
                Ok(read.findings.iter().map(|found| &*found.code).eq(expected.iter().copied()).then_some(()))
            }
        })
    };
    wait_for_findings(&["PASSPORT_EXPIRES_EARLY"]).await?;
    let read = scene.osce.get_mission(v1::GetMissionRequest { name: ask::mission("osce-odihr") }).await?;
    let shorter = v1::Mission { end_date: "2019-06-11".to_owned(), ..read.clone() };
    let changed = scene.osce.update_mission(update(&read, shorter)).await?;
    wait_for_findings(&[]).await?;
    scene.osce.update_mission(update(&changed, read)).await?;
    wait_for_findings(&["PASSPORT_EXPIRES_EARLY"]).await
}
