//! A decree over many people is adopted whole or not at all, wherever in the middle of it the service is killed.
//!
//! `ADOPTION_KILLS` says how often to kill on each database and `ADOPTION_PEOPLE` over how many people; `cargo xtask
//! durability` kills 50 times over 800. Every round begins at the same moment: the database is put back to it.

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

/// What was found after the kills.
#[derive(Debug, Default)]
struct Found {
    all: usize,
    nothing: usize,
    halves: Vec<String>,
}

fn number(name: &str, otherwise: usize) -> anyhow::Result<usize> {
    Ok(std::env::var(name).map_or(Ok(otherwise), |number| number.parse())?)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adoption_cut_by_kill_9_is_whole_or_has_not_happened_on_sqlite() -> anyhow::Result<()> {
    check(Database::Sqlite, "adoption").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adoption_cut_by_kill_9_is_whole_or_has_not_happened_on_postgres() -> anyhow::Result<()> {
    check(Database::Postgres, "adoption_on_postgres").await
}

async fn check(database: Database, mark: &str) -> anyhow::Result<()> {
    let (kills, people) = (number("ADOPTION_KILLS", 4)?, number("ADOPTION_PEOPLE", 60)?);
    let scene = Scene::on(database).await?;
    let names = scene.recommend_many("osce-odihr", people).await?;
    let decree = scene.decree_over(names).await?;
    scene.world.stop().await?;
    scene.ground.keep(scene.world.dir())?;
    scene.world.restart().await?;
    // Once without a kill, to know how long it takes.
    let start = Instant::now();
    scene.adopter.adopt_decree(ask::adopt(&decree)).await?;
    let takes = start.elapsed();
    back(&scene).await?;

    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut found = Found::default();
    for kill in 0..kills {
        let (adopter, request) = (scene.adopter.clone(), ask::adopt(&decree));
        let asked = tokio::spawn({
            let request = request.clone();
            async move { adopter.adopt_decree(request).await }
        });
        sleep(takes.mul_f64(rng.random_range(0.1..1.4))).await;
        scene.world.kill9().await?;
        // The client goes on asking; what it is told in the end must be so.
        let before = asked.is_finished();
        scene.world.restart().await?;
        if !before {
            asked.abort();
        }
        found.look(&scene, &decree.name, people, kill).await?;
        // Whoever asks again with the same request gets what it asked for, once.
        let adopted = scene.adopter.adopt_decree(request).await?;
        ensure!(adopted.accredited_count as usize == people, "{adopted:?}");
        whole(&scene, people).await.with_context(|| format!("asked again after kill {kill}"))?;
        back(&scene).await?;
    }
    let Found { all, nothing, halves } = &found;
    println!(
        "\n{mark} {}",
        json!({
            "kills": kills,
            "people": people,
            "milliseconds": takes.as_millis(),
            "whole": all,
            "nothing": nothing,
            "halves": halves.len(),
        })
    );
    ensure!(halves.is_empty(), "{} halves, of which the first: {}", halves.len(), halves[0]);
    // Fewer kills than these can all come on one side of the commit.
    ensure!(kills < 20 || (*all > 0 && *nothing > 0), "no kill came on the other side of the commit");
    Ok(())
}

impl Found {
    async fn look(&mut self, scene: &Scene, decree: &str, people: usize, kill: usize) -> anyhow::Result<()> {
        let read = scene.adopter.get_decree(ask::decree(decree)).await?;
        let found = match read.state() {
            DecreeState::Adopted => whole(scene, people).await.map(|()| self.all += 1),
            _ => untouched(scene, people).await.map(|()| self.nothing += 1),
        };
        if let Err(half) = found {
            self.halves.push(format!("kill {kill}: {half:#}"));
        }
        Ok(())
    }
}

/// Everyone is accredited, under the numbers from 1 on without a gap.
async fn whole(scene: &Scene, people: usize) -> anyhow::Result<()> {
    let numbers: BTreeSet<usize> = scene
        .auditor
        .all_accreditations(ask::all_accreditations())
        .await?
        .iter()
        .filter_map(|accreditation| accreditation.name.rsplit('/').next()?.parse().ok())
        .collect();
    ensure!(numbers.iter().copied().eq(1..=people), "{} numbers, not 1 to {people}", numbers.len());
    in_state(scene, ApplicationState::Accredited, people).await
}

/// Nobody is accredited, and everyone waits for the decree.
async fn untouched(scene: &Scene, people: usize) -> anyhow::Result<()> {
    let accredited = scene.auditor.all_accreditations(ask::all_accreditations()).await?.len();
    ensure!(accredited == 0, "{accredited} are accredited by a decree that is not adopted");
    in_state(scene, ApplicationState::Recommended, people).await
}

async fn in_state(scene: &Scene, state: ApplicationState, people: usize) -> anyhow::Result<()> {
    let all = scene.auditor.all_applications(ask::all_applications()).await?;
    let found = all.iter().filter(|application| application.state() == state).count();
    ensure!(found == people && all.len() == people, "{found} of {} are {}", all.len(), state.as_str_name());
    Ok(())
}

/// Puts the database back to the moment before the adoption.
async fn back(scene: &Scene) -> anyhow::Result<()> {
    scene.world.stop().await?;
    scene.ground.restore(scene.world.dir())?;
    scene.ground.keep(scene.world.dir())?;
    scene.world.restart().await?;
    // The first call finds the service again.
    sleep(Duration::from_millis(10)).await;
    Ok(())
}
