//! A server process, as the rehearsal that started it sees it. `serve.rs` is the other side.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// The most time that a process may take to start, to set its clock, or to end.
const PROCESS_TIMEOUT: Duration = Duration::from_secs(30);

/// A running server. Dropping this value kills it.
pub struct Process {
    child: Mutex<Child>,
    /// The process id at the start; it stays known after the end.
    pid: Option<Pid>,
    /// Locked during a command and its answer, so that two callers cannot read each other's answers.
    pipe: Mutex<Pipe>,
    /// The log file, quoted in errors.
    log: PathBuf,
    /// The address on which the server listens.
    pub address: SocketAddr,
}

/// The standard input and output of a process, over which its clock is set.
struct Pipe {
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Process {
    /// Starts `{binary} serve` and waits until it listens. Its log is appended to the file `log`.
    ///
    /// # Errors
    ///
    /// Fails if the process does not listen within 30 seconds; the error has the last lines of the log.
    pub async fn start(binary: &Path, config: &Path, time: Option<Timestamp>, log: &Path) -> anyhow::Result<Self> {
        let errors = std::fs::OpenOptions::new().create(true).append(true).open(log);
        let mut command = Command::new(binary);
        // The same setting as in deploy/. With a fixed threshold, glibc returns the memory of large documents to the
        // system. By default it raises the threshold and keeps the memory.
        command.env("MALLOC_MMAP_THRESHOLD_", "262144");
        command.arg("serve").arg("--config").arg(config);
        command.args(time.map(|time| format!("--time={time}")));
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(errors.with_context(|| format!("cannot write {}", log.display()))?).kill_on_drop(true);
        // A process group of its own, so that Ctrl-C reaches only the rehearsal, which then stops the server in order.
        command.process_group(0);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", binary.display()))?;
        let input = child.stdin.take().context("the standard input is a pipe")?;
        let output = child.stdout.take().context("the standard output is a pipe")?;
        let mut pipe = Pipe { input, output: BufReader::new(output).lines() };
        let ready = pipe.read().await.and_then(|line| Ok(line.strip_prefix("ready ").context("ready")?.parse()?));
        match ready {
            Ok(address) => {
                let pid = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
                Ok(Self { child: Mutex::new(child), pid, pipe: Mutex::new(pipe), log: log.to_owned(), address })
            }
            Err(_) => bail!("the service did not start; it said:\n{}", last_lines(log)),
        }
    }

    /// Stops the server's clock at a time, or lets it run in real time. Returns when the server has done so.
    pub async fn set_clock(&self, time: Option<Timestamp>) -> anyhow::Result<()> {
        let line = time.map_or("real\n".to_owned(), |time| format!("set {}\n", time.as_microsecond()));
        let mut pipe = self.pipe.lock().await;
        let answer = async {
            pipe.input.write_all(line.as_bytes()).await?;
            pipe.read().await
        };
        let answer = answer.await.with_context(|| format!("the service is gone:\n{}", last_lines(&self.log)))?;
        ensure!(answer == "ok", "the service answered \"{answer}\" when its clock was set");
        Ok(())
    }

    /// The process id, for tests that measure the process.
    pub fn pid(&self) -> Option<u32> {
        self.pid.map(|pid| pid.as_raw_nonzero().get().cast_unsigned())
    }

    /// Kills the process with SIGKILL, and waits for its end. The process cannot flush or reply any
    /// more.
    pub async fn kill(&self) -> anyhow::Result<()> {
        self.child.lock().await.kill().await.context("cannot kill the service")
    }

    /// Sends SIGTERM, and waits until the process has ended.
    ///
    /// # Errors
    ///
    /// Fails if the process does not end within 30 seconds, or ends with an error. The error has the log's last lines.
    pub async fn stop(&self) -> anyhow::Result<()> {
        if let Some(pid) = self.pid {
            kill_process(pid, Signal::TERM).context("cannot signal the service")?;
        }
        let mut child = self.child.lock().await;
        let status =
            timeout(PROCESS_TIMEOUT, child.wait()).await.context("the service does not end after SIGTERM")??;
        ensure!(status.success(), "the service ended with {status}:\n{}", last_lines(&self.log));
        Ok(())
    }
}

impl Pipe {
    /// Reads one line of the process's output.
    async fn read(&mut self) -> anyhow::Result<String> {
        timeout(PROCESS_TIMEOUT, self.output.next_line()).await??.context("the pipe was closed")
    }
}

/// The `rehearsal` binary: the one that `REHEARSAL_BINARY` names, or this program itself, or the one that cargo built
/// beside this program.
pub fn get_binary() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os("REHEARSAL_BINARY") {
        return Ok(named.into());
    }
    let this = std::env::current_exe().context("this program has no path")?;
    if this.file_stem().is_some_and(|stem| stem == "rehearsal") {
        return Ok(this);
    }
    // A test's binary is in target/{profile}/deps.
    let beside = this.ancestors().skip(1).take(2).map(|dir| dir.join("rehearsal")).find(|path| path.is_file());
    beside.with_context(|| {
        format!("there is no binary `rehearsal` beside {}; build it with `cargo build -p rehearsal`", this.display())
    })
}

/// The last ten lines of a log, for an error.
fn last_lines(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}
