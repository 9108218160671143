//! Many servers are one: four on one PostgreSQL, whichever a caller talks to, whichever dies.
//!
//! `cargo xtask many-servers` runs these tests at full size, and also with a fault put in, where they have to fail. The
//! lines that begin with `many_servers` are for it. `RACED_KEYS` and `WATCH_CUTS` set the size.

mod cuts;
mod decisions;
mod endings;
mod race;
mod servers;

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use client::{Client, Code};
use rehearsal::Stage;
use rehearsal::calls::request_id;
use rehearsal::world::SECRETARY;
use stories::{Database, Reach, Scene, ask, eventually, refused};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;
use wire::v1;

use servers::{SERVERS, at_server};

/// How many there are, from the environment or by default.
fn size(variable: &str, small: usize) -> anyhow::Result<usize> {
    match std::env::var(variable) {
        Ok(text) => text.parse().with_context(|| format!("{variable}={text}: expected a number")),
        Err(_) => Ok(small),
    }
}

/// How many worlds of four servers there are at once: more would measure the machine and not the service.
static WORLDS: Semaphore = Semaphore::const_new(2);

/// A world of four servers, and the leave to have one.
struct Four {
    scene: Scene,
    _leave: SemaphorePermit<'static>,
}

impl std::ops::Deref for Four {
    type Target = Scene;

    fn deref(&self) -> &Scene {
        &self.scene
    }
}

async fn four() -> anyhow::Result<Four> {
    let leave = WORLDS.acquire().await?;
    Ok(Four { scene: Scene::with_servers(Database::Postgres, SERVERS, Stage::Announced).await?, _leave: leave })
}

/// R3: every request, sent by several callers at once through different servers, has one effect.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_races_itself_over_four_servers_has_one_effect() -> anyhow::Result<()> {
    let scene = four().await?;
    if std::env::var_os("WITHOUT_THE_KEY").is_some() {
        // The fault that this has to notice: nothing in the database keeps two effects of one request apart.
        let database = scene.ground.postgres().context("PostgreSQL")?;
        database.sql("ALTER TABLE request DROP CONSTRAINT request_pkey")?;
    }
    let figures = race::race(&scene, size("RACED_KEYS", 400)?).await?;
    println!("\nmany_servers {}", figures.json());
    figures.check()
}

/// A watcher that is cut again and again, and goes on elsewhere each time, is told every event once.
#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_cut_again_and_again_over_four_servers_is_told_each_event_once() -> anyhow::Result<()> {
    let scene = four().await?;
    let figures = cuts::cut(&scene, size("WATCH_CUTS", 60)?).await?;
    println!("\nmany_servers {}", figures.json());
    figures.check()
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_decrees_and_openings_that_race_over_four_servers_have_one_effect() -> anyhow::Result<()> {
    decisions::claims(&four().await?.scene, 24).await?;
    decisions::decrees(&four().await?.scene, 40).await?;
    decisions::adoptions(&four().await?.scene, 8, 12).await?;
    decisions::openings(&four().await?.scene).await
}

#[tokio::test]
async fn what_the_registry_says_acts_on_every_server_within_five_seconds() -> anyhow::Result<()> {
    let mut four = four().await?;
    let international = v1::OrganizationKind::InternationalOrganization;
    let scene = &mut four.scene;
    scene.world.add_organization("oic", "OIC", international, None).await?;
    scene.world.add_person("oic", SECRETARY, &["delegation.submitter"]).await?;
    let profile = scene.world.profile("oic", SECRETARY);
    let since = Instant::now();
    let mut clients = Vec::new();
    for server in 0..SERVERS {
        let client = at_server(scene, &profile, server)?;
        eventually("the new organization's anchors are known", || async {
            Ok(client.who_am_i(v1::WhoAmIRequest {}).await.ok())
        })
        .await?;
        clients.push(client);
    }
    ensure!(since.elapsed() < Duration::from_secs(5), "known everywhere after {:?}", since.elapsed());

    let suspend = v1::SuspendOrganizationRequest {
        request_id: request_id(),
        name: "organizations/oic".to_owned(),
        reason: "Observers recalled.".to_owned(),
    };
    scene.registrar.suspend_organization(suspend).await?;
    for client in clients {
        let answer = client.who_am_i(v1::WhoAmIRequest {}).await;
        ensure!(answer.is_err(), "it is let in by a server that did not suspend it");
    }
    Ok(())
}

