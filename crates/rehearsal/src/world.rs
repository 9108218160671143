//! A world to rehearse in: a service with its own public key infrastructure, and everyone who calls it.

mod clock;
mod course;
mod election;
mod manifest;
mod names;
mod process;
mod registry;
mod servers;
mod set_up;
mod small;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use client::{Client, Profile};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::sync::Mutex;
use wire::v1;

use crate::calls::Calls;
use crate::pki::Authority;

pub use clock::Clock;
pub use election::{CEC, MFA, MFA_OFFICER, REGISTRAR, SECRETARY};
pub use names::{ELECTION_OF_2019, ELECTION_OF_2022, InEach, MINISTRY, english, in_each};
pub use registry::trust_domain;
use servers::Servers;
pub use small::{ELECTION, Stage, VOTING_DAY};

/// Where a world is and when it begins.
#[derive(Debug, Clone)]
pub struct Options {
    /// Its directory, which must not hold a world yet; a temporary one if there is none.
    pub dir: Option<PathBuf>,
    /// The database's URL, `sqlite:` with an absolute path or `postgres:`; a file in the directory if there is none.
    pub database: Option<String>,
    /// The URL of the role that owns a PostgreSQL schema.
    pub owner_url: Option<String>,
    /// The bucket of the documents; a directory beside the database if there is none.
    pub bucket: Option<documents::S3>,
    /// How many servers there are; more than one needs PostgreSQL.
    pub servers: usize,
    /// The port on which the first server listens; 0 takes a free one. The others take free ones.
    pub port: u16,
    /// When the domain's clock begins, standing still; on real time if there is no moment.
    pub time: Option<Timestamp>,
    /// The binary `rehearsal` that serves; looked for beside this program if there is none.
    pub binary: Option<PathBuf>,
    /// Whether its end looks if the database says what its log says, and panics if it does not.
    pub ends_verified: bool,
}

impl Default for Options {
    /// A temporary world on a free port, at the beginning of May 2019.
    fn default() -> Self {
        let time = Timestamp::from_second(1_556_668_800).expect("2019-05-01T00:00:00Z is in range");
        Self {
            dir: None,
            database: None,
            owner_url: None,
            bucket: None,
            servers: 1,
            port: 0,
            time: Some(time),
            binary: None,
            ends_verified: false,
        }
    }
}

/// A service, its directory and everyone who calls it. The service ends with this value.
pub struct World {
    servers: Servers,
    time: Mutex<Option<Timestamp>>,
    dir: PathBuf,
    parties: BTreeMap<String, Party>,
    actors: BTreeMap<(String, String), Actor>,
    /// The ids of the people who are registered.
    people: BTreeSet<String>,
    calls: Arc<Calls>,
    ends_verified: AtomicBool,
    _temporary: Option<TempDir>,
}

/// An organization as the world knows it.
struct Party {
    kind: v1::OrganizationKind,
    trust_domain: String,
    authority: Authority,
}

/// A principal and the client that calls as it.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The code of its organization.
    pub organization: String,
    /// Its name within the organization.
    pub principal: String,
    /// The URI in its certificate.
    pub spiffe_id: String,
    /// What it may do.
    pub roles: Vec<String>,
    /// Its certificate and key, and where the service is.
    pub profile: Profile,
    /// Calls as this principal; clones share its connection.
    pub client: Client,
}

impl Drop for World {
    fn drop(&mut self) {
        if *self.ends_verified.get_mut() && !std::thread::panicking() {
            let verified = std::thread::scope(|scope| {
                let verified = scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                    runtime.block_on(self.verify())
                });
                verified.join().expect("it does not panic")
            });
            verified.expect("the database says what its log says");
        }
    }
}

impl World {
    /// Looks whether the database says what its log says; how many rows and lists of rows were compared.
    ///
    /// # Errors
    ///
    /// If it says something else.
    pub async fn verify(&self) -> anyhow::Result<u64> {
        let compared = server::verify(&server::Config::load(&self.config())?).await?;
        let differences: Vec<_> = compared.differences.iter().map(ToString::to_string).collect();
        anyhow::ensure!(differences.is_empty(), "{}", differences.join("\n"));
        Ok(compared.rows)
    }

