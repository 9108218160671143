//! Tests what other tests rely on when they use a world: its actors, its clock, and killing and restarting servers.

use std::net::TcpListener;

use jiff::Timestamp;
use rehearsal::calls::request_id;
use rehearsal::filing;
use rehearsal::people::People;
use rehearsal::world::{CEC, ELECTION, SECRETARY};
use rehearsal::{Options, Stage, World};
use wire::v1;

fn at(time: &str) -> Timestamp {
    time.parse().expect("a timestamp")
}

/// Files a draft as `state-deu`, for a person from Germany who depends on the seed.
async fn file(world: &World, seed: u64) -> Result<v1::Application, client::Error> {
    let person = People::new(seed).person("DEU");
    let request = v1::CreateApplicationRequest {
        request_id: request_id(),
        parent: format!("elections/{ELECTION}/missions/state-deu"),
        application: Some(filing::application(v1::Category::Diplomat, person)),
        validate_only: false,
    };
    world.actor("state-deu", SECRETARY).create_application(request).await
}

/// The application as its delegation sees it.
async fn read(world: &World, name: &str) -> v1::Application {
    let request = v1::GetApplicationRequest { name: name.to_owned() };
    world.actor("state-deu", SECRETARY).get_application(request).await.expect("it is there")
}

#[tokio::test]
async fn every_actor_is_recognized_and_a_new_one_can_call_at_once() {
    let mut world = World::small().await.expect("a world");
    for (organization, principal) in [(CEC, "reviewer-1"), (CEC, "operator"), ("mfa", "officer"), ("cis", SECRETARY)] {
        let client = world.actor(organization, principal);
        let known = client.who_am_i(v1::WhoAmIRequest {}).await.expect("an answer");
        assert_eq!(known.name, format!("organizations/{organization}/principals/{principal}"));
    }
    world
        .add_organization("oic", "OIC", v1::OrganizationKind::InternationalOrganization, None)
        .await
        .expect("registered");
    let system = v1::PrincipalKind::System;
    let added = world.add_principal("oic", "system", system, "", &["delegation.submitter"]).await.expect("registered");
    let known = added.client.who_am_i(v1::WhoAmIRequest {}).await.expect("an answer");
    assert_eq!((known.spiffe_id, known.kind), (added.spiffe_id, system.into()));
    world.stop().await.expect("an orderly end");
}

/// Tests of durability rely on both: a restarted server that started at another time would let applications lapse.
#[tokio::test]
async fn acknowledged_changes_and_the_clock_survive_kill_9() {
    let world = World::small().await.expect("a world");
    let address = world.address();
    let filed = file(&world, 1).await.expect("filed");
    world.clock().set(at("2019-05-02T08:00:00Z")).await.expect("the clock is set");
    world.kill9().await.expect("killed");
    assert_eq!(world.server_pid(), None);
    world.restart().await.expect("started again");
    assert_eq!((world.address(), world.server_pid().is_some()), (address, true));
    assert_eq!(read(&world, &filed.name).await.etag, filed.etag);
    let later = file(&world, 2).await.expect("filed").create_time.expect("a time");
    assert_eq!(later.seconds, at("2019-05-02T08:00:00Z").as_second());
    assert!(std::fs::read_to_string(world.server_log()).expect("a log").contains("serving"));
}

/// With `--keep` people use the service by hand, so its clock must go on.
#[tokio::test]
async fn the_clock_can_run_in_real_time() {
    let world = World::small().await.expect("a world");
    world.clock().run_in_real_time().await.expect("the clock runs");
    let request = v1::GetTotalsRequest { election: format!("elections/{ELECTION}") };
    world.actor(CEC, "auditor").get_totals(request).await.expect("totals");
    let late = file(&world, 3).await.expect("a draft can always be filed").create_time.expect("a time");
    assert!(late.seconds > at("2026-01-01T00:00:00Z").as_second());
}

#[tokio::test]
async fn a_delegation_can_file_only_at_the_last_stage() {
    for (stage, reason) in [
        (Stage::Opened, Some("NOT_INVITED")),
        (Stage::Invited, Some("INVITATION_NOT_ACCEPTED")),
        (Stage::Accepted, Some("MISSION_MISSING")),
        (Stage::Announced, None),
    ] {
        let world = World::small_until(stage).await.expect("a world");
        let refused = file(&world, 4).await.err();
        assert_eq!(refused.as_ref().and_then(client::Error::reason), reason, "{stage:?}");
    }
}

/// New keys over an old database would give a service that can read nothing.
#[tokio::test]
async fn a_directory_with_a_world_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = Options { dir: Some(dir.path().to_owned()), ..Options::default() };
    World::start(options.clone()).await.expect("a world").stop().await.expect("an orderly end");
    let error = World::start(options).await.err().expect("a refusal").to_string();
    assert!(error.contains("accreditd.toml is there already"), "{error}");
}

/// The server's own message about the port would only be in its log.
#[tokio::test]
async fn a_taken_port_is_named_in_the_error() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port();
    let error = World::start(Options { port, ..Options::default() }).await.err().expect("a refusal").to_string();
    assert!(error.contains(&port.to_string()), "{error}");
}
