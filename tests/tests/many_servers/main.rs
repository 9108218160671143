//! Checks that four servers on one PostgreSQL act as one service, for each server that a client uses or that is killed.
//!
//! `cargo xtask many-servers` runs these tests at full size. It also runs one with an injected fault, where it must
//! fail. The command reads the lines that begin with `many_servers`. `RACED_KEYS` and `WATCH_CUTS` set the size.

mod accreditation_ends;
mod concurrent_decisions;
mod duplicate_requests;
mod interrupted_watches;
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

/// The size of a test: the value of an environment variable, or a default.
fn size(variable: &str, default: usize) -> anyhow::Result<usize> {
    match std::env::var(variable) {
        Ok(text) => text.parse().with_context(|| format!("{variable}={text}: expected a number")),
        Err(_) => Ok(default),
    }
}

/// Number of tests that run four servers at once. More would exceed timeouts on a small machine.
static RUNNING_SCENES: Semaphore = Semaphore::const_new(2);

/// A scene with four servers. It holds a permit of [`RUNNING_SCENES`].
struct FourServers {
    scene: Scene,
    _permit: SemaphorePermit<'static>,
}

impl std::ops::Deref for FourServers {
    type Target = Scene;

    fn deref(&self) -> &Scene {
        &self.scene
    }
}

/// Starts four servers on a new database, when a permit is free.
async fn four_servers() -> anyhow::Result<FourServers> {
    let permit = RUNNING_SCENES.acquire().await?;
    Ok(FourServers {
        scene: Scene::with_servers(Database::Postgres, SERVERS, Stage::Announced).await?,
        _permit: permit,
    })
}

/// R3: a request that several callers send at once through different servers takes effect once.
#[tokio::test(flavor = "multi_thread")]
async fn callers_that_send_one_request_through_four_servers_cause_one_effect() -> anyhow::Result<()> {
    let scene = four_servers().await?;
    if std::env::var_os("WITHOUT_THE_KEY").is_some() {
        // The injected fault: the database no longer prevents two effects of one request.
        let database = scene.ground.postgres().context("PostgreSQL")?;
        database.sql("ALTER TABLE request DROP CONSTRAINT request_pkey")?;
    }
    let figures = duplicate_requests::send_duplicates(&scene, size("RACED_KEYS", 400)?).await?;
    println!("\nmany_servers {}", figures.json());
    figures.check()
}

/// A watch that is interrupted many times, and continues on another server each time, gets every event once.
#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_is_interrupted_on_four_servers_gets_each_event_once() -> anyhow::Result<()> {
    let scene = four_servers().await?;
    let figures = interrupted_watches::interrupt(&scene, size("WATCH_CUTS", 60)?).await?;
    println!("\nmany_servers {}", figures.json());
    figures.check()
}

/// Two servers must not give the same application to two reviewers, or the same number to two accreditations.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_claims_decrees_and_openings_on_four_servers_take_effect_once() -> anyhow::Result<()> {
    concurrent_decisions::claims(&four_servers().await?.scene, 24).await?;
    concurrent_decisions::decrees(&four_servers().await?.scene, 40).await?;
    concurrent_decisions::adoptions(&four_servers().await?.scene, 8, 12).await?;
    concurrent_decisions::openings(&four_servers().await?.scene).await
}

/// Every server keeps trust anchors in memory. It must learn of a new organization soon, and refuse a suspended one at
/// once.
#[tokio::test]
async fn a_change_of_the_registry_takes_effect_on_every_server_within_five_seconds() -> anyhow::Result<()> {
    let mut servers = four_servers().await?;
    let international = v1::OrganizationKind::InternationalOrganization;
    let scene = &mut servers.scene;
    scene.world.add_organization("oic", "OIC", international, None).await?;
    scene.world.add_person("oic", SECRETARY, &["delegation.submitter"]).await?;
    let profile = scene.world.profile("oic", SECRETARY);
    let since = Instant::now();
    let mut clients = Vec::new();
    for server in 0..SERVERS {
        let client = at_server(scene, &profile, server)?;
        eventually("the server knows the trust anchors of the new organization", || async {
            Ok(client.who_am_i(v1::WhoAmIRequest {}).await.ok())
        })
        .await?;
        clients.push(client);
    }
    ensure!(
        since.elapsed() < Duration::from_secs(5),
        "the last server knew the trust anchors only after {:?}",
        since.elapsed()
    );

    let suspend = v1::SuspendOrganizationRequest {
        request_id: request_id(),
        name: "organizations/oic".to_owned(),
        reason: "Observers recalled.".to_owned(),
    };
    scene.registrar.suspend_organization(suspend).await?;
    for client in clients {
        let answer = client.who_am_i(v1::WhoAmIRequest {}).await;
        ensure!(answer.is_err(), "a server accepted a call of the suspended organization");
    }
    Ok(())
}

