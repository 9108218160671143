//! Measures the CPU time that the kernel counts for the server and for PostgreSQL.

use std::time::Duration;

use anyhow::Context;
use stories::Database;
use throwaway::Cluster;
use tokio::time::{Instant, sleep};

use super::Call;
use crate::installation::Installation;
use crate::measurement::Measurement;
use crate::settings::Settings;

/// The unit of the kernel: a hundredth of a second.
const TICK_MS: f64 = 10.0;
/// The least number of calls.
const MIN_CALLS: usize = 5;
/// The least time of all calls. It is long, so that the unit of the kernel does not matter.
const MIN_TIME: Duration = Duration::from_secs(2);
/// The limit for a report or the totals, in milliseconds.
const CALL_LIMIT: f64 = 150.0;
/// How often the server is checked for being idle.
const SETTLE_TIME: Duration = Duration::from_secs(5);
/// How long the server may be busy after its start: the database analyzes its tables, and a job computes stored totals.
const START_TIMEOUT: Duration = Duration::from_secs(180);
/// How long the idle server is measured.
const IDLE_TIME: Duration = Duration::from_secs(20);
/// The limit for an idle server, in percent of one CPU.
const IDLE_LIMIT: f64 = 1.0;

/// Measures the CPU time of a call, in the server and in PostgreSQL.
pub async fn of_call(call: Call, installation: &Installation, database: Database, settings: &Settings) -> Measurement {
    let measured = cpu_ms_per_call(call, installation, database, settings).await;
    Measurement::limited(&format!("cpu-{}", call.name()), database, measured, CALL_LIMIT, "ms")
}

/// The CPU time of a call, averaged over several calls.
async fn cpu_ms_per_call(
    call: Call,
    installation: &Installation,
    database: Database,
    settings: &Settings,
) -> anyhow::Result<f64> {
    let (before, start, mut calls) = (used_ms(installation, database)?, Instant::now(), 0);
    while calls < MIN_CALLS || start.elapsed() < MIN_TIME {
        call.make(installation, settings).await?;
        calls += 1;
    }
    Ok((used_ms(installation, database)? - before) / calls as f64)
}

/// Measures the CPU time of an idle server, after it has finished the work of its start.
pub async fn idle(installation: &Installation, database: Database) -> anyhow::Result<Measurement> {
    let start = Instant::now();
    while percent_for(SETTLE_TIME, installation, database).await? >= IDLE_LIMIT && start.elapsed() < START_TIMEOUT {}
    let started = used_ms(installation, database)? / 1000.0;
    eprintln!(
        "{database:?}: {:.0} s until the server was idle; it used {started:.1} s of CPU",
        start.elapsed().as_secs_f64()
    );
    let percent = percent_for(IDLE_TIME, installation, database).await?;
    Ok(Measurement::limited("idle-cpu", database, Ok(percent), IDLE_LIMIT, "percent"))
}

/// The CPU time that is used during `time`, in percent of one CPU.
async fn percent_for(time: Duration, installation: &Installation, database: Database) -> anyhow::Result<f64> {
    let (before, start) = (used_ms(installation, database)?, Instant::now());
    sleep(time).await;
    Ok((used_ms(installation, database)? - before) / (start.elapsed().as_secs_f64() * 1000.0) * 100.0)
}

/// The CPU time of the server and of all PostgreSQL processes so far, in milliseconds.
fn used_ms(installation: &Installation, database: Database) -> anyhow::Result<f64> {
    let server = Usage::lookup(installation.server.pid).context("accreditd has ended")?.own;
    match database {
        Database::Sqlite => Ok(server),
        Database::Postgres => Ok(server + postgres_ms()?),
    }
}

/// The CPU time of the first process of the cluster and of its children, also of ended ones.
fn postgres_ms() -> anyhow::Result<f64> {
    let file = Cluster::shared().sockets().join("data/postmaster.pid");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let first: u32 = text.lines().next().unwrap_or_default().trim().parse()?;
    let first_usage = Usage::lookup(first).context("PostgreSQL has ended")?;
    let numbers = std::fs::read_dir("/proc")?.flatten();
    let processes = numbers.filter_map(|entry| Usage::lookup(entry.file_name().to_str()?.parse().ok()?));
    let children: f64 = processes.filter(|process| process.parent == first).map(|process| process.own).sum();
    Ok(first_usage.own + first_usage.of_ended_children + children)
}

/// The CPU times in `/proc/{pid}/stat`, in milliseconds.
struct Usage {
    parent: u32,
    own: f64,
    of_ended_children: f64,
}

impl Usage {
    /// Reads the CPU times of a process. `None` if there is no such process.
    fn lookup(pid: u32) -> Option<Self> {
        let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name of the program is in parentheses. It may contain spaces and parentheses.
        let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
        let ms = |at: usize| Some(fields.get(at)?.parse::<f64>().ok()? * TICK_MS);
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own: ms(11)? + ms(12)?,
            of_ended_children: ms(13)? + ms(14)?,
        })
    }
}
