//! Accreditations end when the results are published, while a server is killed.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, ensure};
use stories::{Scene, ask, at, eventually};
use tokio::time::timeout;
use wire::v1::AccreditationState;

/// How long an event may take to arrive on a busy machine.
const EVENT_TIMEOUT: Duration = Duration::from_secs(20);
/// Number of accreditations. The server ends them in batches, and these need more than one.
const PEOPLE: usize = 240;

/// Publishes the results and kills a server. Every accreditation must end, with one event in the log.
pub async fn end_all(scene: &Scene) -> anyhow::Result<()> {
    let names = scene.recommend_many("osce-odihr", PEOPLE).await?;
    scene.decide(names).await?;
    scene.world.clock().set(at("2019-06-10T06:00:00Z")).await?;
    scene.registrar.publish_results(ask::publish(at("2019-06-10T05:00:00Z"))).await?;
    scene.world.kill9_server(3).await?;
    eventually("every accreditation has ended", || async {
        let all = scene.auditor.all_accreditations(ask::all_accreditations()).await?;
        Ok(all.iter().all(|one| one.state() == AccreditationState::Ended).then_some(()))
    })
    .await?;
    let (mut watch, mut end_events) =
        (scene.osce.watch(&ask::election(), Vec::new()), BTreeMap::<String, usize>::new());
    while end_events.len() < PEOPLE {
        let event =
            timeout(EVENT_TIMEOUT, watch.next(|_| ())).await.context("no event came")??.event.context("an event")?;
        if event.accreditation_state() == AccreditationState::Ended {
            *end_events.entry(event.subject).or_default() += 1;
        }
    }
    ensure!(end_events.values().all(|count| *count == 1), "some ends have several events: {end_events:?}");
    Ok(())
}
