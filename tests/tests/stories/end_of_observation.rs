//! The observation ends when the results are published.
//!
//! The service then ends every active accreditation, each once, and everyone concerned gets an event. What ended before
//! stays as it ended. No acceptance scenario.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use client::{Client, Code};
use rehearsal::calls::request_id;
use stories::{Scene, ask, at, eventually, refused, timestamp};
use tokio::time::timeout;
use wire::v1::visit::Place;
use wire::v1::{self, AccreditationState};

use super::DATABASE;

/// How long an event may take to arrive, on a busy machine.
const EVENT_TIMEOUT: Duration = Duration::from_secs(20);

/// Waits until a reader has got the end of this number of accreditations. Returns how many events each one has.
async fn ending_events(reader: &Client, count: usize) -> anyhow::Result<BTreeMap<String, usize>> {
    let mut watch = reader.watch(&ask::election(), Vec::new());
    let mut events = BTreeMap::new();
    while events.len() < count {
        let event = timeout(EVENT_TIMEOUT, watch.next(|_| ()))
            .await
            .context("no event within the timeout")??
            .event
            .context("no event in the response")?;
        if event.accreditation_state() == AccreditationState::Ended {
            ensure!(event.actor == "system", "{event:?}");
            *events.entry(event.subject).or_default() += 1;
        }
    }
    Ok(events)
}

/// Waits until no accreditation is active. Returns all of them.
async fn wait_until_all_ended(scene: &Scene) -> anyhow::Result<Vec<v1::Accreditation>> {
    eventually("no accreditation is active", || async {
        let all = scene.auditor.all_accreditations(ask::all_accreditations()).await?;
        Ok((!all.iter().any(|one| one.state() == AccreditationState::Active)).then_some(all))
    })
    .await
}

/// A badge must not stay valid after the observation, and a report must not change for the time before.
#[tokio::test]
async fn the_service_ends_active_accreditations_when_the_results_are_published() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let names = scene.recommend_many("osce-odihr", 3).await?;
    let late = scene.recommend_many("cis", 1).await?;
    scene.decide(names.clone()).await?;
    let plan = deploy(&scene, names[..2].to_vec()).await?;
    let mut issued = scene.osce.all_accreditations(ask::all_accreditations()).await?;
    let withdrawn = scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&issued.remove(0).name)).await?;
    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    for one in &issued {
        ensure!(
            scene.osce.get_accreditation(ask::accreditation(&one.name)).await? == *one,
            "an accreditation must not end with voting day"
        );
    }
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    let all = wait_until_all_ended(&scene).await?;
    for reader in [&scene.osce, &scene.officer, &scene.reviewer] {
        let events = ending_events(reader, 2).await?;
        ensure!(events.keys().eq(issued.iter().map(|one| &one.name)), "{events:?}");
    }
    for (ended, before) in all[1..].iter().zip(&issued) {
        ensure!(
            ended.state() == AccreditationState::Ended
                && (&ended.name, &ended.decree) == (&before.name, &before.decree)
        );
        ensure!(ended.end_reason.is_empty() && ended.end_note_number.is_empty() && ended.end_decree.is_empty());
        let void = ended.badge.context("no badge")?;
        ensure!(void.state() == v1::BadgeState::Void && void.void_time == ended.state_time);
        let late = scene.osce.withdraw_accreditation(ask::withdraw_accreditation(&ended.name)).await;
        let late = refused(late, Code::FailedPrecondition, "ACCREDITATION_ENDED");
        ensure!(late.metadata()["state"] == "ENDED");
    }
    // An accreditation that had ended before stays as it ended. Reports of earlier moments do not change.
    let read = scene.osce.get_accreditation(ask::accreditation(&withdrawn.name)).await?;
    ensure!(read == v1::Accreditation { receipt: None, ..withdrawn });
    for (as_of, accredited) in [(Some(timestamp(at("2019-06-10T05:59:59Z"))), 2), (None, 0)] {
        let report = scene.auditor.get_report(v1::GetReportRequest { as_of, ..ask::report() }).await?;
        ensure!(report.rows[0].accredited == accredited, "{report:?}");
    }
    let totals = scene.auditor.get_totals(ask::totals()).await?;
    ensure!((totals.accredited, totals.organizations.iter().map(|row| row.ended).sum()) == (3, 3_i64), "{totals:?}");
    let register = scene.cis.all_register(ask::register()).await?;
    ensure!(register.len() == 3 && !register.iter().any(|line| line.in_force));
    // The end of the observation is no problem of a deployment plan. An early withdrawal is one.
    let plan = scene.osce.get_deployment_plan(v1::GetDeploymentPlanRequest { name: plan.name }).await?;
    let problems: Vec<_> = plan.problems.iter().map(|one| one.field.as_str()).collect();
    ensure!(problems == ["plan.teams[0].observers[0]"], "{problems:?}");
    // A corrected time of the results neither reinstates an accreditation nor ends one again.
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:30:00Z"))).await?;
    scene.world.clock().set(at("2019-06-10T07:00:00Z")).await?;
    // An accreditation that is given after the results ends too.
    scene.decide(late).await?;
    let after = wait_until_all_ended(&scene).await?;
    ensure!(after.len() == 4 && after[..3] == all && after[3].state() == AccreditationState::Ended);
    Ok(())
}

/// Writes a deployment plan with one team.
async fn deploy(scene: &Scene, observers: Vec<String>) -> anyhow::Result<v1::DeploymentPlan> {
    let visit = v1::Visit {
        place: Some(Place::Region("KZ-75".to_owned())),
        start_date: "2019-06-08".to_owned(),
        end_date: "2019-06-10".to_owned(),
    };
    let teams = vec![v1::Team { number: 1, observers, visits: vec![visit], ..Default::default() }];
    let name = format!("{}/deploymentPlan", ask::mission("osce-odihr"));
    let plan = v1::DeploymentPlan { teams, ..Default::default() };
    let request =
        v1::UpdateDeploymentPlanRequest { request_id: request_id(), name, etag: String::new(), plan: Some(plan) };
    Ok(scene.osce.update_deployment_plan(request).await?)
}

/// The service is killed while it ends several hundred accreditations. Each one ends once, with one event.
#[tokio::test]
async fn a_killed_service_continues_the_ending_and_ends_each_accreditation_once() -> anyhow::Result<()> {
    const PEOPLE: usize = 300;
    let scene = Scene::on(DATABASE).await?;
    let names = scene.recommend_many("osce-odihr", PEOPLE).await?;
    scene.decide(names).await?;
    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    for pause in [5, 20, 60] {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        scene.world.kill9().await?;
        scene.world.restart().await?;
    }
    let all = wait_until_all_ended(&scene).await?;
    ensure!(all.len() == PEOPLE && all.iter().all(|one| one.state() == AccreditationState::Ended));
    let events = ending_events(&scene.osce, PEOPLE).await?;
    ensure!(events.values().all(|count| *count == 1), "{events:?}");
    Ok(())
}
