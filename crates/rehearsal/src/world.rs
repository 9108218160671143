//! A world to rehearse in: a service with its own public key infrastructure, and everyone who calls it.

mod clock;
mod election;
mod manifest;
mod process;
mod registry;
mod set_up;
mod small;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
use process::Process;
pub use small::{ELECTION, Stage, VOTING_DAY};

/// Where a world is and when it begins.
#[derive(Debug, Clone)]
pub struct Options {
    /// Its directory, which must not hold a world yet; a temporary one if there is none.
    pub dir: Option<PathBuf>,
    /// The SQLite file; one in the directory if there is none.
    pub database: Option<PathBuf>,
    /// The port on which the service listens; 0 takes a free one.
    pub port: u16,
    /// When the domain's clock begins, standing still; on real time if there is no moment.
    pub time: Option<Timestamp>,
    /// The binary `rehearsal` that serves; looked for beside this program if there is none.
    pub binary: Option<PathBuf>,
}

impl Default for Options {
    /// A temporary world on a free port, at the beginning of May 2019.
    fn default() -> Self {
        let time = Timestamp::from_second(1_556_668_800).expect("2019-05-01T00:00:00Z is in range");
        Self { dir: None, database: None, port: 0, time: Some(time), binary: None }
    }
}

/// A service, its directory and everyone who calls it. The service ends with this value.
pub struct World {
    process: Option<Process>,
    binary: PathBuf,
    time: Mutex<Option<Timestamp>>,
    address: SocketAddr,
    dir: PathBuf,
    parties: BTreeMap<String, Party>,
    actors: BTreeMap<(String, String), Actor>,
    calls: Arc<Calls>,
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

impl World {
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
    /// If the service has been killed or stopped.
    pub fn clock(&self) -> Clock<'_> {
        Clock { process: self.process.as_ref().expect("the service was ended by the caller"), time: &self.time }
    }

    /// How many calls were made, and how many more can be made now.
    pub fn calls(&self) -> &Arc<Calls> {
        &self.calls
    }

    /// The world's directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The service's configuration file.
    pub fn config(&self) -> PathBuf {
        self.dir.join("accreditd.toml")
    }

    /// The authority that vouches for the server, PEM.
    pub fn server_ca(&self) -> PathBuf {
        self.dir.join("pki/server/ca.pem")
    }

    /// What the service logs.
    pub fn server_log(&self) -> PathBuf {
        self.dir.join("server.log")
    }

    /// Where the service listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The service's process id, while it runs.
    pub fn server_pid(&self) -> Option<u32> {
        self.process.as_ref().and_then(Process::pid)
    }

    /// Kills the service as `kill -9` does. What it had not acknowledged may be lost; nothing else may.
    pub async fn kill9(&mut self) -> anyhow::Result<()> {
        self.process.take().context("the service does not run")?.kill().await
    }

    /// Starts the service again at the same address and the same time. Clients find it by themselves.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        if self.process.is_some() {
            self.stop().await?;
        }
        let time = *self.time.get_mut();
        self.process = Some(Process::start(&self.binary, &self.config(), time, &self.server_log()).await?);
        Ok(())
    }

    /// Ends the service in order, with SIGTERM, and waits until it has ended.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        self.process.take().context("the service does not run")?.stop().await
    }
}