/// A stream is authorized when it is opened. So each server must close it when its organization is suspended.
#[tokio::test]
async fn every_server_closes_the_streams_of_a_suspended_organization() -> anyhow::Result<()> {
    let scene = four_servers().await?;
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
        // Events that were already sent may still arrive before the stream ends.
        while timeout(Duration::from_secs(10), watch.next(|_| ()))
            .await
            .context("a stream of the suspended organization stayed open")?
            .is_ok()
        {}
    }
    ensure!(since.elapsed() < Duration::from_secs(5), "the last stream closed only after {:?}", since.elapsed());
    Ok(())
}

/// Events get their positions in a job of one server. Another server must take over this job.
#[tokio::test]
async fn other_servers_continue_the_log_of_a_killed_server() -> anyhow::Result<()> {
    let scene = four_servers().await?;
    let mut watch = scene.cis.watch(&ask::election(), Vec::new());
    for _ in 0..3 {
        watch.next(|_| ()).await?;
    }
    for server in 0..SERVERS - 1 {
        scene.world.kill9_server(server).await?;
        scene.bring("cis", Reach::Submitted).await?;
        for _ in 0..2 {
            let received = timeout(Duration::from_secs(5), watch.next(|_| ())).await;
            received.with_context(|| format!("no event came after {} servers were killed", server + 1))??;
        }
    }
    Ok(())
}

/// Servers are stopped one after another for an upgrade. Clients must not see an error then.
#[tokio::test]
async fn watches_continue_on_another_server_when_theirs_stops() -> anyhow::Result<()> {
    let scene = four_servers().await?;
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
    let mut errors = Vec::new();
    timeout(Duration::from_secs(10), watch.next(|error| errors.push(error.to_string()))).await??;
    ensure!(errors.is_empty(), "the watch reported errors although the server stopped regularly: {errors:?}");
    Ok(())
}

/// Each watch needs memory of the server. One organization must not use up the memory of the others.
#[tokio::test]
async fn a_server_limits_the_watches_of_an_organization() -> anyhow::Result<()> {
    let scene = four_servers().await?;
    let client = at_server(&scene, &scene.world.profile("cis", SECRETARY), 2)?;
    let mut open = Vec::new();
    for _ in 0..32 {
        let mut watch = client.watch(&ask::election(), Vec::new());
        watch.next(|_| ()).await?;
        open.push(watch);
    }
    let mut last_error = None;
    let one_more = timeout(Duration::from_secs(5), async {
        client.watch(&ask::election(), Vec::new()).next(|error| last_error = Some(error.clone())).await
    });
    ensure!(one_more.await.is_err(), "the server accepted one watch too many");
    let error = last_error.context("the watch reported no error")?;
    refused::<()>(Err(error), Code::ResourceExhausted, "TOO_MANY_WATCHES");
    open.truncate(31);
    let mut watch = client.watch(&ask::election(), Vec::new());
    timeout(Duration::from_secs(10), watch.next(|_| ()))
        .await
        .context("the server refused a watch below the limit")??;
    Ok(())
}

/// Accreditations that end at a time are ended by one server, also if another server is killed.
#[tokio::test(flavor = "multi_thread")]
async fn one_of_four_servers_ends_each_accreditation() -> anyhow::Result<()> {
    accreditation_ends::end_all(&four_servers().await?.scene).await
}
