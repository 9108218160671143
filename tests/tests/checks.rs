//! The automatic checks when something is wrong below them.

use anyhow::{Context, ensure};
use stories::{Database, Reach, Scene, ask, eventually};

/// One application whose sealed part was damaged holds up nobody behind it.
#[tokio::test]
async fn what_cannot_be_checked_holds_up_nobody_behind_it() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Postgres).await?;
    let names = scene.submit_many("osce-odihr", 3).await?;
    scene.world.is_changed_by_hand();
    let broken = names[0].rsplit('/').next().context("a name")?;
    let database = scene.ground.postgres().context("it is on a server")?;
    database.sql(&format!("UPDATE revision SET identity = '\\x00' WHERE application = '{broken}'"))?;
    scene.present(names.clone()).await?;
    for name in &names[1..] {
        eventually("the checks of whoever is behind it", || async {
            let read = scene.reviewer.get_application(ask::application(name)).await?;
            Ok(read.screen_time)
        })
        .await?;
    }
    // It waits, and what comes later does not wait for it either.
    let waiting = "SELECT COUNT(*) FROM screening_pending";
    ensure!(database.sql(waiting)? == "1", "it alone waits");
    let later = scene.bring("cis", Reach::InReview).await?;
    ensure!(later.findings.is_empty());
    Ok(())
}
