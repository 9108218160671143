//! Presents many people with one name and birth date while the watch list is long.
//!
//! The comparison of these people once blocked the writer for minutes.

use anyhow::ensure;
use stories::{Database, Scene, ask};

use crate::{ONE_AT_A_TIME, other_clients};

/// Number of people with the same name.
const PEOPLE: usize = if cfg!(debug_assertions) { 60 } else { 150 };
/// Number of entries in the watch list.
const ENTRIES: usize = if cfg!(debug_assertions) { 1_000 } else { 20_000 };

/// Each of these people is a possible duplicate of all others, so the checks compare many pairs.
#[tokio::test(flavor = "multi_thread")]
async fn people_with_one_name_delay_no_other_client() -> anyhow::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().await;
    let scene = Scene::on(Database::Sqlite).await?;
    let mut list = ask::watch(&scene.someone().person.unwrap_or_default());
    list.entries.extend((1..ENTRIES).map(ask::nobody));
    let names = scene.crowd("DOE", PEOPLE).await?;
    let attack = async {
        scene.registrar.replace_watch_list(list).await?;
        scene.present_checked(names.clone()).await.map(drop)
    };
    other_clients::run_attack(&scene, "crowd", attack).await?;
    let read = scene.reviewer.get_application(ask::application(&names[0])).await?;
    ensure!(
        read.findings.iter().any(|finding| finding.code == "DUPLICATE_PERSON"),
        "the checks did not find that the people have one name"
    );
    Ok(())
}