#[tokio::test]
async fn streams_on_other_servers_close_when_an_organization_is_suspended() -> anyhow::Result<()> {
    let scene = four().await?;
    let profile = scene.world.profile("cis", SECRETARY);
    let mut watches = Vec::new();
    for server in 0..SERVERS {
        let mut watch = at_server(&scene, &profile, server)?.watch(&ask::election(), Vec::new());
        watch.next(|_| ()).await?;
        watches.push(watch);
    }
    let suspend = v1::SuspendOrganizationRequest {
        request_id: request_id(),
        name: "organizations/cis".to_owned(),
        reason: "Observers recalled.".to_owned(),
    };
    scene.registrar.suspend_organization(suspend).await?;
    let since = Instant::now();
    for mut watch in watches {
        // What was under way may still arrive; then the stream ends for good.
        while timeout(Duration::from_secs(10), watch.next(|_| ())).await.context("a stream stayed open")?.is_ok() {}
    }
    ensure!(since.elapsed() < Duration::from_secs(5), "closed after {:?}", since.elapsed());
    Ok(())
}

#[tokio::test]
async fn the_log_goes_on_when_the_server_that_wrote_it_is_killed() -> anyhow::Result<()> {
    let scene = four().await?;
    let mut watch = scene.cis.watch(&ask::election(), Vec::new());
    for _ in 0..3 {
        watch.next(|_| ()).await?;
    }
    for server in 0..SERVERS - 1 {
        scene.world.kill9_server(server).await?;
        scene.bring("cis", Reach::Submitted).await?;
        for _ in 0..2 {
            let told = timeout(Duration::from_secs(5), watch.next(|_| ())).await;
            told.with_context(|| format!("nothing came after {} servers were killed", server + 1))??;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_ends_in_order_sends_its_watchers_on() -> anyhow::Result<()> {
    let scene = four().await?;
    let profile = scene.world.profile("cis", SECRETARY);
    let mut addresses: Vec<_> = scene.world.addresses().iter().map(ToString::to_string).collect();
    addresses.swap(0, 1);
    let client = Client::new(&client::Profile { address: addresses.join(","), ..profile })?;
    let mut watch = client.watch(&ask::election(), Vec::new());
    for _ in 0..3 {
        watch.next(|_| ()).await?;
    }
    scene.world.stop_server(1).await?;
    scene.bring("cis", Reach::Draft).await?;
    let mut trouble = Vec::new();
    timeout(Duration::from_secs(10), watch.next(|error| trouble.push(error.to_string()))).await??;
    ensure!(trouble.is_empty(), "an orderly end is no trouble: {trouble:?}");
    Ok(())
}

#[tokio::test]
async fn an_organization_has_so_many_watches_on_a_server() -> anyhow::Result<()> {
    let scene = four().await?;
    let client = at_server(&scene, &scene.world.profile("cis", SECRETARY), 2)?;
    let mut open = Vec::new();
    for _ in 0..32 {
        let mut watch = client.watch(&ask::election(), Vec::new());
        watch.next(|_| ()).await?;
        open.push(watch);
    }
    let mut stub_answer = None;
    let one_more = timeout(Duration::from_secs(5), async {
        client.watch(&ask::election(), Vec::new()).next(|error| stub_answer = Some(error.clone())).await
    });
    ensure!(one_more.await.is_err(), "one more was let in");
    let error = stub_answer.context("it was refused, and tries again")?;
    refused::<()>(Err(error), Code::ResourceExhausted, "TOO_MANY_WATCHES");
    open.truncate(31);
    let mut watch = client.watch(&ask::election(), Vec::new());
    timeout(Duration::from_secs(10), watch.next(|_| ())).await.context("there is room again")??;
    Ok(())
}

/// What ends by itself is ended by one server, also when another dies meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn of_four_servers_one_ends_an_accreditation() -> anyhow::Result<()> {
    endings::end(&four().await?.scene).await
}
