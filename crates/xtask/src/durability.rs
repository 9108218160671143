//! `cargo xtask durability`: checks that no acknowledged change is lost, and that the check notices injected faults.
//!
//! The tests of `tests/tests/durability` run on the service as it is, where they must pass. They also run on builds
//! with an injected fault, where they must fail. A check that also passes on a faulty build proves nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::run;
use crate::test_figures::TestFigures;

/// The injected faults, and the maximum number of kills for each. A fault is a feature of `store`, `server` and
/// `rehearsal`.
///
/// One kill is enough for the second: unsynced data survives the end of a process, so kills cannot show that fault.
/// Only the order of the system calls can.
const FAULTS: [(&str, u32); 2] = [("dangerous-reply-before-commit", u32::MAX), ("dangerous-no-sync", 1)];
/// The fault that does not apply to PostgreSQL, which syncs its own log.
const ONLY_ON_SQLITE: &str = "dangerous-no-sync";
/// The words before the figures that the tests print, one for each database.
const ON_SQLITE: &str = "durability ";
/// See [`ON_SQLITE`].
const ON_POSTGRES: &str = "durability_on_postgres ";

/// Makes every build, runs the check on each and prints a table.
///
/// Fails if the check fails on the real build, or passes on a build with an injected fault.
pub fn run_all(root: &Path, target: &Path, kills: u32) -> Result<()> {
    let mut faulty_builds = Vec::new();
    for (fault, most) in FAULTS {
        let feature = format!("--features=rehearsal/{fault}");
        faulty_builds.push((fault, build_copy(target, fault, || build(root, &[&feature]))?, kills.min(most)));
    }
    // The real build is last. So the binary that cargo leaves in `target/debug` has no fault.
    let real = build_copy(target, "none", || build(root, &[]))?;
    println!(
        "| fault | database | kills | fewest in flight | acknowledged | lost | sync before reply |\n\
         |---|---|---|---|---|---|---|"
    );
    let outcome = check(root, &real, kills)?;
    println!("{}", outcome.rows("none"));
    if !outcome.sqlite.passed {
        bail!("the check failed on the service without a fault; its output:\n{}", outcome.sqlite.log);
    }
    for (fault, binary, kills) in faulty_builds {
        let outcome = check(root, &binary, kills)?;
        println!("{}", outcome.rows(fault));
        let on_postgres = fault != ONLY_ON_SQLITE;
        if !outcome.noticed_fault() || (on_postgres && !outcome.noticed_fault_on_postgres()) {
            bail!("the check did not notice the injected fault {fault}; its output:\n{}", outcome.sqlite.log);
        }
    }
    check_adoptions(root, &real)
}

/// How often the adoption of a decree is killed on each database, and the number of people in the decree.
const ADOPTIONS: [(&str, &str); 2] = [("ADOPTION_KILLS", "50"), ("ADOPTION_PEOPLE", "800")];

/// Checks that a killed adoption of a decree takes effect completely or not at all.
fn check_adoptions(root: &Path, binary: &Path) -> Result<()> {
    let mut test = Command::new("cargo");
    test.args(["test", "--package=stories", "--test=adoption", "--locked", "--quiet"]);
    test.args(["--", "--nocapture", "--test-threads=1"]);
    test.env("REHEARSAL_BINARY", binary).envs(ADOPTIONS).current_dir(root);
    let sqlite = TestFigures::run(&mut test, "adoption ")?;
    let postgres = TestFigures::new(sqlite.passed, sqlite.log.clone(), "adoption_on_postgres ");
    println!("\n| database | kills in an adoption | people | complete | none | partial |\n|---|---|---|---|---|---|");
    for (database, result) in [("SQLite", &sqlite), ("PostgreSQL", &postgres)] {
        let figures = ["kills", "people", "whole", "nothing", "halves"].map(|key| result.figure_text(key));
        println!("| {database} | {} |", figures.join(" | "));
    }
    if sqlite.passed { Ok(()) } else { bail!("the test of killed adoptions failed; its output:\n{}", sqlite.log) }
}

/// Builds all binaries together. So cargo chooses the same features of third-party crates as usual, and rebuilds none.
fn build(root: &Path, features: &[&str]) -> Result<()> {
    let arguments = ["build", "--workspace", "--bins", "--locked", "--quiet"];
    run(Command::new("cargo").args(arguments).args(features).current_dir(root))
}

