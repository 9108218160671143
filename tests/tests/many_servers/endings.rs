//! What ends by itself when the results are published, while a server dies.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use stories::{Scene, ask, at, eventually};
use tokio::time::timeout;
use wire::v1::AccreditationState;

/// How long an event may take to arrive, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// More than one batch.
const PEOPLE: usize = 240;

/// Publishes the results and kills a server: everyone's accreditation ends, and the log says so of each once.
pub async fn end(scene: &Scene) -> anyhow::Result<()> {
    let names = scene.recommend_many("osce-odihr", PEOPLE).await?;
    scene.decide(names).await?;
    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    scene.world.kill9_server(3).await?;
    eventually("nothing is in force", || async {
        let all = scene.auditor.all_accreditations(ask::all_accreditations()).await?;
        Ok(all.iter().all(|one| one.state() == AccreditationState::Ended).then_some(()))
    })
    .await?;
    let (mut watch, mut told) = (scene.osce.watch(&ask::election(), Vec::new()), BTreeMap::<String, usize>::new());
    while told.len() < PEOPLE {
        let event = timeout(PATIENCE, watch.next(|_| ())).await.context("no event came")??.event.context("an event")?;
        if event.accreditation_state() == AccreditationState::Ended {
            *told.entry(event.subject).or_default() += 1;
        }
    }
    ensure!(told.values().all(|count| *count == 1), "{told:?}");
    Ok(())
}
