//! Measures calls of other clients, and the memory of the server, while clients request many reports.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use stories::Database;
use tokio::time::{Instant, sleep};
use wire::v1;

use super::{Call, Quantiles, timed};
use crate::installation::Installation;
use crate::measurement::Measurement;
use crate::settings::Settings;

/// Number of reports that are requested at once.
const REPORTS: usize = 4;
/// How long the calls are measured.
const MEASURED_TIME: Duration = Duration::from_secs(20);
/// The pause between calls of the other clients.
const PAUSE: Duration = Duration::from_millis(20);
/// How long 99 of 100 calls of other clients may take, in milliseconds.
const P99_LIMIT: f64 = 250.0;
/// The limit of the server's peak memory, in MiB.
const MEMORY_LIMIT: f64 = 160.0;

/// Measures the calls of other clients and the peak memory of the server.
pub async fn measure(installation: &Installation, database: Database, settings: &Settings) -> [Measurement; 2] {
    let p99 = measure_calls(installation, settings).await;
    let memory = stories::peak_memory_kib(installation.server.pid).map(|peak| peak as f64 / 1024.0);
    [
        Measurement::limited("beside-reports-p99", database, p99, P99_LIMIT, "ms"),
        Measurement::limited("beside-reports-memory", database, memory, MEMORY_LIMIT, "MiB"),
    ]
}

/// The time within which 99 of 100 calls of other clients ended, in milliseconds.
async fn measure_calls(installation: &Installation, settings: &Settings) -> anyhow::Result<f64> {
    let done = AtomicBool::new(false);
    let asking = async || {
        while !done.load(Ordering::Relaxed) {
            // The server may refuse a report because of the load. Then it is requested again.
            let _ = Call::PastReport.make(installation, settings).await;
        }
    };
    let others = async {
        let (start, mut times) = (Instant::now(), Vec::new());
        while start.elapsed() < MEASURED_TIME {
            let (first, _) = timed(installation.secretary.who_am_i(v1::WhoAmIRequest {})).await?;
            let request = v1::GetApplicationRequest { name: installation.application.clone() };
            let (second, _) = timed(installation.reviewer.get_application(request)).await?;
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
    Ok(Quantiles::of(times?).context("no call was measured")?.p99)
}
