//! What the service has acknowledged is there after `kill -9`, and on the disk before it is acknowledged.
//!
//! `cargo xtask durability` runs these tests on builds with a fault as well, by `REHEARSAL_BINARY`, and expects them to
//! fail. The lines that begin with `durability` are for it. `DURABILITY_KILLS` says how often to kill.

mod ledger;
mod trace;
mod traffic;

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use anyhow::{Context, ensure};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rehearsal::Stage;
use rehearsal::filing;
use rehearsal::people::People;
use rehearsal::world::{SECRETARY, World};
use serde_json::json;
use stories::{Database, Ground};
use wire::v1;

use ledger::Ledger;
use trace::{Call, Tracer};
use traffic::{Change, DELEGATIONS, Moment, until_killed};

const SEED: u64 = 20_190_609;
/// How many calls are in flight at least when the service is killed.
const IN_FLIGHT: usize = 32;
/// How many withdrawals are traced.
const TRACED: usize = 10;
/// No reply is shorter than this, and nothing else that the service writes on a quiet connection is as long.
const SHORTEST_REPLY: i64 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kill_9_on_sqlite() -> anyhow::Result<()> {
    check_kills(Database::Sqlite, "durability").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kill_9_on_postgres() -> anyhow::Result<()> {
    check_kills(Database::Postgres, "durability_on_postgres").await
}

async fn check_kills(database: Database, mark: &str) -> anyhow::Result<()> {
    let kills: usize = std::env::var("DURABILITY_KILLS").map_or(Ok(20), |kills| kills.parse())?;
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let people = Arc::new(Mutex::new(People::new(SEED)));
    let ground = Ground::new(database).await?;
    let mut world = World::small_in(ground.options(1), Stage::Announced).await?;
    let mut ledger = Ledger::default();
    while ledger.kills < kills && ledger.lost == 0 && ledger.faults.is_empty() {
        let killed = until_killed(&mut world, &people, moment(&mut rng)).await?;
        world.restart().await?;
        ledger.check(&world, &killed).await?;
    }
    let fewest_in_flight = ledger.fewest_in_flight.context("at least one kill")?;
    let figures = json!({
        "kills": ledger.kills,
        "acknowledged": ledger.acknowledged,
        "lost": ledger.lost,
        "faults": ledger.faults.len(),
        "fewest_in_flight": fewest_in_flight,
        "done_unheard": ledger.done_unheard,
    });
    println!("\n{mark} {figures}");
    ensure!(ledger.lost == 0, "{} of {} acknowledged changes are lost", ledger.lost, ledger.acknowledged);
    ensure!(ledger.faults.is_empty(), "{} faults, of which the first: {}", ledger.faults.len(), ledger.faults[0]);
    ensure!(fewest_in_flight >= IN_FLIGHT, "only {fewest_in_flight} calls were in flight when the service was killed");
    Ok(())
}

/// In the midst of a commit, just after one, or at any time between.
fn moment(rng: &mut ChaCha8Rng) -> Moment {
    let pause = if rng.random_bool(0.5) { 0 } else { rng.random_range(0..20_000) };
    Moment { acknowledged: rng.random_range(48..240), pause: Duration::from_micros(pause) }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sync_comes_before_the_reply() -> anyhow::Result<()> {
    let mut people = People::new(SEED);
    let world = World::small().await?;
    let (delegation, pid) = (DELEGATIONS[0], world.server_pid().context("the service runs")?);
    let client = world.actor(delegation, SECRETARY);
    let mut drafts = Vec::new();
    for _ in 0..TRACED {
        let content = filing::application(v1::Category::ShortTermObserver, people.person("POL"));
        drafts.push(Change::file(delegation, content).send(&client).await?);
    }
    let tracer = Tracer::attach(pid, world.dir().join("trace")).await?;
    let mut withdrawals = Vec::new();
    for draft in &drafts {
        let asked = now();
        Change::withdraw(draft).send(&client).await?;
        withdrawals.push((asked, now()));
        // Until nothing is on its way any more, whether it should have been or not.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let calls = tracer.detach().await?;
    let socket = format!("TCP:[{}->", world.address());
    let synced = withdrawals.iter().filter(|withdrawal| synced_first(&calls, &socket, **withdrawal)).count();
    println!("\ndurability {}", json!({ "traced": TRACED, "synced": synced }));
    ensure!(synced == TRACED, "the sync comes before the reply in {synced} of {TRACED} withdrawals");
    Ok(())
}

/// Whether the log of the database was synced between the request and the first byte of the reply to it.
fn synced_first(calls: &[Call], socket: &str, (asked, answered): (u64, u64)) -> bool {
    let is_reply = |call: &&Call| call.text.contains(socket) && call.result >= SHORTEST_REPLY;
    let replies = calls.iter().filter(is_reply).filter(|call| (asked..=answered).contains(&call.began));
    let Some(reply) = replies.map(|call| call.began).min() else { return false };
    let is_sync = |call: &&Call| call.text.contains("sync(") && call.text.contains("-wal>") && call.result == 0;
    calls.iter().filter(is_sync).any(|call| asked <= call.began && call.ended <= reply)
}

/// Microseconds since 1970, by the clock that `strace` reads.
#[expect(clippy::disallowed_methods, reason = "compared with what strace writes, not with a cutoff")]
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is later than 1970");
    u64::try_from(since.as_micros()).expect("it is not that late")
}