/// Builds the binary `rehearsal` and copies it, because the next build overwrites it. Returns the path of the copy.
fn build_copy(target: &Path, name: &str, build: impl FnOnce() -> Result<()>) -> Result<PathBuf> {
    build()?;
    let directory = target.join("durability-builds").join(name);
    fs::create_dir_all(&directory)?;
    let copy = directory.join("rehearsal");
    let built = target.join("debug/rehearsal");
    fs::copy(&built, &copy).with_context(|| format!("cannot copy {}", built.display()))?;
    Ok(copy)
}

/// Runs the tests of `tests/tests/durability` on a binary of `rehearsal`.
fn check(root: &Path, binary: &Path, kills: u32) -> Result<Outcome> {
    let mut test = Command::new("cargo");
    test.args(["test", "--package=stories", "--test=durability", "--locked", "--quiet"]);
    test.args(["--", "--nocapture", "--test-threads=1"]);
    test.env("REHEARSAL_BINARY", binary).env("DURABILITY_KILLS", kills.to_string()).current_dir(root);
    Ok(Outcome::new(TestFigures::run(&mut test, ON_SQLITE)?))
}

/// The result of the check on one build.
struct Outcome {
    sqlite: TestFigures,
    postgres: TestFigures,
}

impl Outcome {
    /// Both results are in the output of one `cargo test`, after different words.
    fn new(sqlite: TestFigures) -> Self {
        let postgres = TestFigures::new(sqlite.passed, sqlite.log.clone(), ON_POSTGRES);
        Self { sqlite, postgres }
    }

    /// Whether the check failed because it noticed a fault on SQLite, and not for another reason.
    fn noticed_fault(&self) -> bool {
        let [lost, synced, traced] = ["lost", "synced", "traced"].map(|key| self.sqlite.lookup_figure(key));
        let (Some(lost), Some(synced), Some(traced)) = (lost, synced, traced) else { return false };
        !self.sqlite.passed && (lost > 0 || synced < traced)
    }

    /// Whether the check noticed lost changes on PostgreSQL. The sync is not checked: PostgreSQL syncs its own commits.
    fn noticed_fault_on_postgres(&self) -> bool {
        !self.postgres.passed && self.postgres.lookup_figure("lost").is_some_and(|lost| lost > 0)
    }

    /// The rows of the table for this build, one for each database.
    fn rows(&self, fault: &str) -> String {
        let synced = format!("{} of {}", self.sqlite.figure_text("synced"), self.sqlite.figure_text("traced"));
        let row = |database: &str, result: &TestFigures, synced: &str| {
            let figures = ["kills", "fewest_in_flight", "acknowledged", "lost"].map(|key| result.figure_text(key));
            format!("| {fault} | {database} | {} | {synced} |", figures.join(" | "))
        };
        [row("SQLite", &self.sqlite, &synced), row("PostgreSQL", &self.postgres, "")].join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_from_the_output_of_the_tests() {
        let log = "running 3 tests\ntest a ... \ndurability {\"traced\":10,\"synced\":9}\nok\n\
                   durability {\"kills\":20,\"fewest_in_flight\":40,\"acknowledged\":2913,\"lost\":0}\n\
                   durability_on_postgres {\"kills\":1,\"fewest_in_flight\":33,\"acknowledged\":90,\"lost\":4}\n";
        let outcome = Outcome::new(TestFigures::new(false, log.to_owned(), ON_SQLITE));
        let rows = "| none | SQLite | 20 | 40 | 2913 | 0 | 9 of 10 |\n| none | PostgreSQL | 1 | 33 | 90 | 4 |  |";
        assert_eq!(outcome.rows("none"), rows);
        assert!(outcome.noticed_fault() && outcome.noticed_fault_on_postgres());
    }

    #[test]
    fn a_check_that_did_not_finish_notices_no_fault() {
        let log = "error: the service did not start".to_owned();
        let outcome = Outcome::new(TestFigures::new(false, log, ON_SQLITE));
        assert!(outcome.rows("none").starts_with("| none | SQLite | ? | ? | ? | ? | ? of ? |"));
        assert!(!outcome.noticed_fault() && !outcome.noticed_fault_on_postgres());
    }
}
