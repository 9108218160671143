//! `cargo xtask bench attacks`: the tests of `tests/tests/attacks` on release builds.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use super::record::measure;
use crate::command::run as run_command;

/// Builds, attacks, and says what is over its limit.
pub fn run(root: &Path, target: &Path) -> Result<()> {
    // One selection of targets for both commands, so that cargo picks the same features and builds everything once.
    let build = ["build", "--release", "--workspace", "--bins", "--test=attacks", "--locked"];
    run_command(Command::new("cargo").args(build).current_dir(root))?;
    let mut test = Command::new("cargo");
    test.args(["test", "--release", "--workspace", "--test=attacks", "--locked", "--quiet", "--"]);
    test.args(["--nocapture", "--test-threads=1"]).current_dir(root);
    ensure!(!measure(test, target)?.is_empty(), "no attack was measured");
    Ok(())
}
