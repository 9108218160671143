//! Measures how the time of each call grows with the number of applications in an election.
//!
//! Each call is made in a small election and in a large one, in turn. `cargo xtask bench growth` runs these tests at
//! full size and reads the lines that begin with `measured`. `cargo test` runs them with small elections and only
//! compares the two sizes, so that the speed of the machine does not matter.

mod accreditd;
mod fill;
mod installation;
mod measure;
mod measurement;
mod settings;

use anyhow::ensure;
use stories::Database;
use tokio::sync::Mutex;

use installation::Installation;
use measure::{CALLS, Call, cpu, during_reports};
use measurement::Measurement;
use settings::Settings;

/// Locked by each test. Tests on two databases at once would disturb each other's measurements.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// See [`run`].
#[tokio::test(flavor = "multi_thread")]
async fn calls_do_not_grow_with_the_election_on_sqlite() -> anyhow::Result<()> {
    run(Database::Sqlite).await
}

/// See [`run`].
#[tokio::test(flavor = "multi_thread")]
async fn calls_do_not_grow_with_the_election_on_postgres() -> anyhow::Result<()> {
    run(Database::Postgres).await
}

/// Measures every call in elections of all sizes. A call that reads a whole table takes longer in a larger election,
/// and fails.
async fn run(database: Database) -> anyhow::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let settings = Settings::read()?;
    let mut installations = Vec::new();
    for size in &settings.sizes {
        installations.push(Installation::set_up(database, *size, &settings).await?);
    }
    let mut grown = Vec::new();
    for call in CALLS.into_iter().filter(|call| settings.measures(*call, database)) {
        let mut series = measure::interleave(call, &installations, &settings).await;
        if settings.compares && series.iter().any(|one| one.exceeds(settings.limit)) {
            // Another program may have used the CPU, so measure once more.
            series = measure::interleave(call, &installations, &settings).await;
        }
        for one in &series {
            println!("\nmeasured {}", Measurement::growth(one, database).json());
        }
        grown.extend(series.into_iter().filter(|one| settings.compares && one.exceeds(settings.limit)));
    }
    ensure!(grown.is_empty(), "these calls take too long in the larger election: {grown:#?}");
    if !settings.compares {
        measure_cpu(installations, database, &settings).await?;
    }
    Ok(())
}

/// Measures the CPU of a report and of an idle server, and calls of other clients during reports.
async fn measure_cpu(installations: Vec<Installation>, database: Database, settings: &Settings) -> anyhow::Result<()> {
    let size = settings.cpu_size();
    for call in [Call::Report, Call::PastReport, Call::Totals] {
        let Some(installation) = installations.iter().find(|one| one.size == size) else { continue };
        if settings.selects(&format!("cpu-{}", call.name()), database) {
            println!("\nmeasured {}", cpu::of_call(call, installation, database, settings).await.json());
        }
    }
    if let Some(installation) = installations.iter().find(|one| one.size == size)
        && settings.selects("beside-reports", database)
    {
        for measurement in during_reports::measure(installation, database, settings).await {
            println!("\nmeasured {}", measurement.json());
        }
    }
    if settings.selects("idle-cpu", database)
        && let Some(largest) = installations.into_iter().max_by_key(|one| one.size)
    {
        // The other servers have been dropped, so that only one server is measured.
        println!("\nmeasured {}", cpu::idle(&largest, database).await?.json());
    }
    Ok(())
}
