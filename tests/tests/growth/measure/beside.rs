//! What others notice while somebody asks for one report after the other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use stories::Database;
use tokio::time::{Instant, sleep};
use wire::v1;

use super::{Call, Quantiles, timed};
use crate::installation::Installation;
use crate::report::Record;
use crate::settings::Settings;

/// How many reports are asked for at once.
const REPORTS: usize = 4;
/// For how long.
const WATCHED: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);
/// How long 99 of 100 of the others' calls may take, in milliseconds.
const MOST_P99: f64 = 250.0;
/// How much memory the server may have held, in MiB.
const MOST_MEMORY: f64 = 160.0;

/// How long others' calls take meanwhile, and the most memory that the server has held until then.
pub async fn reports(on: &Installation, database: Database, settings: &Settings) -> [Record; 2] {
    let p99 = calls_beside_reports(on, settings).await;
    let memory = stories::peak_memory_kib(on.server.pid).map(|peak| peak as f64 / 1024.0);
    [
        Record::limited("beside-reports-p99", database, p99, MOST_P99, "ms"),
        Record::limited("beside-reports-memory", database, memory, MOST_MEMORY, "MiB"),
    ]
}

async fn calls_beside_reports(on: &Installation, settings: &Settings) -> anyhow::Result<f64> {
    let done = AtomicBool::new(false);
    let asking = async || {
        while !done.load(Ordering::Relaxed) {
            // One that is refused for the others' sake is asked for again.
            let _ = Call::PastReport.make(on, settings).await;
        }
    };
    let others = async {
        let (start, mut times) = (Instant::now(), Vec::new());
        while start.elapsed() < WATCHED {
            let (first, _) = timed(on.secretary.who_am_i(v1::WhoAmIRequest {})).await?;
            let request = v1::GetApplicationRequest { name: on.application.clone() };
            let (second, _) = timed(on.reviewer.get_application(request)).await?;
            times.extend([first, second].map(|took| took.as_secs_f64() * 1000.0));
            sleep(PAUSE).await;
        }
        anyhow::Ok(times)
    };
    let others = async {
        let times = others.await;
        done.store(true, Ordering::Relaxed);
        times
    };
    let (times, _) = tokio::join!(others, futures_util::future::join_all((0..REPORTS).map(|_| asking())));
    Ok(Quantiles::of(times?).context("calls were made")?.p99)
}
