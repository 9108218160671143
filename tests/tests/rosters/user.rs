//! A user of the tool: a secretary or a registrar.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::Context;
use rehearsal::world::{CEC, REGISTRAR, SECRETARY};
use serde_json::Value;
use stories::{Scene, tool};
use tokio::process::{Child, Command};

/// A user with a certificate, who runs the tool.
pub struct User {
    tool: PathBuf,
    flags: Vec<String>,
}

impl User {
    /// The secretary of the mission.
    pub fn secretary(scene: &Scene) -> Self {
        Self::of(scene, "osce-odihr", SECRETARY)
    }

    /// A registrar of the commission.
    pub fn registrar(scene: &Scene) -> Self {
        Self::of(scene, CEC, REGISTRAR)
    }

    fn of(scene: &Scene, organization: &str, principal: &str) -> Self {
        let profile = scene.world.profile(organization, principal);
        let (address, ca) = (&profile.address, &profile.server_ca);
        let flags = tool::flags(address, ca, &profile.certificate, &profile.private_key);
        Self { tool: tool::binary("accredit").expect("the tool is built"), flags }
    }

    fn command(&self, arguments: &[String]) -> Command {
        let mut command = Command::new(&self.tool);
        command.args(&self.flags).args(arguments).stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Starts the tool.
    pub fn start(&self, arguments: &[String]) -> anyhow::Result<Child> {
        Ok(self.command(arguments).arg("--json").stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
    }

    /// Runs the tool to its end. Returns its report.
    pub async fn report(&self, arguments: &[String]) -> anyhow::Result<Value> {
        let output = self.command(arguments).arg("--json").output().await?;
        let errors = || String::from_utf8_lossy(&output.stderr).into_owned();
        serde_json::from_slice(&output.stdout).with_context(errors)
    }

    /// Runs the tool to its end, without `--json`. Returns its exit code, its standard output and its standard error.
    pub async fn run(&self, arguments: &[String]) -> anyhow::Result<(Option<i32>, String, String)> {
        let output = self.command(arguments).output().await?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ok((output.status.code(), text(&output.stdout), text(&output.stderr)))
    }
}
