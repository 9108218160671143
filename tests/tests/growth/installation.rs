//! One installation with one election of a size: set up by the rehearsal, filled, and served by `accreditd`.

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

/// The election of every installation.
pub const ELECTION: &str = "growth";
/// Who reviews, and who adopts.
pub const REVIEWER: &str = "reviewer-1";
pub const ADOPTER: &str = "adopter";

/// How many connections fill a PostgreSQL database at once.
const CONNECTIONS: u32 = 4;
/// How many batches wait for SQLite's one writer: those that wait together share a commit, and its way to the disk.
const SHARED_COMMIT: usize = 16;

/// An election of a size, and the service that has it.
pub struct Installation {
    /// How many applications it was filled with.
    pub size: usize,
    /// The service.
    pub server: Accreditd,
    /// The secretary of the organization that sends a fifth of all.
    pub secretary: Client,
    /// A reviewer.
    pub reviewer: Client,
    /// Whoever reads everything.
    pub auditor: Client,
    /// The page token behind which the last full page of the queue begins.
    pub queue_tail: String,
    /// The name of an application that was decided.
    pub application: String,
    _world: World,
    _ground: Ground,
}

/// The code of a sending organization, by its number.
pub fn organization(number: usize) -> String {
    format!("org-{number}")
}

impl Installation {
    /// Sets one up.
    pub async fn set_up(database: Database, size: usize, settings: &Settings) -> anyhow::Result<Self> {
        let ground = Ground::new(database).await?;
        let world = world(&ground, settings.organizations).await?;
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

/// The commission, the ministry, and organizations with a mission each, on real time: voting is weeks away. Most of its rows
/// are filled in without events.
async fn world(ground: &Ground, organizations: usize) -> anyhow::Result<World> {
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

/// Fills the database of a service that was stopped.
async fn fill_database(ground: &Ground, dir: &Path, size: usize, organizations: usize) -> anyhow::Result<()> {
    let keys = Keys::parse(&std::fs::read_to_string(dir.join("master.key"))?)?;
    let url = ground.options(1).database.unwrap_or_else(|| "sqlite:accreditd.db".to_owned());
    let store = Store::open(&store::Database::parse(&url, dir)?, keys, CONNECTIONS).await?;
    let at_once = if ground.postgres().is_some() { CONNECTIONS as usize } else { SHARED_COMMIT };
    let analyze = || on_postgres(ground, "ANALYZE");
    fill::fill(&store, size, organizations, now(), at_once, analyze).await.context("cannot fill the database")?;
    // Nobody else is there, so the log beside the file is written back whole.
    store.forget().await?;
    drop(store);
    // Autovacuum would have done it while the election went on; here there was no time.
    on_postgres(ground, "VACUUM ANALYZE")?;
    on_postgres(ground, "CHECKPOINT")
}

/// Runs SQL on PostgreSQL, and nothing on SQLite.
fn on_postgres(ground: &Ground, sql: &str) -> anyhow::Result<()> {
    let Some(database) = ground.postgres() else { return Ok(()) };
    tokio::task::block_in_place(|| database.sql(sql)).map(drop)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the service runs on the machine's clock, and what it holds must fit that"
)]
pub fn now() -> Timestamp {
    Timestamp::now()
}

fn today() -> Date {
    now().to_zoned_datetime(TimeZone::UTC).date()
}

/// The parent of everything in the election.
pub fn election() -> String {
    format!("elections/{ELECTION}")
}

/// A mission to it, by its organization's code; `-` for all.
pub fn mission(organization: &str) -> String {
    format!("elections/{ELECTION}/missions/{organization}")
}

/// A claim that was made is given back.
pub fn release(claimed: &v1::Application) -> v1::ReleaseApplicationRequest {
    v1::ReleaseApplicationRequest { request_id: request_id(), name: claimed.name.clone(), etag: claimed.etag.clone() }
}
