//! Runs the binary `accreditd` with the clock of the machine, as in an installation.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

/// How long the server may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A running `accreditd`. It is killed when this value is dropped.
pub struct Accreditd {
    _child: Child,
    /// Its process id.
    pub pid: u32,
}

impl Accreditd {
    /// Starts the server and waits until it listens. Its log is appended to the file `log`.
    pub async fn start(config: &Path, listen: SocketAddr, log: &Path) -> anyhow::Result<Self> {
        let binary = find_binary()?;
        let errors = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut command = Command::new(&binary);
        // As in deploy/: glibc returns the memory of large documents to the system.
        command.env("MALLOC_MMAP_THRESHOLD_", "262144").arg("serve").arg("--config").arg(config);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", binary.display()))?;
        let pid = child.id().context("the process has just started")?;
        let deadline = Instant::now() + START_TIMEOUT;
        while TcpStream::connect(listen).await.is_err() {
            let ended = child.try_wait()?;
            ensure!(ended.is_none(), "accreditd ended at its start; {} says why", log.display());
            ensure!(Instant::now() < deadline, "accreditd does not listen after {START_TIMEOUT:?}");
            sleep(Duration::from_millis(10)).await;
        }
        Ok(Self { _child: child, pid })
    }
}

/// The path of the binary. Cargo puts it into the directory of this test or its parent.
fn find_binary() -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let found = this.ancestors().skip(1).take(2).map(|dir| dir.join("accreditd")).find(|path| path.is_file());
    found.with_context(|| {
        format!("the binary `accreditd` is not beside {}; run `cargo build -p server`", this.display())
    })
}
