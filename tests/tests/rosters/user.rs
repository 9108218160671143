//! The secretary at the terminal.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::Context;
use rehearsal::world::SECRETARY;
use serde_json::Value;
use stories::Scene;
use tokio::process::{Child, Command};

/// Whoever runs the tool.
pub struct User {
    tool: PathBuf,
    flags: Vec<String>,
}

impl User {
    pub fn secretary(scene: &Scene) -> Self {
        let profile = scene.world.profile("osce-odihr", SECRETARY);
        let path = |path: &Path| path.display().to_string();
        let values = [
            ("--address", profile.address.clone()),
            ("--server-ca", path(&profile.server_ca)),
            ("--certificate", path(&profile.certificate)),
            ("--key", path(&profile.private_key)),
        ];
        let flags = values.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]).collect();
        Self { tool: tool().expect("cargo build --workspace --bins"), flags }
    }

    fn command(&self, words: &[String]) -> Command {
        let mut command = Command::new(&self.tool);
        command.args(&self.flags).arg("--json").args(words).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Starts the tool.
    pub fn start(&self, words: &[String]) -> anyhow::Result<Child> {
        Ok(self.command(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
    }

    /// Runs the tool to its end, and reads what it says came of it.
    pub async fn report(&self, words: &[String]) -> anyhow::Result<Value> {
        let output = self.command(words).output().await?;
        let complaint = || String::from_utf8_lossy(&output.stderr).into_owned();
        serde_json::from_slice(&output.stdout).with_context(complaint)
    }
}

/// The binary beside the test's own.
fn tool() -> Option<PathBuf> {
    let test = std::env::current_exe().ok()?;
    let path = test.parent()?.parent()?.join("accredit");
    path.exists().then_some(path)
}
