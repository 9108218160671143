//! Starting a cluster, and its end.

use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::programs::{find, hand_over, run, server};
use crate::{APPLICATION, Database, HOST, OWNER, SHARED, SUPERUSER};

/// How long a cluster may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether commits reach the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// As a real one.
    On,
    /// Faster: for tests that cut no power.
    Off,
}

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    sockets: PathBuf,
    running: Option<Running>,
}

/// What ends with this value. The shell that waits for the end of its input stops PostgreSQL and removes the data,
/// however this process ends.
#[derive(Debug)]
struct Running {
    shell: Child,
    input: Option<ChildStdin>,
}

const GUARDIAN: &str = r#"
exec 3<&0
directory=$1
shift
"$@" </dev/null >"$directory/log" 2>&1 &
pid=$!
cat <&3 >/dev/null
kill -INT $pid
wait $pid
rm -rf "$directory"
"#;

impl Cluster {
    /// Makes a cluster in a directory of its own and starts it.
    pub fn start(sync: Sync) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("throwaway-postgres-").tempdir()?;
        hand_over(directory.path().as_os_str())?;
        initialize(directory.path())?;
        let running = spawn(directory, sync)?;
        let (sockets, running) = running;
        let cluster = Self { sockets, running: Some(running) };
        cluster.wait()?;
        cluster.make_roles()?;
        Ok(cluster)
    }

    /// The cluster that the environment names, or one that lives as long as this process.
    ///
    /// # Panics
    ///
    /// If none can be started: whoever wants one has nothing to test without it.
    pub fn shared() -> &'static Self {
        static ONE: OnceLock<Cluster> = OnceLock::new();
        ONE.get_or_init(|| match std::env::var_os(SHARED) {
            Some(sockets) => Self { sockets: sockets.into(), running: None },
            None => Self::start(Sync::Off).unwrap_or_else(|error| panic!("no PostgreSQL to test with: {error:#}")),
        })
    }

    /// The directory of its sockets, for [`SHARED`].
    pub fn sockets(&self) -> &Path {
        &self.sockets
    }

    /// A new database that belongs to [`OWNER`], with nothing in it.
    pub fn database(&self) -> Result<Database> {
        Database::create(&self.sockets)
    }

    fn wait(&self) -> Result<()> {
        let start = Instant::now();
        while Database::psql(&self.sockets, SUPERUSER, "postgres", "SELECT 1").is_err() {
            if start.elapsed() > PATIENCE {
                let log = self.sockets.join("log");
                bail!("PostgreSQL did not start: {}", std::fs::read_to_string(log).unwrap_or_default());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn make_roles(&self) -> Result<()> {
        let sql = format!(
            "CREATE ROLE {OWNER} LOGIN; CREATE ROLE {APPLICATION} LOGIN NOINHERIT; CREATE ROLE {HOST} NOLOGIN;
            GRANT {HOST} TO {OWNER}, {APPLICATION}"
        );
        Database::psql(&self.sockets, SUPERUSER, "postgres", &sql).map(drop)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The end of its input is the shell's sign; the wait is for the directory to be gone.
        drop(self.input.take());
        let _ = self.shell.wait();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.running.take());
    }
}

fn initialize(directory: &Path) -> Result<()> {
    let mut initdb = server("initdb");
    initdb.args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]);
    initdb.arg(format!("--username={SUPERUSER}")).arg("-D").arg(directory.join("data"));
    run(&mut initdb).map(drop)
}

fn spawn(directory: TempDir, sync: Sync) -> Result<(PathBuf, Running)> {
    let mut postgres = server("postgres");
    postgres.arg("-D").arg(directory.path().join("data")).arg("-k").arg(directory.path());
    postgres.args(["-c", "listen_addresses=", "-c", "max_connections=400", "-c", "log_min_messages=error"]);
    if sync == Sync::Off {
        postgres.args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]);
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", GUARDIAN, "sh"]).arg(directory.path()).arg(postgres.get_program()).args(postgres.get_args());
    shell.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // Ctrl-C at a terminal is for whoever started this; the end of the input tells the shell.
    std::os::unix::process::CommandExt::process_group(&mut shell, 0);
    let mut shell = shell.spawn().with_context(|| format!("cannot start {}", find("postgres").display()))?;
    let input = shell.stdin.take();
    // From here on the shell removes it.
    Ok((directory.keep(), Running { shell, input }))
}
