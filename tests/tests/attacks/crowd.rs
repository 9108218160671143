//! People with one name and birth date, presented together, beside a long watch list: to compare them once held the writer
//! for minutes.

use anyhow::{Context as _, ensure};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use rehearsal::filing;
use stories::{Database, Reach, Scene, ask};
use wire::v1::{self, Category};

use crate::{ONE_AT_A_TIME, bystander};

/// How many people.
const PEOPLE: usize = if cfg!(debug_assertions) { 60 } else { 150 };
/// How many entries the watch list has.
const ENTRIES: usize = if cfg!(debug_assertions) { 1_000 } else { 20_000 };

/// Someone of the crowd.
fn one_of(scene: &Scene, number: usize) -> anyhow::Result<v1::Application> {
    let mut person = scene.someone().person.context("someone is a person")?;
    person.family_name = "DOE".to_owned();
    person.given_name = "JOHN".to_owned();
    person.native_name = String::new();
    person.birth_date = "1970-05-05".to_owned();
    let passport = person.passport.get_or_insert_default();
    passport.number = format!("N{number:06}");
    passport.mrz.clear();
    Ok(filing::application(Category::ShortTermObserver, person))
}

fn listed(number: usize) -> v1::WatchListEntry {
    let birth_date = format!("19{:02}-05-0{}", number % 90, number % 9 + 1);
    v1::WatchListEntry { spellings: vec![format!("Nobody{number} Atall")], birth_date, ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_with_one_name_holds_up_nobody() -> anyhow::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let scene = Scene::on(Database::Sqlite).await?;
    let mut list = ask::watch(&scene.someone().person.unwrap_or_default());
    list.entries.extend((1..ENTRIES).map(listed));
    let people: Vec<_> = (0..PEOPLE).map(|number| one_of(&scene, number)).collect::<Result<_, _>>()?;
    let submitted = people.into_iter().map(|person| scene.bring_as("osce-odihr", person, Reach::Submitted));
    let submitted = stream::iter(submitted).buffered(8).map_ok(|application| application.name);
    let names: Vec<String> = submitted.try_collect().await?;
    let attack = async {
        scene.registrar.replace_watch_list(list).await?;
        scene.present(names.clone()).await?;
        scene.all_checked(&names).await
    };
    bystander::beside(&scene, "crowd", attack).await?;
    let read = scene.reviewer.get_application(ask::application(&names[0])).await?;
    ensure!(read.findings.iter().any(|finding| finding.code == "DUPLICATE_PERSON"), "they are found");
    Ok(())
}
