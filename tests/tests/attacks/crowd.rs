//! People with one name and birth date, presented together, beside a long watch list: to compare them once held the writer
//! for minutes.

use anyhow::ensure;
use stories::{Database, Scene, ask};

use crate::{ONE_AT_A_TIME, bystander};

/// How many people.
const PEOPLE: usize = if cfg!(debug_assertions) { 60 } else { 150 };
/// How many entries the watch list has.
const ENTRIES: usize = if cfg!(debug_assertions) { 1_000 } else { 20_000 };

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_with_one_name_holds_up_nobody() -> anyhow::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let scene = Scene::on(Database::Sqlite).await?;
    let mut list = ask::watch(&scene.someone().person.unwrap_or_default());
    list.entries.extend((1..ENTRIES).map(ask::nobody));
    let names = scene.crowd("DOE", PEOPLE).await?;
    let attack = async {
        scene.registrar.replace_watch_list(list).await?;
        scene.present_checked(names.clone()).await.map(drop)
    };
    bystander::beside(&scene, "crowd", attack).await?;
    let read = scene.reviewer.get_application(ask::application(&names[0])).await?;
    ensure!(read.findings.iter().any(|finding| finding.code == "DUPLICATE_PERSON"), "they are found");
    Ok(())
}
