//! The servers of a world: one, or several that share one database.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::process::Process;

/// All servers of a world, whether they run or not.
pub(super) struct Servers {
    binary: PathBuf,
    all: Vec<Server>,
}

/// One server, which keeps its address when it is started again.
struct Server {
    /// The configuration file, which names the port.
    config: PathBuf,
    /// The log file. A restarted server appends to it.
    log: PathBuf,
    /// The address that the server had at its first start, and keeps.
    address: SocketAddr,
    /// The process, or `None` after it was killed or stopped.
    process: Mutex<Option<Arc<Process>>>,
}

impl Server {
    /// Locks the process. A poisoned lock is used all the same, because no writer can panic halfway.
    fn process(&self) -> MutexGuard<'_, Option<Arc<Process>>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Servers {
    /// No servers yet; each will run this binary.
    pub(super) fn new(binary: PathBuf) -> Self {
        Self { binary, all: Vec::new() }
    }

    /// Starts one more server, and returns its address.
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

    /// Starts the servers that do not run.
    pub(super) async fn start(&self, time: Option<Timestamp>) -> anyhow::Result<()> {
        for server in self.all.iter().filter(|server| server.process().is_none()) {
            let process = Process::start(&self.binary, &server.config, time, &server.log).await?;
            *server.process() = Some(Arc::new(process));
        }
        Ok(())
    }

    /// The address of each server, whether it runs or not.
    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.all.iter().map(|server| server.address).collect()
    }

    /// All addresses, for the client with this number. Clients begin with different ones, so that all servers get work.
    pub(super) fn addresses_for(&self, number: usize) -> String {
        let mut addresses: Vec<_> = self.all.iter().map(|server| server.address.to_string()).collect();
        let count = addresses.len();
        addresses.rotate_left(number % count);
        addresses.join(",")
    }

    /// The servers that run.
    pub(super) fn running(&self) -> Vec<Arc<Process>> {
        self.all.iter().filter_map(|server| server.process().clone()).collect()
    }

    /// The process id of a server; `None` while it does not run.
    pub(super) fn pid(&self, index: usize) -> Option<u32> {
        self.all.get(index)?.process().as_ref()?.pid()
    }

    /// Takes a running server out, so that the caller can end it.
    pub(super) fn take(&self, index: usize) -> Option<Arc<Process>> {
        self.all.get(index)?.process().take()
    }
}
