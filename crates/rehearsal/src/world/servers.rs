//! The servers of a world: one, or several on one database.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::process::Process;

/// Every server, whether it runs or not.
pub(super) struct Servers {
    binary: PathBuf,
    all: Vec<Server>,
}

struct Server {
    config: PathBuf,
    log: PathBuf,
    address: SocketAddr,
    process: Mutex<Option<Arc<Process>>>,
}

impl Server {
    /// A panic while it was held left what it holds whole.
    fn process(&self) -> MutexGuard<'_, Option<Arc<Process>>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Servers {
    pub(super) fn new(binary: PathBuf) -> Self {
        Self { binary, all: Vec::new() }
    }

    /// Starts one more; gives its address.
    pub(super) async fn add(
        &mut self,
        config: PathBuf,
        log: PathBuf,
        time: Option<Timestamp>,
    ) -> anyhow::Result<SocketAddr> {
        let process = Process::start(&self.binary, &config, time, &log).await?;
        let address = process.address;
        self.all.push(Server { config, log, address, process: Mutex::new(Some(Arc::new(process))) });
        Ok(address)
    }

    /// Starts those that do not run.
    pub(super) async fn start(&self, time: Option<Timestamp>) -> anyhow::Result<()> {
        for server in self.all.iter().filter(|server| server.process().is_none()) {
            let process = Process::start(&self.binary, &server.config, time, &server.log).await?;
            *server.process() = Some(Arc::new(process));
        }
        Ok(())
    }

    /// Where each listens, whether it runs or not.
    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.all.iter().map(|server| server.address).collect()
    }

    /// The addresses for a client: all of them, beginning with another one for each number, so that all have work.
    pub(super) fn addresses_for(&self, number: usize) -> String {
        let mut addresses: Vec<_> = self.all.iter().map(|server| server.address.to_string()).collect();
        let count = addresses.len();
        addresses.rotate_left(number % count);
        addresses.join(",")
    }

    /// Those that run.
    pub(super) fn running(&self) -> Vec<Arc<Process>> {
        self.all.iter().filter_map(|server| server.process().clone()).collect()
    }

    pub(super) fn pid(&self, index: usize) -> Option<u32> {
        self.all.get(index)?.process().as_ref()?.pid()
    }

    /// Hands a running server over, to be ended.
    pub(super) fn take(&self, index: usize) -> Option<Arc<Process>> {
        self.all.get(index)?.process().take()
    }
}
