//! The service is killed in the middle of its work.

use std::time::{Duration, Instant};

use anyhow::ensure;
use stories::{Scene, ask};
use wire::v1::{self, ApplicationState, DecreeState};

use super::DATABASE;

/// How many people are in each decree.
const PEOPLE: usize = 300;

/// A first decree shows how long one takes; the second is killed a quarter, a half and three quarters through.
#[tokio::test]
async fn scenario_39_killed_in_mid_decree_either_all_are_accredited_or_none() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let undisturbed = scene.recommend_many("osce-odihr", PEOPLE).await?;
    let undisturbed = scene.decree_over(undisturbed).await?;
    let begin = Instant::now();
    scene.adopter.adopt_decree(ask::adopt(&undisturbed)).await?;
    let takes = begin.elapsed();

    let list = scene.recommend_many("cis", PEOPLE).await?;
    let adopt = ask::adopt(&scene.decree_over(list).await?);
    let mut undone = 0;
    for quarters in 1..=3 {
        kill_while_adopting(&scene, &adopt, takes * quarters / 4).await?;
        if !is_all_or_nothing(&scene, &adopt.name).await? {
            undone += 1;
        }
    }
    ensure!(undone > 0, "no kill came before the decree's end, which takes {takes:?}");

    let adopted = scene.adopter.adopt_decree(adopt.clone()).await?;
    ensure!(usize::try_from(adopted.accredited_count)? == PEOPLE);
    ensure!(is_all_or_nothing(&scene, &adopt.name).await?);
    ensure!(scene.adopter.adopt_decree(adopt).await? == adopted, "the same request id again, and another answer");
    Ok(())
}

async fn kill_while_adopting(scene: &Scene, adopt: &v1::AdoptDecreeRequest, after: Duration) -> anyhow::Result<()> {
    let (adopter, adopt) = (scene.adopter.clone(), adopt.clone());
    // Whoever asked is cut off with the service, or would repeat the call when it is back.
    let call = tokio::spawn(async move { adopter.adopt_decree(adopt).await });
    tokio::time::sleep(after).await;
    scene.world.kill9().await?;
    call.abort();
    scene.world.restart().await
}

/// Whether the decree is adopted; in either case everything about it agrees.
async fn is_all_or_nothing(scene: &Scene, decree: &str) -> anyhow::Result<bool> {
    let decree = scene.adopter.get_decree(ask::decree(decree)).await?;
    let adopted = decree.state() == DecreeState::Adopted;
    let expected = if adopted { ApplicationState::Accredited } else { ApplicationState::Recommended };
    let applications = scene.adopter.all_applications(ask::all_applications()).await?;
    let listed: Vec<_> = applications.iter().filter(|one| decree.applications.contains(&one.name)).collect();
    ensure!(listed.len() == PEOPLE && listed.iter().all(|one| one.state() == expected), "only some are {expected:?}");

    let accreditations = scene.adopter.all_accreditations(ask::all_accreditations()).await?;
    let numbers = accreditations.iter().map(|one| one.name.clone());
    let count = if adopted { 2 * PEOPLE } else { PEOPLE };
    let gapless = (1..=count).map(|number| format!("{}/accreditations/{number}", ask::election()));
    ensure!(numbers.eq(gapless), "accreditations are not numbered from 1 to {count}");
    Ok(adopted)
}
