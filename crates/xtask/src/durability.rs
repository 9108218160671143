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
/// The fault that PostgreSQL has no part in: it writes its own log.
const ONLY_ON_SQLITE: &str = "dangerous-no-sync";
/// What the tests print their figures after, for each database.
const MARK: &str = "durability ";
const ON_POSTGRES: &str = "durability_on_postgres ";

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
        "| fault | database | kills | fewest in flight | acknowledged | lost | sync before reply |\n\
         |---|---|---|---|---|---|---|"
    );
    let outcome = check(root, &real, kills)?;
    println!("{}", outcome.rows("none"));
    if !outcome.sqlite.passed {
        bail!("the check failed:\n{}", outcome.sqlite.log);
    }
    for (fault, binary, kills) in controls {
        let outcome = check(root, &binary, kills)?;
        println!("{}", outcome.rows(fault));
        let on_postgres = fault != ONLY_ON_SQLITE;
        if !outcome.shows_a_fault() || (on_postgres && !outcome.shows_a_fault_on_postgres()) {
            bail!("the check did not notice {fault}:\n{}", outcome.sqlite.log);
        }
    }
    check_adoptions(root, &real)
}

/// Kills in the middle of a decree over so many people, so often on each database.
const ADOPTIONS: [(&str, &str); 2] = [("ADOPTION_KILLS", "50"), ("ADOPTION_PEOPLE", "800")];

/// A decree is adopted whole or not at all.
fn check_adoptions(root: &Path, binary: &Path) -> Result<()> {
    let mut test = Command::new("cargo");
    test.args(["test", "--package=stories", "--test=adoption", "--locked", "--quiet"]);
    test.args(["--", "--nocapture", "--test-threads=1"]);
    test.env("REHEARSAL_BINARY", binary).envs(ADOPTIONS).current_dir(root);
    let sqlite = Measured::run(&mut test, "adoption ")?;
    let postgres = Measured::new(sqlite.passed, sqlite.log.clone(), "adoption_on_postgres ");
    println!("\n| database | kills in an adoption | people | whole | nothing | halves |\n|---|---|---|---|---|---|");
    for (database, measured) in [("SQLite", &sqlite), ("PostgreSQL", &postgres)] {
        let figures = ["kills", "people", "whole", "nothing", "halves"].map(|key| measured.shown(key));
        println!("| {database} | {} |", figures.join(" | "));
    }
    if sqlite.passed { Ok(()) } else { bail!("an adoption was cut in half:\n{}", sqlite.log) }
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
    Ok(Outcome::new(Measured::run(&mut test, MARK)?))
}

/// How the check went on one build.
struct Outcome {
    sqlite: Measured,
    postgres: Measured,
}

impl Outcome {
    fn new(sqlite: Measured) -> Self {
        let postgres = Measured::new(sqlite.passed, sqlite.log.clone(), ON_POSTGRES);
        Self { sqlite, postgres }
    }

    /// Whether it failed for what it is there to notice, and not because something else went wrong.
    fn shows_a_fault(&self) -> bool {
        let [lost, synced, traced] = ["lost", "synced", "traced"].map(|key| self.sqlite.figure(key));
        let (Some(lost), Some(synced), Some(traced)) = (lost, synced, traced) else { return false };
        !self.sqlite.passed && (lost > 0 || synced < traced)
    }

    /// Whether it failed on PostgreSQL too. That its own commits reach the disk is PostgreSQL's affair.
    fn shows_a_fault_on_postgres(&self) -> bool {
        !self.postgres.passed && self.postgres.figure("lost").is_some_and(|lost| lost > 0)
    }

    fn rows(&self, fault: &str) -> String {
        let synced = format!("{} of {}", self.sqlite.shown("synced"), self.sqlite.shown("traced"));
        let row = |database: &str, measured: &Measured, synced: &str| {
            let figures = ["kills", "fewest_in_flight", "acknowledged", "lost"].map(|key| measured.shown(key));
            format!("| {fault} | {database} | {} | {synced} |", figures.join(" | "))
        };
        [row("SQLite", &self.sqlite, &synced), row("PostgreSQL", &self.postgres, "")].join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_picked_from_what_the_tests_print() {
        let log = "running 3 tests\ntest a ... \ndurability {\"traced\":10,\"synced\":9}\nok\n\
                   durability {\"kills\":20,\"fewest_in_flight\":40,\"acknowledged\":2913,\"lost\":0}\n\
                   durability_on_postgres {\"kills\":1,\"fewest_in_flight\":33,\"acknowledged\":90,\"lost\":4}\n";
        let outcome = Outcome::new(Measured::new(false, log.to_owned(), MARK));
        let rows = "| none | SQLite | 20 | 40 | 2913 | 0 | 9 of 10 |\n| none | PostgreSQL | 1 | 33 | 90 | 4 |  |";
        assert_eq!(outcome.rows("none"), rows);
        assert!(outcome.shows_a_fault() && outcome.shows_a_fault_on_postgres());
    }

    #[test]
    fn a_check_that_broke_off_shows_nothing() {
        let log = "error: the service did not start".to_owned();
        let outcome = Outcome::new(Measured::new(false, log, MARK));
        assert!(outcome.rows("none").starts_with("| none | SQLite | ? | ? | ? | ? | ? of ? |"));
        assert!(!outcome.shows_a_fault() && !outcome.shows_a_fault_on_postgres());
    }
}
