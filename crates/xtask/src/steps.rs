//! The steps of `cargo xtask test`, cheapest first: what takes minutes runs when what takes seconds has passed.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};
use throwaway::{Cluster, SHARED, Sync};

use crate::command::{cargo_command, run, stream};
use crate::tally::Tally;
use crate::tools::Tools;
use crate::{deploy, plans, proto, python, tidy};

/// What the steps work with.
pub struct Workshop {
    /// The workspace's root.
    pub root: PathBuf,
    /// Where cargo builds.
    pub target: PathBuf,
    /// Programs beyond Rust.
    pub tools: Tools,
}

/// One step: its name, and what it does. It fails with an error or with failed checks in its tally.
pub type Step = (&'static str, fn(&Workshop) -> Result<Tally>);

/// All of them, in their order.
pub const STEPS: [Step; 10] = [
    ("formatting", format),
    ("rules of the code base", code_base_rules),
    ("lints", lint),
    ("dependencies", dependencies),
    ("proto", proto),
    ("deploy", deployment),
    ("build", binaries),
    ("tests", tests),
    ("plans", plans),
    ("foreign clients", foreign_client),
];

fn format(workshop: &Workshop) -> Result<Tally> {
    cargo(workshop, &["fmt", "--all", "--check"])
}

fn code_base_rules(workshop: &Workshop) -> Result<Tally> {
    tidy::check(&workshop.root)
}

fn lint(workshop: &Workshop) -> Result<Tally> {
    cargo(workshop, &["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "-D", "warnings"])
}

fn dependencies(workshop: &Workshop) -> Result<Tally> {
    let deny = ["--offline", "check", "bans", "licenses", "sources"];
    run(Command::new(&workshop.tools.cargo_deny).args(deny).current_dir(&workshop.root))?;
    println!("NOT checked: security advisories; their database cannot be had offline (`cargo deny check advisories`)");
    Ok(Tally::ONE_PASSED)
}

fn proto(workshop: &Workshop) -> Result<Tally> {
    proto::check(&workshop.root, &workshop.tools.buf)
}

fn deployment(workshop: &Workshop) -> Result<Tally> {
    deploy::check(workshop)
}

/// Builds the tests and what they start. Both at once: the tests ask for more features of some libraries, and alone the
/// binaries would be compiled without these first.
pub fn binaries(workshop: &Workshop) -> Result<Tally> {
    cargo(workshop, &["build", "--workspace", "--bins", "--tests", "--examples", "--locked", "--quiet"])
}

/// Runs all tests; they write down the statements that they run.
pub fn tests(workshop: &Workshop) -> Result<Tally> {
    plans::clear_statements(&workshop.target)?;
    let mut command = cargo_command(&workshop.root);
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    // The vault's contract is also held against an S3 server, which is a program in Python.
    command.env("DOCUMENTS_PYTHON", &workshop.tools.python);
    command.env(plans::RECORD, plans::statements(&workshop.target));
    cargo_test(&mut command)
}

/// Every statement that the tests ran must be in the reviewed files.
fn plans(workshop: &Workshop) -> Result<Tally> {
    plans::check(&workshop.root, &workshop.target)
}

/// Runs a `cargo test`, with one PostgreSQL for all of it, and counts what it says.
pub fn cargo_test(command: &mut Command) -> Result<Tally> {
    let mut tally = Tally::default();
    let cluster = Cluster::start(Sync::Off)?;
    command.env(SHARED, cluster.sockets());
    let succeeded = stream(command, |line| tally += Tally::of_cargo_test(line).unwrap_or_default())?;
    if !succeeded && tally.failed == 0 {
        bail!("`cargo test` failed before or beside the tests themselves");
    }
    Ok(tally)
}

fn foreign_client(workshop: &Workshop) -> Result<Tally> {
    python::test(&workshop.root, &workshop.target, &workshop.tools)
}

/// A cargo command that passes as a whole or fails.
fn cargo(workshop: &Workshop, arguments: &[&str]) -> Result<Tally> {
    run(cargo_command(&workshop.root).args(arguments))?;
    Ok(Tally::ONE_PASSED)
}
