//! What is used of a processor, as the kernel counts it.

use std::time::Duration;

use anyhow::Context;
use stories::Database;
use throwaway::Cluster;
use tokio::time::{Instant, sleep};

use super::Call;
use crate::installation::Installation;
use crate::report::Record;
use crate::settings::Settings;

/// The kernel counts in hundredths of a second.
const TICK_MS: f64 = 10.0;
/// How many calls are made: enough for the kernel's unit not to matter.
const CALLS: usize = 5;
const LONG_ENOUGH: Duration = Duration::from_secs(2);
/// How much a report or the totals may use, in milliseconds.
const MOST_OF_CALL: f64 = 150.0;
/// How long nothing is done, after everything that calls left to be done.
const SETTLE: Duration = Duration::from_secs(5);
/// How long a start may take to do what it does once: the database counts its tables, and what reports count is added up.
const START: Duration = Duration::from_secs(180);
const IDLE: Duration = Duration::from_secs(20);
/// How much of a processor doing nothing may use, in percent.
const MOST_IDLE: f64 = 1.0;

/// What a call uses of a processor, in the server and in PostgreSQL.
pub async fn of_call(call: Call, on: &Installation, database: Database, settings: &Settings) -> Record {
    let measured = repeated(call, on, database, settings).await;
    Record::limited(&format!("cpu-{}", call.name()), database, measured, MOST_OF_CALL, "ms")
}

async fn repeated(call: Call, on: &Installation, database: Database, settings: &Settings) -> anyhow::Result<f64> {
    let (before, start, mut calls) = (used_ms(on, database)?, Instant::now(), 0);
    while calls < CALLS || start.elapsed() < LONG_ENOUGH {
        call.make(on, settings).await?;
        calls += 1;
    }
    Ok((used_ms(on, database)? - before) / calls as f64)
}

/// What is used while nobody calls, once the start is over.
pub async fn idle(on: &Installation, database: Database) -> anyhow::Result<Record> {
    let start = Instant::now();
    while percent_for(SETTLE, on, database).await? >= MOST_IDLE && start.elapsed() < START {}
    let started = used_ms(on, database)? / 1000.0;
    eprintln!(
        "{database:?}: {:.0} s until nothing was left to do; {started:.1} s of CPU so far",
        start.elapsed().as_secs_f64()
    );
    let percent = percent_for(IDLE, on, database).await?;
    Ok(Record::limited("idle-cpu", database, Ok(percent), MOST_IDLE, "percent"))
}

/// How much of a processor is used over some time.
async fn percent_for(time: Duration, on: &Installation, database: Database) -> anyhow::Result<f64> {
    let (before, start) = (used_ms(on, database)?, Instant::now());
    sleep(time).await;
    Ok((used_ms(on, database)? - before) / (start.elapsed().as_secs_f64() * 1000.0) * 100.0)
}

/// What the server and all of PostgreSQL's processes have used so far.
fn used_ms(on: &Installation, database: Database) -> anyhow::Result<f64> {
    let server = Usage::of(on.server.pid).context("accreditd has ended")?.own;
    match database {
        Database::Sqlite => Ok(server),
        Database::Postgres => Ok(server + postgres_ms()?),
    }
}

/// The first process of the cluster and its children, those that have ended included.
fn postgres_ms() -> anyhow::Result<f64> {
    let file = Cluster::shared().sockets().join("data/postmaster.pid");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let first: u32 = text.lines().next().unwrap_or_default().trim().parse()?;
    let first_usage = Usage::of(first).context("PostgreSQL has ended")?;
    let numbers = std::fs::read_dir("/proc")?.flatten();
    let processes = numbers.filter_map(|entry| Usage::of(entry.file_name().to_str()?.parse().ok()?));
    let children: f64 = processes.filter(|process| process.parent == first).map(|process| process.own).sum();
    Ok(first_usage.own + first_usage.of_ended_children + children)
}

/// One line of `/proc/{pid}/stat`.
struct Usage {
    parent: u32,
    own: f64,
    of_ended_children: f64,
}

impl Usage {
    /// `None` if there is no such process, or no longer.
    fn of(pid: u32) -> Option<Self> {
        let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name of the program is in parentheses and may hold anything.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ms = |at: usize| Some(fields.get(at)?.parse::<f64>().ok()? * TICK_MS);
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own: ms(11)? + ms(12)?,
            of_ended_children: ms(13)? + ms(14)?,
        })
    }
}
