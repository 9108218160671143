//! How the time of a call grows with its election: each call is measured in a small election and in a large one, in turn.
//!
//! `cargo xtask bench growth` runs these tests at full size; the lines that begin with `measured` are for it. Without it they
//! are small, and compare the two sizes alone: how fast a machine is does not matter.

mod accreditd;
mod fill;
mod installation;
mod measure;
mod report;
mod settings;

use anyhow::ensure;
use stories::Database;
use tokio::sync::Mutex;

use installation::Installation;
use measure::{CALLS, Call, beside, cpu};
use report::Record;
use settings::Settings;

/// Two databases at once would measure each other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread")]
async fn calls_do_not_grow_with_the_election_on_sqlite() -> anyhow::Result<()> {
    run(Database::Sqlite).await
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_do_not_grow_with_the_election_on_postgres() -> anyhow::Result<()> {
    run(Database::Postgres).await
}

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
            // Something else may have kept the machine busy.
            series = measure::interleave(call, &installations, &settings).await;
        }
        for one in &series {
            println!("\nmeasured {}", Record::growth(one, database).json());
        }
        grown.extend(series.into_iter().filter(|one| settings.compares && one.exceeds(settings.limit)));
    }
    ensure!(grown.is_empty(), "these grow with the election: {grown:#?}");
    if !settings.compares {
        measure_cpu(installations, database, &settings).await?;
    }
    Ok(())
}

/// What a report, and doing nothing, costs of a processor.
async fn measure_cpu(installations: Vec<Installation>, database: Database, settings: &Settings) -> anyhow::Result<()> {
    let at = settings.cpu_size();
    for call in [Call::Report, Call::PastReport, Call::Totals] {
        let Some(installation) = installations.iter().find(|one| one.size == at) else { continue };
        if settings.wants(&format!("cpu-{}", call.name()), database) {
            println!("\nmeasured {}", cpu::of_call(call, installation, database, settings).await.json());
        }
    }
    if let Some(installation) = installations.iter().find(|one| one.size == at)
        && settings.wants("beside-reports", database)
    {
        for record in beside::reports(installation, database, settings).await {
            println!("\nmeasured {}", record.json());
        }
    }
    if settings.wants("idle-cpu", database)
        && let Some(largest) = installations.into_iter().max_by_key(|one| one.size)
    {
        // The others have gone: what is left is one server.
        println!("\nmeasured {}", cpu::idle(&largest, database).await?.json());
    }
    Ok(())
}
