//! Checks that acknowledged changes survive `kill -9`, and that they are synced to disk before the server replies.
//!
//! `cargo xtask durability` also runs these tests on builds with an injected fault, where they must fail.
//! `REHEARSAL_BINARY` selects the build. The command reads the lines that begin with `durability`. `DURABILITY_KILLS`
//! is the number of kills.

mod acknowledged_changes;
mod system_calls;
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

use acknowledged_changes::AcknowledgedChanges;
use system_calls::{SystemCall, Tracer};
use traffic::{Change, DELEGATIONS, KillTime, send_until_killed};

/// The seed of the random kill times and people, so that a failed run can be repeated.
const SEED: u64 = 20_190_609;
/// The least number of calls that must be in flight at each kill.
const MIN_IN_FLIGHT: usize = 32;
/// Number of withdrawals that are traced.
const TRACED_WITHDRAWALS: usize = 10;
/// The least size of a reply in bytes. Everything else that the server writes on an idle connection is shorter.
const MIN_REPLY_BYTES: i64 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_changes_survive_kill_9_on_sqlite() -> anyhow::Result<()> {
    check_kills(Database::Sqlite, "durability").await
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_changes_survive_kill_9_on_postgres() -> anyhow::Result<()> {
    check_kills(Database::Postgres, "durability_on_postgres").await
}

/// Kills the service many times and checks it after each restart. Prints the figures after the word `mark`.
async fn check_kills(database: Database, mark: &str) -> anyhow::Result<()> {
    let kills: usize = std::env::var("DURABILITY_KILLS").map_or(Ok(20), |kills| kills.parse())?;
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let people = Arc::new(Mutex::new(People::new(SEED)));
    let ground = Ground::new(database).await?;
    let mut world = World::small_in(ground.options(1), Stage::Announced).await?;
    let mut changes = AcknowledgedChanges::default();
    while changes.kills < kills && changes.lost == 0 && changes.faults.is_empty() {
        let killed = send_until_killed(&mut world, &people, random_kill_time(&mut rng)).await?;
        world.restart().await?;
        changes.check(&world, &killed).await?;
    }
    let fewest_in_flight = changes.fewest_in_flight.context("DURABILITY_KILLS must be at least 1")?;
    let figures = json!({
        "kills": changes.kills,
        "acknowledged": changes.acknowledged,
        "lost": changes.lost,
        "faults": changes.faults.len(),
        "fewest_in_flight": fewest_in_flight,
        "done_unheard": changes.done_without_answer,
    });
    println!("\n{mark} {figures}");
    ensure!(changes.lost == 0, "{} of {} acknowledged changes are lost", changes.lost, changes.acknowledged);
    ensure!(changes.faults.is_empty(), "{} faults; the first is: {}", changes.faults.len(), changes.faults[0]);
    ensure!(
        fewest_in_flight >= MIN_IN_FLIGHT,
        "only {fewest_in_flight} calls were in flight at a kill, expected at least {MIN_IN_FLIGHT}"
    );
    Ok(())
}

/// A random time for a kill: during a commit, just after one, or between two commits.
fn random_kill_time(rng: &mut ChaCha8Rng) -> KillTime {
    let pause = if rng.random_bool(0.5) { 0 } else { rng.random_range(0..20_000) };
    KillTime { acknowledged: rng.random_range(48..240), pause: Duration::from_micros(pause) }
}

/// A kill cannot show this: data that was written and not synced survives the end of a process, but not a power cut.
#[tokio::test(flavor = "multi_thread")]
async fn the_server_syncs_before_it_replies() -> anyhow::Result<()> {
    let mut people = People::new(SEED);
    let world = World::small().await?;
    let (delegation, pid) = (DELEGATIONS[0], world.server_pid().context("the server runs")?);
    let client = world.actor(delegation, SECRETARY);
    let mut drafts = Vec::new();
    for _ in 0..TRACED_WITHDRAWALS {
        let content = filing::application(v1::Category::ShortTermObserver, people.person("POL"));
        drafts.push(Change::file(delegation, content).send(&client).await?);
    }
    let tracer = Tracer::attach(pid, world.dir().join("trace")).await?;
    let mut withdrawals = Vec::new();
    for draft in &drafts {
        let asked = now();
        Change::withdraw(draft).send(&client).await?;
        withdrawals.push((asked, now()));
        // Time for a late sync, so that it belongs to this withdrawal and not to the next.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let calls = tracer.detach().await?;
    let socket = format!("TCP:[{}->", world.address());
    let synced = withdrawals.iter().filter(|withdrawal| synced_first(&calls, &socket, **withdrawal)).count();
    println!("\ndurability {}", json!({ "traced": TRACED_WITHDRAWALS, "synced": synced }));
    ensure!(
        synced == TRACED_WITHDRAWALS,
        "the server synced before it replied in only {synced} of {TRACED_WITHDRAWALS} withdrawals"
    );
    Ok(())
}

/// Whether the write-ahead log was synced between the request and the first byte of its reply.
fn synced_first(calls: &[SystemCall], socket: &str, (asked, answered): (u64, u64)) -> bool {
    let is_reply = |call: &&SystemCall| call.text.contains(socket) && call.result >= MIN_REPLY_BYTES;
    let replies = calls.iter().filter(is_reply).filter(|call| (asked..=answered).contains(&call.began));
    let Some(reply) = replies.map(|call| call.began).min() else { return false };
    let is_sync = |call: &&SystemCall| call.text.contains("sync(") && call.text.contains("-wal>") && call.result == 0;
    calls.iter().filter(is_sync).any(|call| asked <= call.began && call.ended <= reply)
}

/// Microseconds since 1970, from the clock that `strace` reads.
#[expect(clippy::disallowed_methods, reason = "compared with the times of strace, not with a cutoff")]
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("the clock is later than 1970");
    u64::try_from(since.as_micros()).expect("the time fits into 64 bits")
}
