//! `cargo xtask test`: every step announced and timed, the first failure ends it, the last line counts.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::command::output;
use crate::steps::{STEPS, Workshop};
use crate::tally::Tally;
use crate::tools::Tools;

/// Runs all steps; prints `N passed, N failed` alone on the last line of standard output.
pub fn run(root: &Path) -> Result<()> {
    let mut tally = Tally::default();
    let outcome = run_steps(root, &mut tally);
    println!("\n{tally}");
    outcome
}

fn run_steps(root: &Path, tally: &mut Tally) -> Result<()> {
    let target = target(root)?;
    let mut tools = None;
    announce("tools", tally, || {
        tools = Some(Tools::install(root, &target)?);
        Ok(Tally::ONE_PASSED)
    })?;
    let tools = tools.expect("the step before ended without an error, so it installed the tools");
    let workshop = Workshop { root: root.to_path_buf(), target, tools };
    STEPS.iter().try_for_each(|(name, step)| announce(name, tally, || step(&workshop)))
}

/// Runs one step with its name above it and its time below, adds what it counted, and fails if anything failed.
fn announce(name: &str, tally: &mut Tally, step: impl FnOnce() -> Result<Tally>) -> Result<()> {
    println!("\n=== {name}");
    let start = Instant::now();
    let outcome = step();
    let seconds = start.elapsed().as_secs_f64();
    let counted = *outcome.as_ref().unwrap_or(&Tally::ONE_FAILED);
    *tally += counted;
    let verdict = if counted.failed == 0 { "passed" } else { "FAILED" };
    println!("=== {name}: {verdict} ({seconds:.1} s)");
    outcome.with_context(|| format!("the step `{name}` failed"))?;
    if counted.failed > 0 {
        bail!("the step `{name}` failed: {counted}; see above");
    }
    Ok(())
}

/// Where cargo builds, by its own configuration.
pub fn target(root: &Path) -> Result<PathBuf> {
    let metadata = output(
        Command::new("cargo").args(["metadata", "--format-version=1", "--no-deps", "--locked"]).current_dir(root),
    )?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let target = metadata["target_directory"].as_str().context("`cargo metadata` names no target directory")?;
    Ok(PathBuf::from(target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_errs_and_one_with_failed_checks_both_fail_and_count() {
        let mut tally = Tally::default();
        announce("good", &mut tally, || Ok(Tally { passed: 5, failed: 0 })).unwrap();
        let error = announce("broken", &mut tally, || bail!("no such program")).unwrap_err();
        assert_eq!(format!("{error:#}"), "the step `broken` failed: no such program");
        let error = announce("red", &mut tally, || Ok(Tally { passed: 2, failed: 3 })).unwrap_err();
        assert_eq!(format!("{error:#}"), "the step `red` failed: 2 passed, 3 failed; see above");
        assert_eq!(tally, Tally { passed: 7, failed: 4 });
    }
}
