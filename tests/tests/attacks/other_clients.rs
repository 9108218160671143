//! Clients that work as usual while the server is attacked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use client::Client;
use rehearsal::world::{CEC, SECRETARY};
use serde_json::json;
use stories::{Scene, ask};
use wire::v1;

/// How long 99 of 100 calls may take.
const CALL_LIMIT: Duration = Duration::from_millis(250);
/// How many times longer than before the attack a call may take in a debug build, if that is more than [`CALL_LIMIT`].
const DEBUG_FACTOR: u32 = if cfg!(debug_assertions) { 3 } else { 0 };
/// How much memory the server may use at its peak.
const MEMORY_LIMIT_MIB: u64 = 160;
/// The pause between two calls.
const PAUSE: Duration = Duration::from_millis(20);
/// How long the calls are measured before the attack.
const BASELINE_TIME: Duration = Duration::from_secs(3);

/// A secretary and an auditor who work as usual.
struct OtherClients<'a> {
    scene: &'a Scene,
    draft: v1::Application,
    calls: usize,
}

impl OtherClients<'_> {
    /// Makes the next call: a read, a list, a write, or a call over a new connection. Returns how long it took.
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

    /// Calls until the function returns false. Returns how long each call took, shortest first.
    async fn call_while(&mut self, continues: impl Fn() -> bool) -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::new();
        while continues() {
            times.push(self.call().await?);
            tokio::time::sleep(PAUSE).await;
        }
        times.sort_unstable();
        Ok(times)
    }
}

/// The time within which 99 of 100 calls ended. `times` must be sorted.
pub fn p99(times: &[Duration]) -> Duration {
    times.get(times.len() * 99 / 100).or(times.last()).copied().unwrap_or_default()
}

/// Runs an attack while other clients work. Fails if they wait too long, or if the server uses too much memory.
pub async fn run_attack<T>(
    scene: &Scene,
    name: &str,
    attack: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    let draft = scene.cis.create_application(ask::file(&ask::mission("cis"), scene.someone())).await?;
    let mut others = OtherClients { scene, draft, calls: 0 };
    let start = Instant::now();
    let before = p99(&others.call_while(|| start.elapsed() < BASELINE_TIME).await?);
    let done = AtomicBool::new(false);
    let attack = async {
        let outcome = attack.await;
        done.store(true, Ordering::Relaxed);
        outcome
    };
    let (outcome, times) = tokio::join!(attack, others.call_while(|| !done.load(Ordering::Relaxed)));
    let (outcome, times) = (outcome?, times?);
    report_and_check(scene, name, before, &times)?;
    Ok(outcome)
}

/// Prints the measurements of an attack. Fails if one is over its limit.
pub fn report_and_check(scene: &Scene, name: &str, before: Duration, times: &[Duration]) -> anyhow::Result<()> {
    let during = p99(times);
    let memory = stories::peak_memory_kib(scene.world.server_pid().context("the server runs")?)? >> 10;
    let line = |id: String, measured: f64, limit: f64, unit: &str| {
        let measured = (measured * 10.0).round() / 10.0;
        println!("\nmeasured {}", json!({ "id": id, "measured": measured, "limit": limit, "unit": unit }));
    };
    println!("\n{name}: {} calls, p99 {before:?} before and {during:?} during the attack, {memory} MiB", times.len());
    line(format!("attack-{name}-p99"), during.as_secs_f64() * 1000.0, CALL_LIMIT.as_secs_f64() * 1000.0, "ms");
    line(format!("attack-{name}-memory"), memory as f64, MEMORY_LIMIT_MIB as f64, "MiB");
    ensure!(times.len() > 10, "only {} calls were measured, expected more than 10", times.len());
    ensure!(
        during < CALL_LIMIT.max(before * DEBUG_FACTOR),
        "99 of 100 calls took up to {during:?} during the attack, and up to {before:?} before it"
    );
    ensure!(memory < MEMORY_LIMIT_MIB, "the server used {memory} MiB, the limit is {MEMORY_LIMIT_MIB} MiB");
    Ok(())
}
