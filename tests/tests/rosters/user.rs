//! The secretary at the terminal, or a registrar.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::Context;
use rehearsal::world::{CEC, REGISTRAR, SECRETARY};
use serde_json::Value;
use stories::{Scene, tool};
use tokio::process::{Child, Command};

/// Whoever runs the tool.
pub struct User {
    tool: PathBuf,
    flags: Vec<String>,
}

impl User {
    pub fn secretary(scene: &Scene) -> Self {
        Self::of(scene, "osce-odihr", SECRETARY)
    }

    pub fn registrar(scene: &Scene) -> Self {
        Self::of(scene, CEC, REGISTRAR)
    }

    fn of(scene: &Scene, organization: &str, principal: &str) -> Self {
        let profile = scene.world.profile(organization, principal);
        let (address, ca) = (&profile.address, &profile.server_ca);
        let flags = tool::flags(address, ca, &profile.certificate, &profile.private_key);
        Self { tool: tool::binary("accredit").expect("the tool is built"), flags }
    }

    fn command(&self, words: &[String]) -> Command {
        let mut command = Command::new(&self.tool);
        command.args(&self.flags).args(words).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Starts the tool.
    pub fn start(&self, words: &[String]) -> anyhow::Result<Child> {
        Ok(self.command(words).arg("--json").stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
    }

    /// Runs the tool to its end, and reads what it says came of it.
    pub async fn report(&self, words: &[String]) -> anyhow::Result<Value> {
        let output = self.command(words).arg("--json").output().await?;
        let complaint = || String::from_utf8_lossy(&output.stderr).into_owned();
        serde_json::from_slice(&output.stdout).with_context(complaint)
    }

    /// Runs the tool to its end, and gives its exit code, what it shows people and what it says beside that.
    pub async fn told(&self, words: &[String]) -> anyhow::Result<(Option<i32>, String, String)> {
        let output = self.command(words).output().await?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((output.status.code(), text(&output.stdout), text(&output.stderr)))
    }
}
