//! The automatic checks continue when the stored data of one application is damaged.

use anyhow::{Context, ensure};
use stories::{Database, Reach, Scene, ask, eventually};

/// The checks cannot read an application whose sealed identity is damaged. They must still check those behind it, or
/// one damaged row would stop the queue of the commission.
#[tokio::test]
async fn a_damaged_application_does_not_delay_the_checks_of_others() -> anyhow::Result<()> {
    let scene = Scene::on(Database::Postgres).await?;
    let names = scene.submit_many("osce-odihr", 3).await?;
    scene.world.is_changed_by_hand();
    let broken = names[0].rsplit('/').next().context("a name has an id")?;
    let database = scene.ground.postgres().context("the database is not PostgreSQL")?;
    database.sql(&format!("UPDATE revision SET identity = '\\x00' WHERE application = '{broken}'"))?;
    scene.present(names.clone()).await?;
    for name in &names[1..] {
        eventually("the checks of an application behind the damaged one have run", || async {
            let read = scene.reviewer.get_application(ask::application(name)).await?;
            Ok(read.screen_time)
        })
        .await?;
    }
    // The damaged application waits, and an application that comes later does not wait for it.
    let waiting = "SELECT COUNT(*) FROM screening_pending";
    ensure!(database.sql(waiting)? == "1", "only the damaged application waits");
    let later = scene.bring("cis", Reach::InReview).await?;
    ensure!(later.findings.is_empty());
    Ok(())
}
