//! Starts a PostgreSQL cluster, and stops it when it is dropped or when this process ends.

use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::programs::{chown_to_account, find_program, run, server_command};
use crate::{APPLICATION, Database, HOST, OWNER, SHARED, SUPERUSER};

/// The most time that a cluster may take to accept connections.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Whether PostgreSQL flushes commits to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// As in production. Tests of durability need it.
    On,
    /// Never, which is much faster. Data can be lost if the machine fails, but not if a program is killed.
    Off,
}

/// A running cluster. Dropping the value stops it and removes its data, unless the environment named it.
#[derive(Debug)]
pub struct Cluster {
    /// The directory of the Unix socket. It is also that of the data and the log.
    sockets: PathBuf,
    /// The supervisor; `None` for a cluster that the environment named, which somebody else stops.
    running: Option<Running>,
}

/// A shell that stops PostgreSQL and removes the data when its input ends.
///
/// A destructor would not be enough: it does not run when this process is killed. The input of the shell ends also
/// then.
#[derive(Debug)]
struct Running {
    shell: Child,
    /// The shell's input, on which nothing is ever written.
    input: Option<ChildStdin>,
}

/// The script of the shell. Its arguments are the directory, then PostgreSQL's command line.
///
/// SIGINT is PostgreSQL's fast shutdown, which disconnects clients. SIGTERM would wait for them.
const SUPERVISOR: &str = r#"
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
    /// Makes a cluster in a temporary directory and starts it.
    ///
    /// # Errors
    ///
    /// Fails if PostgreSQL is not installed, or does not start within a minute.
    pub fn start(sync: Sync) -> Result<Self> {
        let directory = tempfile::Builder::new().prefix("throwaway-postgres-").tempdir_in(parent_directory(sync))?;
        chown_to_account(directory.path().as_os_str())?;
        initialize(directory.path())?;
        let running = spawn(directory, sync)?;
        let (sockets, running) = running;
        let cluster = Self { sockets, running: Some(running) };
        cluster.wait_until_ready()?;
        cluster.make_roles()?;
        Ok(cluster)
    }

    /// The cluster that the environment names in [`SHARED`], or one that lives as long as this process.
    ///
    /// # Panics
    ///
    /// Panics if no cluster can be started, because no test that needs one can pass then.
    pub fn shared() -> &'static Self {
        static SHARED_CLUSTER: OnceLock<Cluster> = OnceLock::new();
        SHARED_CLUSTER.get_or_init(|| match std::env::var_os(SHARED) {
            Some(sockets) => Self { sockets: sockets.into(), running: None },
            None => Self::start(Sync::Off).unwrap_or_else(|error| panic!("no PostgreSQL to test with: {error:#}")),
        })
    }

    /// The directory of the cluster's Unix socket, as [`SHARED`] names it.
    pub fn sockets(&self) -> &Path {
        &self.sockets
    }

    /// Makes a new, empty database that belongs to [`OWNER`].
    pub fn database(&self) -> Result<Database> {
        Database::create(&self.sockets)
    }

    /// Waits until the cluster accepts connections. The error has PostgreSQL's log.
    fn wait_until_ready(&self) -> Result<()> {
        let start = Instant::now();
        while Database::psql(&self.sockets, SUPERUSER, "postgres", "SELECT 1").is_err() {
            if start.elapsed() > START_TIMEOUT {
                let log = self.sockets.join("log");
                bail!("PostgreSQL did not start: {}", std::fs::read_to_string(log).unwrap_or_default());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Creates the roles. They have no passwords, because the cluster trusts everyone who can open its socket.
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
        // The end of the input tells the shell to stop PostgreSQL. Waiting makes sure that the directory is removed.
        drop(self.input.take());
        let _ = self.shell.wait();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.running.take());
    }
}

/// Where a cluster's directory is made.
///
/// A cluster that writes nothing through to the disk lives in memory, if the machine has a file system there with enough
/// room. A new database is some three hundred files, and every test makes one.
fn parent_directory(sync: Sync) -> PathBuf {
    const MEMORY: &str = "/dev/shm";
    const ENOUGH_BYTES: u64 = 4 << 30;
    let has_room = || rustix::fs::statvfs(MEMORY).is_ok_and(|found| found.f_bavail * found.f_frsize >= ENOUGH_BYTES);
    if sync == Sync::Off && has_room() { MEMORY.into() } else { std::env::temp_dir() }
}

/// Runs `initdb`. UTF-8 and the locale C sort texts by bytes, as SQLite does.
fn initialize(directory: &Path) -> Result<()> {
    let mut initdb = server_command("initdb");
    initdb.args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]);
    initdb.arg(format!("--username={SUPERUSER}")).arg("-D").arg(directory.join("data"));
    run(&mut initdb).map(drop)
}

/// Starts the supervising shell, which starts PostgreSQL. Returns the socket directory.
fn spawn(directory: TempDir, sync: Sync) -> Result<(PathBuf, Running)> {
    let mut postgres = server_command("postgres");
    postgres.arg("-D").arg(directory.path().join("data")).arg("-k").arg(directory.path());
    postgres.args(["-c", "listen_addresses=", "-c", "max_connections=400", "-c", "log_min_messages=error"]);
    if sync == Sync::Off {
        postgres.args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]);
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", SUPERVISOR, "sh"]).arg(directory.path()).arg(postgres.get_program()).args(postgres.get_args());
    shell.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // A process group of its own, because Ctrl-C at a terminal would kill the shell before it has cleaned up.
    std::os::unix::process::CommandExt::process_group(&mut shell, 0);
    let mut shell = shell.spawn().with_context(|| format!("cannot start {}", find_program("postgres").display()))?;
    let input = shell.stdin.take();
    // From here on the shell removes the directory, so this process must not.
    Ok((directory.keep(), Running { shell, input }))
}
