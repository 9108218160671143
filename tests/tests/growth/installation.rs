//! Sets up an installation with an election of a given size. The rehearsal creates it, and `accreditd` serves it.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use client::Client;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use rehearsal::calls::request_id;
use rehearsal::world::{CEC, MFA, MFA_OFFICER, SECRETARY};
use rehearsal::{Options, World};
use store::{Keys, Store};
use stories::{Database, Ground};
use wire::v1::{self, OrganizationKind};

use crate::accreditd::Accreditd;
use crate::fill;
use crate::measure::lists;
use crate::settings::Settings;

/// The code of the election in every installation.
pub const ELECTION: &str = "growth";
/// The principal that reviews.
pub const REVIEWER: &str = "reviewer-1";
/// The principal that adopts decrees.
pub const ADOPTER: &str = "adopter";

/// Number of connections that fill a PostgreSQL database.
const CONNECTIONS: u32 = 4;
/// Number of batches that wait for the writer of SQLite. Batches that wait together share a commit and its sync.
const SHARED_COMMIT: usize = 16;

/// A server with an election of a given size.
pub struct Installation {
    /// Number of applications in the election.
    pub size: usize,
    /// The running server.
    pub server: Accreditd,
    /// The secretary of the organization that sends a fifth of all applications.
    pub secretary: Client,
    /// A reviewer.
    pub reviewer: Client,
    /// The auditor, who may read everything.
    pub auditor: Client,
    /// The page token of the last full page of the queue.
    pub queue_tail: String,
    /// The name of an application with a decision.
    pub application: String,
    _world: World,
    _ground: Ground,
}

/// The code of a sending organization, by its number.
pub fn organization(number: usize) -> String {
    format!("org-{number}")
}

impl Installation {
    /// Creates the installation, fills its database and starts the server.
    pub async fn set_up(database: Database, size: usize, settings: &Settings) -> anyhow::Result<Self> {
        let ground = Ground::new(database).await?;
        let world = create_world(&ground, settings.organizations).await?;
        world.stop().await?;
        let started = Instant::now();
        fill_database(&ground, world.dir(), size, settings.organizations).await?;
        eprintln!("{database:?}: filled with {size} applications in {:.1} s", started.elapsed().as_secs_f64());
        let log = world.dir().join("accreditd.log");
        let server = Accreditd::start(&world.config(), world.address(), &log).await?;
        let (reviewer, secretary) = (world.actor(CEC, REVIEWER), world.actor(&organization(0), SECRETARY));
        let queue_tail = lists::queue_tail(&reviewer, settings.page_size, size).await?;
        let application = lists::first_application(&reviewer).await?;
        let auditor = world.actor(CEC, "auditor");
        Ok(Self { size, server, secretary, reviewer, auditor, queue_tail, application, _world: world, _ground: ground })
    }
}

/// Registers the commission, the ministry and organizations with a mission each. The clock is real, so the voting day
/// is weeks away. Most rows are later written without events.
async fn create_world(ground: &Ground, organizations: usize) -> anyhow::Result<World> {
    let options = Options { time: None, ends_verified: false, ..ground.options(1) };
    let mut world = World::start(options).await?;
    for (principal, role) in [(REVIEWER, "cec.reviewer"), (ADOPTER, "cec.adopter"), ("auditor", "auditor")] {
        world.add_person(CEC, principal, &[role]).await?;
    }
    world.add_organization(MFA, "Ministry of Foreign Affairs", OrganizationKind::ForeignMinistry, None).await?;
    world.add_person(MFA, MFA_OFFICER, &["mfa.officer"]).await?;
    let voting_day = today().checked_add(45.days())?;
    world.open_election(ELECTION, "An election of a certain size", voting_day).await?;
    for number in 0..organizations {
        let code = organization(number);
        let kind = OrganizationKind::InternationalOrganization;
        world.add_organization(&code, &format!("Organization {number}"), kind, None).await?;
        world.add_person(&code, SECRETARY, &["delegation.submitter"]).await?;
        world.invite(ELECTION, &code).await?;
        world.accept_invitation(ELECTION, &code).await?;
        world.announce_mission(ELECTION, &code, voting_day).await?;
    }
    Ok(world)
}

/// Fills the database while the server is stopped.
async fn fill_database(ground: &Ground, dir: &Path, size: usize, organizations: usize) -> anyhow::Result<()> {
    let keys = Keys::parse(&std::fs::read_to_string(dir.join("master.key"))?)?;
    let url = ground.options(1).database.unwrap_or_else(|| "sqlite:accreditd.db".to_owned());
    let store = Store::open(&store::Database::parse(&url, dir)?, keys, CONNECTIONS).await?;
    let at_once = if ground.postgres().is_some() { CONNECTIONS as usize } else { SHARED_COMMIT };
    let analyze = || run_on_postgres(ground, "ANALYZE");
    fill::fill(&store, size, organizations, now(), at_once, analyze).await.context("cannot fill the database")?;
    // No other process has the database open, so the whole write-ahead log is written back.
    store.forget().await?;
    drop(store);
    // In a real election autovacuum does this over weeks.
    run_on_postgres(ground, "VACUUM ANALYZE")?;
    run_on_postgres(ground, "CHECKPOINT")
}

/// Runs SQL on PostgreSQL. Does nothing on SQLite.
fn run_on_postgres(ground: &Ground, sql: &str) -> anyhow::Result<()> {
    let Some(database) = ground.postgres() else { return Ok(()) };
    tokio::task::block_in_place(|| database.sql(sql)).map(drop)
}

#[expect(clippy::disallowed_methods, reason = "the server uses the clock of the machine, and its data must match it")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The date of today in UTC.
fn today() -> Date {
    now().to_zoned_datetime(TimeZone::UTC).date()
}

/// The name of the election.
pub fn election() -> String {
    format!("elections/{ELECTION}")
}

/// The name of the mission of an organization. `-` means all missions.
pub fn mission(organization: &str) -> String {
    format!("elections/{ELECTION}/missions/{organization}")
}

/// The request that releases a claimed application.
pub fn release(claimed: &v1::Application) -> v1::ReleaseApplicationRequest {
    v1::ReleaseApplicationRequest { request_id: request_id(), name: claimed.name.clone(), etag: claimed.etag.clone() }
}
