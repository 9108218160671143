//! A rehearsal that keeps running after its election, for tests that connect to it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// How long the rehearsal may take until it is ready. A debug build on two busy cores needs a small part of this.
const START_TIMEOUT: Duration = Duration::from_secs(300);
/// How long the rehearsal may take to stop after SIGTERM.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
/// The time between two checks of whether the rehearsal is ready or has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// A running rehearsal. It is stopped when this value is dropped.
pub struct RunningRehearsal {
    process: Child,
    directory: PathBuf,
    log: PathBuf,
}

impl RunningRehearsal {
    /// Starts `rehearsal` with an election of `observers` people in a new `directory`. Returns when clients can
    /// connect.
    pub fn start(mut rehearsal: Command, directory: &Path, observers: u32) -> Result<Self> {
        if directory.exists() {
            fs::remove_dir_all(directory).with_context(|| format!("cannot remove {}", directory.display()))?;
        }
        let log = directory.with_extension("log");
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let process = rehearsal
            .args(["--keep", "--dir"])
            .arg(directory)
            .args(["--observers", &observers.to_string()])
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .context("cannot start the rehearsal")?;
        let mut running = Self { process, directory: directory.to_path_buf(), log };
        running.wait_until_ready()?;
        Ok(running)
    }

    /// The file with everything that a client needs to connect.
    pub fn world_file(&self) -> PathBuf {
        self.directory.join("world.json")
    }

    /// The address where the server answers probes, from its configuration.
    pub fn health_listen(&self) -> Result<String> {
        let config = fs::read_to_string(self.directory.join("accreditd.toml"))?;
        let line = config.lines().find_map(|line| line.strip_prefix("health_listen = "));
        Ok(line.context("the configuration of the rehearsal has no health_listen")?.trim_matches('"').to_owned())
    }

    /// Waits until the file for clients is complete. Fails at the timeout, or if the rehearsal ends before.
    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_TIMEOUT;
        // A file that is not completely written is not valid JSON.
        while !fs::read(self.world_file()).is_ok_and(|text| serde_json::from_slice::<serde_json::Value>(&text).is_ok())
        {
            if let Some(status) = self.process.try_wait()? {
                bail!("the rehearsal ended before it was ready ({status}); the end of its log:\n{}", self.log_tail());
            }
            if Instant::now() > deadline {
                bail!(
                    "the rehearsal did not write {} within {START_TIMEOUT:?}; the end of its log:\n{}",
                    self.world_file().display(),
                    self.log_tail()
                );
            }
            sleep(POLL_INTERVAL);
        }
        Ok(())
    }

    /// The last 30 lines of the rehearsal's log.
    fn log_tail(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// Sends SIGTERM and waits until the rehearsal has stopped the processes that it started. Kills it after the
    /// timeout.
    ///
    /// SIGINT would not work: a background job of a shell ignores it.
    fn stop(&mut self) -> Result<ExitStatus> {
        if let Some(status) = self.process.try_wait()? {
            return Ok(status);
        }
        kill_process(Pid::from_child(&self.process), Signal::TERM)?;
        let deadline = Instant::now() + STOP_TIMEOUT;
        while Instant::now() < deadline {
            if let Some(status) = self.process.try_wait()? {
                return Ok(status);
            }
            sleep(POLL_INTERVAL);
        }
        self.process.kill()?;
        let status = self.process.wait()?;
        bail!(
            "the rehearsal did not stop within {STOP_TIMEOUT:?} and was killed ({status}); the end of its log:\n{}",
            self.log_tail()
        )
    }

    /// Stops the rehearsal. Fails if it reports an error.
    pub fn stop_and_check(mut self) -> Result<()> {
        let status = self.stop()?;
        if !status.success() {
            bail!("the rehearsal failed ({status}); the end of its log:\n{}", self.log_tail());
        }
        Ok(())
    }
}

impl Drop for RunningRehearsal {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            eprintln!("xtask: {error:#}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell that runs `script` with the rehearsal's arguments: `--keep --dir DIR --observers N`.
    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", script, "sh"]);
        shell
    }

    #[test]
    fn start_waits_for_the_rehearsal_and_stop_ends_it() {
        let root = tempfile::tempdir().unwrap();
        let script = "mkdir $3; echo \"{\\\"observers\\\": $5}\" > $3/world.json; trap 'touch $3/over; exit 0' TERM; \
                      while :; do sleep 0.1; done";
        let rehearsal = RunningRehearsal::start(shell(script), &root.path().join("world"), 7).unwrap();
        assert_eq!(fs::read_to_string(rehearsal.world_file()).unwrap(), "{\"observers\": 7}\n");
        rehearsal.stop_and_check().unwrap();
        assert!(root.path().join("world/over").exists());
    }

    #[test]
    fn the_error_of_a_rehearsal_that_does_not_start_has_the_end_of_its_log() {
        let root = tempfile::tempdir().unwrap();
        let error = RunningRehearsal::start(shell("echo no such port >&2; exit 4"), &root.path().join("world"), 7);
        let error = error.err().unwrap().to_string();
        assert!(error.contains("exit status: 4") && error.ends_with("no such port"), "{error}");
    }
}