    /// Says that its rows are changed by hand: its end is not verified.
    pub fn is_changed_by_hand(&self) {
        self.ends_verified.store(false, Ordering::Relaxed);
    }

    /// The client of a principal.
    ///
    /// # Panics
    ///
    /// If the world has no such principal.
    pub fn actor(&self, organization: &str, principal: &str) -> Client {
        self.find(organization, principal).client.clone()
    }

    /// The profile of a principal, for a client with a connection of its own.
    ///
    /// # Panics
    ///
    /// If the world has no such principal.
    pub fn profile(&self, organization: &str, principal: &str) -> Profile {
        self.find(organization, principal).profile.clone()
    }

    fn find(&self, organization: &str, principal: &str) -> &Actor {
        let key = (organization.to_owned(), principal.to_owned());
        self.actors.get(&key).unwrap_or_else(|| panic!("the world has no principal {organization}/{principal}"))
    }

    /// The authority of an organization.
    ///
    /// # Panics
    ///
    /// If the world has no such organization.
    pub fn authority(&self, organization: &str) -> &Authority {
        let party = self.parties.get(organization);
        &party.unwrap_or_else(|| panic!("the world has no organization {organization}")).authority
    }

    /// The clock of the service.
    ///
    /// # Panics
    ///
    /// If every server has been killed or stopped.
    pub fn clock(&self) -> Clock<'_> {
        assert!(!self.servers.running().is_empty(), "the service was ended by the caller");
        Clock { servers: &self.servers, time: &self.time }
    }

    /// How many calls were made, and how many more can be made now.
    pub fn calls(&self) -> &Arc<Calls> {
        &self.calls
    }

    /// The world's directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The configuration file of the first server.
    pub fn config(&self) -> PathBuf {
        self.dir.join("accreditd.toml")
    }

    /// The authority that vouches for the server, PEM.
    pub fn server_ca(&self) -> PathBuf {
        self.dir.join("pki/server/ca.pem")
    }

    /// What the first server logs.
    pub fn server_log(&self) -> PathBuf {
        self.dir.join("server.log")
    }

    /// Where the first server listens.
    pub fn address(&self) -> SocketAddr {
        self.servers.addresses()[0]
    }

    /// Where each server listens.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.addresses()
    }

    /// The first server's process id, while it runs.
    pub fn server_pid(&self) -> Option<u32> {
        self.servers.pid(0)
    }

    /// Kills the first server as `kill -9` does. What it had not acknowledged may be lost; nothing else may.
    pub async fn kill9(&self) -> anyhow::Result<()> {
        self.kill9_server(0).await
    }

    /// Kills a server, counted from 0, as `kill -9` does.
    pub async fn kill9_server(&self, index: usize) -> anyhow::Result<()> {
        self.servers.take(index).context("the server does not run")?.kill().await
    }

    /// Ends a server in order, with SIGTERM, and waits until it has ended.
    pub async fn stop_server(&self, index: usize) -> anyhow::Result<()> {
        self.servers.take(index).context("the server does not run")?.stop().await
    }

    /// Starts every server that does not run, or all of them if all do, at the same address and the same time. Clients
    /// find them by themselves.
    pub async fn restart(&self) -> anyhow::Result<()> {
        if self.servers.running().len() == self.servers.addresses().len() {
            self.stop().await?;
        }
        let time = *self.time.lock().await;
        self.servers.start(time).await
    }

    /// Ends every server that runs in order, with SIGTERM, and waits until it has ended.
    pub async fn stop(&self) -> anyhow::Result<()> {
        anyhow::ensure!(!self.servers.running().is_empty(), "the service does not run");
        for index in 0..self.servers.addresses().len() {
            if let Some(process) = self.servers.take(index) {
                process.stop().await?;
            }
        }
        Ok(())
    }
}
