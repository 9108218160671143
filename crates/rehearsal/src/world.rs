//! A world: a running service with its own public key infrastructure, its clock, and a client for everyone who calls.
//!
//! The rehearsal and the tests of other crates both work in one. The service is a separate process, so that it can be
//! killed and started again, and so that its clock can be set.
//!
//! The directory of a world holds:
//!
//! | Path | Content |
//! |---|---|
//! | `accreditd.toml`, `accreditd-2.toml`, … | the configuration of each server |
//! | `server.log`, `server-2.log`, … | what each server logs |
//! | `accreditd.db` | the database, unless another one is named |
//! | `master.key` | the key of sealed data, made at the start |
//! | `documents/` | the documents, unless a bucket is named |
//! | `pki/server/` | the authority and the certificate of the servers |
//! | `pki/CODE/` | the authority of an organization, and its principals' certificates and keys |
//! | `world.json`, `specimens/` | what other programs need to call the service, on request |

mod applications;
mod clock;
mod copy;
mod election;
mod manifest;
mod names;
mod process;
mod registry;
mod servers;
mod small;
mod start;

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
pub use names::{ELECTION_OF_2019, ELECTION_OF_2022, MINISTRY, NamesByLanguage, english, in_each_language};
pub use registry::trust_domain;
use servers::Servers;
pub use small::{ELECTION, Stage, VOTING_DAY};

/// How a world is made. The default is a temporary world with one server on SQLite.
#[derive(Debug, Clone)]
pub struct Options {
    /// The world's directory, which must not hold a world yet; by default a temporary one.
    pub dir: Option<PathBuf>,
    /// The database's URL, `sqlite:` with an absolute path or `postgres:`; by default an SQLite file in the directory.
    pub database: Option<String>,
    /// The URL of the role that owns a PostgreSQL schema.
    pub owner_url: Option<String>,
    /// The bucket for documents; by default a directory beside the database.
    pub bucket: Option<documents::S3>,
    /// How many servers there are; more than one needs PostgreSQL.
    pub servers: usize,
    /// The port on which the first server listens; 0 takes a free one. The other servers always take free ones.
    pub port: u16,
    /// The time at which the servers' clock is stopped; `None` lets it run in real time.
    pub time: Option<Timestamp>,
    /// The `rehearsal` binary that serves; by default the one beside this program.
    pub binary: Option<PathBuf>,
    /// Whether dropping the world compares the database with its event log, and panics if they differ.
    pub ends_verified: bool,
}

impl Default for Options {
    /// A temporary world on a free port, whose clock is stopped at the beginning of May 2019.
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

/// A running service, its directory and its callers. Dropping this value kills the service.
pub struct World {
    servers: Servers,
    /// The time that was set last. A restarted server starts with it.
    time: Mutex<Option<Timestamp>>,
    dir: PathBuf,
    /// The organizations by code.
    organizations: BTreeMap<String, RegisteredOrganization>,
    /// The principals by the code of their organization and their own name.
    actors: BTreeMap<(String, String), Actor>,
    /// The ids of the people who are registered already.
    people: BTreeSet<String>,
    calls: Arc<Calls>,
    /// Whether dropping this value verifies the database. A test that changes rows by hand switches it off.
    ends_verified: AtomicBool,
    /// Removes the temporary directory when the world is dropped.
    _temporary: Option<TempDir>,
}

/// A registered organization, with the authority that signs its certificates.
struct RegisteredOrganization {
    kind: v1::OrganizationKind,
    trust_domain: String,
    authority: Authority,
}

/// A principal, with the client that calls the service in its name.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The code of the principal's organization.
    pub organization: String,
    /// The principal's name within its organization.
    pub principal: String,
    /// The SPIFFE ID in the principal's certificate.
    pub spiffe_id: String,
    /// The principal's roles, such as `cec.reviewer`.
    pub roles: Vec<String>,
    /// The files of certificate and key, and the addresses of the service.
    pub profile: Profile,
    /// A client that calls as this principal. Clones share its connection.
    pub client: Client,
}

impl Drop for World {
    /// Verifies the database if that was asked for. Not after a panic, which would hide the first one's message.
    fn drop(&mut self) {
        // A drop may run inside a runtime, where another one cannot block. So a thread has a runtime of its own.
        if *self.ends_verified.get_mut() && !std::thread::panicking() {
            let verified = std::thread::scope(|scope| {
                let verified = scope.spawn(|| {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                    runtime.block_on(self.verify())
                });
                verified.join().expect("verifying does not panic")
            });
            verified.expect("the database agrees with its event log");
        }
    }
}

