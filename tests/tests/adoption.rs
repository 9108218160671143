//! The adoption of a decree is atomic: a killed service has accredited all its people, or none of them.
//!
//! `ADOPTION_KILLS` is the number of kills on each database, and `ADOPTION_PEOPLE` the number of people in the decree.
//! `cargo xtask durability` kills 50 times, with 800 people. Every round restores the database to the moment before the
//! adoption, so that all kills meet the same work.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use stories::{Database, Scene, ask};
use tokio::time::sleep;
use wire::v1::{ApplicationState, DecreeState};

const SEED: u64 = 20_190_609;

/// What the rounds found after their kills.
#[derive(Debug, Default)]
struct Found {
    /// Rounds in which all people were accredited.
    all: usize,
    /// Rounds in which nobody was accredited.
    nothing: usize,
    /// Descriptions of the rounds in which only some people were accredited.
    halves: Vec<String>,
}

/// A number from an environment variable, or its default.
fn env_number(name: &str, default: usize) -> anyhow::Result<usize> {
    Ok(std::env::var(name).map_or(Ok(default), |number| number.parse())?)
}

/// SQLite recovers an interrupted adoption from its write-ahead log.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_adoption_is_complete_or_has_not_happened_on_sqlite() -> anyhow::Result<()> {
    check(Database::Sqlite, "adoption").await
}

/// PostgreSQL rolls back the transaction of the lost connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_adoption_is_complete_or_has_not_happened_on_postgres() -> anyhow::Result<()> {
    check(Database::Postgres, "adoption_on_postgres").await
}

async fn check(database: Database, mark: &str) -> anyhow::Result<()> {
    let (kills, people) = (env_number("ADOPTION_KILLS", 4)?, env_number("ADOPTION_PEOPLE", 60)?);
    let scene = Scene::on(database).await?;
    let names = scene.recommend_many("osce-odihr", people).await?;
    let decree = scene.decree_over(names).await?;
    scene.world.stop().await?;
    scene.ground.save_copy(scene.world.dir())?;
    scene.world.restart().await?;
    // The first adoption is not killed: it shows how long an adoption takes.
    let start = Instant::now();
    scene.adopter.adopt_decree(ask::adopt(&decree)).await?;
    let duration = start.elapsed();
    restore_before_adoption(&scene).await?;

    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut found = Found::default();
    for kill in 0..kills {
        let (adopter, request) = (scene.adopter.clone(), ask::adopt(&decree));
        let call = tokio::spawn({
            let request = request.clone();
            async move { adopter.adopt_decree(request).await }
        });
        sleep(duration.mul_f64(rng.random_range(0.1..1.4))).await;
        scene.world.kill9().await?;
        // A client without an answer retries after the restart, which would adopt the decree: that call is aborted.
        let was_answered = call.is_finished();
        scene.world.restart().await?;
        if !was_answered {
            call.abort();
        }
        found.record_state(&scene, &decree.name, people, kill).await?;
        // The same request again adopts the decree, once.
        let adopted = scene.adopter.adopt_decree(request).await?;
        ensure!(adopted.accredited_count as usize == people, "{adopted:?}");
        check_all_accredited(&scene, people).await.with_context(|| format!("repeated after kill {kill}"))?;
        restore_before_adoption(&scene).await?;
    }
    let Found { all, nothing, halves } = &found;
    println!(
        "\n{mark} {}",
        json!({
            "kills": kills,
            "people": people,
            "milliseconds": duration.as_millis(),
            "whole": all,
            "nothing": nothing,
            "halves": halves.len(),
        })
    );
    ensure!(halves.is_empty(), "{} adoptions were incomplete, the first: {}", halves.len(), halves[0]);
    // Fewer than 20 kills can all come on the same side of the commit.
    ensure!(kills < 20 || (*all > 0 && *nothing > 0), "all kills came on the same side of the commit");
    Ok(())
}

impl Found {
    /// Reads what the kill left, and counts it.
    async fn record_state(&mut self, scene: &Scene, decree: &str, people: usize, kill: usize) -> anyhow::Result<()> {
        let read = scene.adopter.get_decree(ask::decree(decree)).await?;
        let found = match read.state() {
            DecreeState::Adopted => check_all_accredited(scene, people).await.map(|()| self.all += 1),
            _ => check_none_accredited(scene, people).await.map(|()| self.nothing += 1),
        };
        if let Err(error) = found {
            self.halves.push(format!("kill {kill}: {error:#}"));
        }
        Ok(())
    }
}

/// Checks that everyone is accredited, with the numbers from 1 on and without a gap.
async fn check_all_accredited(scene: &Scene, people: usize) -> anyhow::Result<()> {
    let numbers: BTreeSet<usize> = scene
        .auditor
        .all_accreditations(ask::all_accreditations())
        .await?
        .iter()
        .filter_map(|accreditation| accreditation.name.rsplit('/').next()?.parse().ok())
        .collect();
    ensure!(
        numbers.iter().copied().eq(1..=people),
        "the accreditations are not numbered from 1 to {people}: {} numbers",
        numbers.len()
    );
    check_states(scene, ApplicationState::Accredited, people).await
}

/// Checks that nobody is accredited, and everyone is still recommended.
async fn check_none_accredited(scene: &Scene, people: usize) -> anyhow::Result<()> {
    let accredited = scene.auditor.all_accreditations(ask::all_accreditations()).await?.len();
    ensure!(accredited == 0, "{accredited} are accredited by a decree that is not adopted");
    check_states(scene, ApplicationState::Recommended, people).await
}

/// Checks that there are that many applications, all in one state.
async fn check_states(scene: &Scene, state: ApplicationState, people: usize) -> anyhow::Result<()> {
    let all = scene.auditor.all_applications(ask::all_applications()).await?;
    let found = all.iter().filter(|application| application.state() == state).count();
    ensure!(found == people && all.len() == people, "{found} of {} are {}", all.len(), state.as_str_name());
    Ok(())
}

/// Restores the database to the moment before the adoption.
async fn restore_before_adoption(scene: &Scene) -> anyhow::Result<()> {
    scene.world.stop().await?;
    scene.ground.restore_copy(scene.world.dir())?;
    scene.ground.save_copy(scene.world.dir())?;
    scene.world.restart().await?;
    // Gives the clients a moment to notice that the old connections are closed.
    sleep(Duration::from_millis(10)).await;
    Ok(())
}
