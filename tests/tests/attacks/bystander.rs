//! Somebody who goes on working while others attack.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use client::Client;
use rehearsal::world::{CEC, SECRETARY};
use serde_json::json;
use stories::{Scene, ask};
use wire::v1;

/// How long 99 of 100 calls may take.
const CALL: Duration = Duration::from_millis(250);
/// A debug build may take so many times what it takes without an attack, if that is more.
const SLOWER: u32 = if cfg!(debug_assertions) { 3 } else { 0 };
/// How much memory the server may have held.
const MEMORY_MIB: u64 = 160;
/// Between two calls.
const PAUSE: Duration = Duration::from_millis(20);
/// How long is looked before the attack.
const BEFORE: Duration = Duration::from_secs(3);

/// A secretary and an auditor at work.
struct Bystander<'a> {
    scene: &'a Scene,
    draft: v1::Application,
    calls: usize,
}

impl Bystander<'_> {
    /// The next call: to read, to list, to write, and now and then over a new connection.
    async fn call(&mut self) -> anyhow::Result<Duration> {
        self.calls += 1;
        let (scene, start) = (self.scene, Instant::now());
        match self.calls % 5 {
            0 => drop(scene.auditor.who_am_i(v1::WhoAmIRequest {}).await?),
            1 => drop(scene.cis.get_application(ask::application(&self.draft.name)).await?),
            2 => drop(scene.auditor.list_applications(ask::all_applications()).await?),
            3 => {
                let content =
                    ask::with_family_name(&self.draft, if self.calls.is_multiple_of(2) { "ROE" } else { "DOE" });
                self.draft = scene.cis.update_application(ask::update(&self.draft, content)).await?;
            }
            _ => {
                let profile = match self.calls.is_multiple_of(2) {
                    true => scene.world.profile("cis", SECRETARY),
                    false => scene.world.profile(CEC, "auditor"),
                };
                drop(Client::new(&profile)?.who_am_i(v1::WhoAmIRequest {}).await?);
            }
        }
        Ok(start.elapsed())
    }

    /// Calls for as long as something goes on; gives how long each call took, shortest first.
    async fn work(&mut self, goes_on: impl Fn() -> bool) -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::new();
        while goes_on() {
            times.push(self.call().await?);
            tokio::time::sleep(PAUSE).await;
        }
        times.sort_unstable();
        Ok(times)
    }
}

/// What 99 of 100 took no longer than.
pub fn p99(times: &[Duration]) -> Duration {
    times.get(times.len() * 99 / 100).or(times.last()).copied().unwrap_or_default()
}

/// Attacks while somebody else works; fails if they have to wait, or if the server takes more memory than it may.
pub async fn beside<T>(
    scene: &Scene,
    name: &str,
    attack: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let draft = scene.cis.create_application(ask::file(&ask::mission("cis"), scene.someone())).await?;
    let mut bystander = Bystander { scene, draft, calls: 0 };
    let start = Instant::now();
    let before = p99(&bystander.work(|| start.elapsed() < BEFORE).await?);
    let done = AtomicBool::new(false);
    let attack = async {
        let outcome = attack.await;
        done.store(true, Ordering::Relaxed);
        outcome
    };
    let (outcome, times) = tokio::join!(attack, bystander.work(|| !done.load(Ordering::Relaxed)));
    let (outcome, times) = (outcome?, times?);
    report(scene, name, before, &times)?;
    Ok(outcome)
}

/// Says what was noticed, and fails if it was too much.
pub fn report(scene: &Scene, name: &str, before: Duration, times: &[Duration]) -> anyhow::Result<()> {
    let during = p99(times);
    let memory = stories::peak_memory_kib(scene.world.server_pid().context("the service runs")?)? >> 10;
    let line = |id: String, measured: f64, limit: f64, unit: &str| {
        let measured = (measured * 10.0).round() / 10.0;
        println!("\nmeasured {}", json!({ "id": id, "measured": measured, "limit": limit, "unit": unit }));
    };
    println!("\n{name}: {} calls, p99 {before:?} before and {during:?} during the attack, {memory} MiB", times.len());
    line(format!("attack-{name}-p99"), during.as_secs_f64() * 1000.0, CALL.as_secs_f64() * 1000.0, "ms");
    line(format!("attack-{name}-memory"), memory as f64, MEMORY_MIB as f64, "MiB");
    ensure!(times.len() > 10, "only {} calls", times.len());
    ensure!(during < CALL.max(before * SLOWER), "p99 {during:?}; before the attack it was {before:?}");
    ensure!(memory < MEMORY_MIB, "{memory} MiB");
    Ok(())
}
