//! `cargo xtask durability`: the check that nothing acknowledged is lost, and the proof that the check would notice.
//!
//! The tests of `tests/tests/durability` run on the service as it is, where they have to pass, and on builds with a fault
//! put in, where they have to fail.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::run;
use crate::measured::Measured;

/// The faults, which are features of the crates `store`, `server` and `rehearsal`, and how often at most to kill. What
/// was written and not synced outlives a process, so that only the order of the calls can betray the second.
const FAULTS: [(&str, u32); 2] = [("dangerous-reply-before-commit", u32::MAX), ("dangerous-no-sync", 1)];
/// What the tests print their figures after.
const MARK: &str = "durability ";

/// Builds, runs the check on every build, and prints a table. Fails unless the check passes where it has to, and only
/// there.
pub fn run_all(root: &Path, target: &Path, kills: u32) -> Result<()> {
    let mut controls = Vec::new();
    for (fault, most) in FAULTS {
        let feature = format!("--features=rehearsal/{fault}");
        controls.push((fault, keep(target, fault, || build(root, &[&feature]))?, kills.min(most)));
    }
    // Last, so that whoever looks for the binary where cargo puts it finds this one.
    let real = keep(target, "none", || build(root, &[]))?;
    println!(
        "| fault | kills | fewest in flight | acknowledged | lost | sync before reply |\n|---|---|---|---|---|---|"
    );
    let outcome = check(root, &real, kills)?;
    println!("| none | {} |", outcome.row());
    if !outcome.0.passed {
        bail!("the check failed:\n{}", outcome.0.log);
    }
    for (fault, binary, kills) in controls {
        let outcome = check(root, &binary, kills)?;
        println!("| {fault} | {} |", outcome.row());
        if !outcome.shows_a_fault() {
            bail!("the check did not notice {fault}:\n{}", outcome.0.log);
        }
    }
    Ok(())
}

/// All binaries at once, so that cargo picks the same features of other people's crates as ever, and rebuilds none.
fn build(root: &Path, features: &[&str]) -> Result<()> {
    let arguments = ["build", "--workspace", "--bins", "--locked", "--quiet"];
    run(Command::new("cargo").args(arguments).args(features).current_dir(root))
}

/// Has the binary `rehearsal` built, and keeps a copy of it that the next build leaves alone.
fn keep(target: &Path, name: &str, build: impl FnOnce() -> Result<()>) -> Result<PathBuf> {
    build()?;
    let directory = target.join("controls").join(name);
    fs::create_dir_all(&directory)?;
    let copy = directory.join("rehearsal");
    let built = target.join("debug/rehearsal");
    fs::copy(&built, &copy).with_context(|| format!("cannot copy {}", built.display()))?;
    Ok(copy)
}

/// Runs the check on a binary.
fn check(root: &Path, binary: &Path, kills: u32) -> Result<Outcome> {
    let mut test = Command::new("cargo");
    test.args(["test", "--package=stories", "--test=durability", "--locked", "--quiet"]);
    test.args(["--", "--nocapture", "--test-threads=1"]);
    test.env("REHEARSAL_BINARY", binary).env("DURABILITY_KILLS", kills.to_string()).current_dir(root);
    Ok(Outcome(Measured::run(&mut test, MARK)?))
}

/// How the check went on one build.
struct Outcome(Measured);

impl Outcome {
    /// Whether it failed for what it is there to notice, and not because something else went wrong.
    fn shows_a_fault(&self) -> bool {
        let [lost, synced, traced] = ["lost", "synced", "traced"].map(|key| self.0.figure(key));
        let (Some(lost), Some(synced), Some(traced)) = (lost, synced, traced) else { return false };
        !self.0.passed && (lost > 0 || synced < traced)
    }

    fn row(&self) -> String {
        let [kills, in_flight] = ["kills", "fewest_in_flight"].map(|key| self.0.shown(key));
        let [acknowledged, lost, synced, traced] =
            ["acknowledged", "lost", "synced", "traced"].map(|key| self.0.shown(key));
        format!("{kills} | {in_flight} | {acknowledged} | {lost} | {synced} of {traced}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_picked_from_what_the_tests_print() {
        let log = "running 2 tests\ntest a ... \ndurability {\"traced\":10,\"synced\":9}\nok\n\
                   durability {\"kills\":20,\"fewest_in_flight\":40,\"acknowledged\":2913,\"lost\":0}\n";
        let outcome = Outcome(Measured::new(false, log.to_owned(), MARK));
        assert_eq!(outcome.row(), "20 | 40 | 2913 | 0 | 9 of 10");
        assert!(outcome.shows_a_fault());
    }

    #[test]
    fn a_check_that_broke_off_shows_nothing() {
        let outcome = Outcome(Measured::new(false, "error: the service did not start".to_owned(), MARK));
        assert_eq!(outcome.row(), "? | ? | ? | ? | ? of ?");
        assert!(!outcome.shows_a_fault());
    }
}
