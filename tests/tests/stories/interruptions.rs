//! The adoption of a decree is atomic, also when the service is killed while it adopts.
//!
//! All people of the decree are accredited, with numbers without a gap, or none of them is. Scenario 39.

use std::time::{Duration, Instant};

use anyhow::ensure;
use stories::{Scene, ask};
use wire::v1::{self, ApplicationState, DecreeState};

use super::DATABASE;

/// The number of people in the decree whose adoption is killed.
const PEOPLE: usize = 300;
/// A quarter of them, who are adopted first and without a kill, to learn how long it takes.
const FEW: usize = 75;

/// The first decree, over a quarter of the people, shows how long an adoption takes. The second is killed after once, twice
/// and three times that time.
#[tokio::test]
async fn scenario_39_a_service_killed_during_an_adoption_accredits_all_people_or_none() -> anyhow::Result<()> {
    let scene = Scene::on(DATABASE).await?;
    let uninterrupted = scene.recommend_many("osce-odihr", FEW).await?;
    let uninterrupted = scene.decree_over(uninterrupted).await?;
    let begin = Instant::now();
    scene.adopter.adopt_decree(ask::adopt(&uninterrupted)).await?;
    let duration = begin.elapsed();

    let list = scene.recommend_many("cis", PEOPLE).await?;
    let adopt = ask::adopt(&scene.decree_over(list).await?);
    let mut undone = 0;
    for times in 1..=3 {
        kill_while_adopting(&scene, &adopt, duration * times).await?;
        if !is_all_or_nothing(&scene, &adopt.name).await? {
            undone += 1;
        }
    }
    ensure!(undone > 0, "no kill came before the end of the adoption; one of {FEW} people takes {duration:?}");

    let adopted = scene.adopter.adopt_decree(adopt.clone()).await?;
    ensure!(usize::try_from(adopted.accredited_count)? == PEOPLE);
    ensure!(is_all_or_nothing(&scene, &adopt.name).await?);
    ensure!(scene.adopter.adopt_decree(adopt).await? == adopted, "the repeated request got another answer");
    Ok(())
}

async fn kill_while_adopting(scene: &Scene, adopt: &v1::AdoptDecreeRequest, after: Duration) -> anyhow::Result<()> {
    let (adopter, adopt) = (scene.adopter.clone(), adopt.clone());
    // The call is aborted with the service: the client would repeat it after the restart.
    let call = tokio::spawn(async move { adopter.adopt_decree(adopt).await });
    tokio::time::sleep(after).await;
    scene.world.kill9().await?;
    call.abort();
    scene.world.restart().await
}

/// Whether the decree is adopted. Fails if its people and their accreditations do not agree with its state.
async fn is_all_or_nothing(scene: &Scene, decree: &str) -> anyhow::Result<bool> {
    let decree = scene.adopter.get_decree(ask::decree(decree)).await?;
    let adopted = decree.state() == DecreeState::Adopted;
    let expected = if adopted { ApplicationState::Accredited } else { ApplicationState::Recommended };
    let applications = scene.adopter.all_applications(ask::all_applications()).await?;
    let listed: Vec<_> = applications.iter().filter(|one| decree.applications.contains(&one.name)).collect();
    ensure!(listed.len() == PEOPLE && listed.iter().all(|one| one.state() == expected), "only some are {expected:?}");

    let accreditations = scene.adopter.all_accreditations(ask::all_accreditations()).await?;
    let numbers = accreditations.iter().map(|one| one.name.clone());
    let count = if adopted { FEW + PEOPLE } else { FEW };
    let expected_names = (1..=count).map(|number| format!("{}/accreditations/{number}", ask::election()));
    ensure!(numbers.eq(expected_names), "accreditations are not numbered from 1 to {count}");
    Ok(adopted)
}
