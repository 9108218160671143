//! The service itself, as it is installed: the binary `accreditd` on the machine's own clock.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, ensure};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

/// How long it may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// A running `accreditd`; killed with this value.
pub struct Accreditd {
    _child: Child,
    /// Its process id.
    pub pid: u32,
}

impl Accreditd {
    /// Starts it and waits until it listens. What it logs is added to `log`.
    pub async fn start(config: &Path, listen: SocketAddr, log: &Path) -> anyhow::Result<Self> {
        let binary = binary()?;
        let errors = std::fs::OpenOptions::new().create(true).append(true).open(log)?;
        let mut command = Command::new(&binary);
        // As in deploy/: glibc gives back what a large document needed.
        command.env("MALLOC_MMAP_THRESHOLD_", "262144").arg("serve").arg("--config").arg(config);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", binary.display()))?;
        let pid = child.id().context("it has just been started")?;
        let deadline = Instant::now() + START_TIMEOUT;
        while TcpStream::connect(listen).await.is_err() {
            let ended = child.try_wait()?;
            ensure!(ended.is_none(), "accreditd ended at once; {} says why", log.display());
            ensure!(Instant::now() < deadline, "accreditd does not listen after {START_TIMEOUT:?}");
            sleep(Duration::from_millis(10)).await;
        }
        Ok(Self { _child: child, pid })
    }
}

/// The binary that cargo puts beside this test's.
fn binary() -> anyhow::Result<PathBuf> {
    let this = std::env::current_exe()?;
    let beside = this.ancestors().skip(1).take(2).map(|dir| dir.join("accreditd")).find(|path| path.is_file());
    beside.with_context(|| {
        format!("there is no binary `accreditd` beside {}; `cargo build -p server` makes it", this.display())
    })
}