impl World {
    /// Compares the database with its event log. Returns how many rows and lists of rows were compared.
    ///
    /// # Errors
    ///
    /// Fails if they differ; the error names every difference.
    pub async fn verify(&self) -> anyhow::Result<u64> {
        let compared = server::verify(&server::Config::load(&self.config())?).await?;
        let differences: Vec<_> = compared.differences.iter().map(ToString::to_string).collect();
        anyhow::ensure!(differences.is_empty(), "{}", differences.join("\n"));
        Ok(compared.rows)
    }

    /// Notes that a test changed rows by hand, so dropping the world does not compare them with the log.
    pub fn is_changed_by_hand(&self) {
        self.ends_verified.store(false, Ordering::Relaxed);
    }

    /// The client of a principal.
    ///
    /// # Panics
    ///
    /// If the world has no such principal.
    pub fn actor(&self, organization: &str, principal: &str) -> Client {
        self.get_actor(organization, principal).client.clone()
    }

    /// The profile of a principal, for a client with a connection of its own.
    ///
    /// # Panics
    ///
    /// If the world has no such principal.
    pub fn profile(&self, organization: &str, principal: &str) -> Profile {
        self.get_actor(organization, principal).profile.clone()
    }

    /// The principal of a name, or a panic: a test that names an unknown one has a mistake.
    fn get_actor(&self, organization: &str, principal: &str) -> &Actor {
        let key = (organization.to_owned(), principal.to_owned());
        self.actors.get(&key).unwrap_or_else(|| panic!("the world has no principal {organization}/{principal}"))
    }

    /// The certificate authority of an organization.
    ///
    /// # Panics
    ///
    /// If the world has no such organization.
    pub fn authority(&self, organization: &str) -> &Authority {
        let registered = self.organizations.get(organization);
        &registered.unwrap_or_else(|| panic!("the world has no organization {organization}")).authority
    }

    /// The clock of every server that runs.
    ///
    /// # Panics
    ///
    /// If every server has been killed or stopped.
    pub fn clock(&self) -> Clock<'_> {
        assert!(!self.servers.running().is_empty(), "every server was killed or stopped");
        Clock { servers: &self.servers, time: &self.time }
    }

    /// The limit and the count of the world's calls.
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

    /// The certificate of the authority that signs the servers' certificates, a PEM file.
    pub fn server_ca(&self) -> PathBuf {
        self.dir.join(start::SERVER_AUTHORITY).join("ca.pem")
    }

    /// The log file of the first server.
    pub fn server_log(&self) -> PathBuf {
        self.dir.join("server.log")
    }

    /// The address of the first server.
    pub fn address(&self) -> SocketAddr {
        self.servers.addresses()[0]
    }

    /// The address of each server, whether it runs or not.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.servers.addresses()
    }

    /// The process id of the first server; `None` while it does not run.
    pub fn server_pid(&self) -> Option<u32> {
        self.servers.pid(0)
    }

    /// Kills the first server as `kill -9` does. Only changes that it had not acknowledged may be lost.
    pub async fn kill9(&self) -> anyhow::Result<()> {
        self.kill9_server(0).await
    }

    /// Kills a server as `kill -9` does; `index` counts from 0.
    pub async fn kill9_server(&self, index: usize) -> anyhow::Result<()> {
        self.servers.take(index).context("the server does not run")?.kill().await
    }

    /// Stops a server with SIGTERM, and waits until it has ended.
    pub async fn stop_server(&self, index: usize) -> anyhow::Result<()> {
        self.servers.take(index).context("the server does not run")?.stop().await
    }

    /// Starts every server that does not run. If all servers run, all are stopped and started again.
    ///
    /// A server keeps its address and its clock, so that clients reconnect by themselves.
    pub async fn restart(&self) -> anyhow::Result<()> {
        if self.servers.running().len() == self.servers.addresses().len() {
            self.stop().await?;
        }
        let time = *self.time.lock().await;
        self.servers.start(time).await
    }

    /// Stops every running server with SIGTERM, and waits until all have ended.
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
