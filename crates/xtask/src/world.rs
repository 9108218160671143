//! A world to test against: the rehearsal, kept running after its election is over.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

/// How long a world may take to come up; an unoptimized build on two busy cores needs a small part of it.
const PATIENCE: Duration = Duration::from_secs(300);
/// How long it may take to go down when asked.
const FAREWELL: Duration = Duration::from_secs(30);
/// How often to look.
const PAUSE: Duration = Duration::from_millis(200);

/// A running rehearsal. Dropped, it is stopped.
pub struct World {
    rehearsal: Child,
    directory: PathBuf,
    log: PathBuf,
}

impl World {
    /// Has `rehearsal` play an election of `observers` people into a fresh `directory`, and returns when others can join.
    pub fn start(mut rehearsal: Command, directory: &Path, observers: u32) -> Result<Self> {
        if directory.exists() {
            fs::remove_dir_all(directory).with_context(|| format!("cannot remove {}", directory.display()))?;
        }
        let log = directory.with_extension("log");
        let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let rehearsal = rehearsal
            .args(["--keep", "--dir"])
            .arg(directory)
            .args(["--observers", &observers.to_string()])
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .context("cannot start the rehearsal")?;
        let mut world = Self { rehearsal, directory: directory.to_path_buf(), log };
        world.await_file()?;
        Ok(world)
    }

    /// The file by which any client can join in.
    pub fn file(&self) -> PathBuf {
        self.directory.join("world.json")
    }

    /// Where its server answers probes, as its configuration says.
    pub fn health_listen(&self) -> Result<String> {
        let config = fs::read_to_string(self.directory.join("accreditd.toml"))?;
        let line = config.lines().find_map(|line| line.strip_prefix("health_listen = "));
        Ok(line.context("the configuration names no health_listen")?.trim_matches('"').to_owned())
    }

    fn await_file(&mut self) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        // Half a file is no JSON yet.
        while !fs::read(self.file()).is_ok_and(|text| serde_json::from_slice::<serde_json::Value>(&text).is_ok()) {
            if let Some(status) = self.rehearsal.try_wait()? {
                bail!("the rehearsal ended before its world was ready ({status})\n{}", self.last_words());
            }
            if Instant::now() > deadline {
                bail!("no {} after {PATIENCE:?}\n{}", self.file().display(), self.last_words());
            }
            sleep(PAUSE);
        }
        Ok(())
    }

    /// The end of what the rehearsal wrote.
    fn last_words(&self) -> String {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// Asks the rehearsal to end, and gives it time to drain and to stop what it has started. SIGTERM, because a job in the
    /// background of a shell inherits SIGINT ignored.
    fn stop(&mut self) -> Result<ExitStatus> {
        if let Some(status) = self.rehearsal.try_wait()? {
            return Ok(status);
        }
        kill_process(Pid::from_child(&self.rehearsal), Signal::TERM)?;
        let deadline = Instant::now() + FAREWELL;
        while Instant::now() < deadline {
            if let Some(status) = self.rehearsal.try_wait()? {
                return Ok(status);
            }
            sleep(PAUSE);
        }
        self.rehearsal.kill()?;
        let status = self.rehearsal.wait()?;
        bail!("the rehearsal did not end within {FAREWELL:?} and was killed ({status})\n{}", self.last_words())
    }

    /// Stops the world and tells whether it ended well.
    pub fn end(mut self) -> Result<()> {
        let status = self.stop()?;
        if !status.success() {
            bail!("the rehearsal ended badly ({status})\n{}", self.last_words());
        }
        Ok(())
    }
}

impl Drop for World {
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
    fn a_world_is_awaited_and_stopped() {
        let root = tempfile::tempdir().unwrap();
        let script = "mkdir $3; echo \"{\\\"observers\\\": $5}\" > $3/world.json; trap 'touch $3/over; exit 0' TERM; \
                      while :; do sleep 0.1; done";
        let world = World::start(shell(script), &root.path().join("world"), 7).unwrap();
        assert_eq!(fs::read_to_string(world.file()).unwrap(), "{\"observers\": 7}\n");
        world.end().unwrap();
        assert!(root.path().join("world/over").exists());
    }

    #[test]
    fn a_world_that_never_comes_up_shows_its_last_words() {
        let root = tempfile::tempdir().unwrap();
        let error = World::start(shell("echo no such port >&2; exit 4"), &root.path().join("world"), 7);
        let error = error.err().unwrap().to_string();
        assert!(error.contains("exit status: 4") && error.ends_with("no such port"), "{error}");
    }
}
