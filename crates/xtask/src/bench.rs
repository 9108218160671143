//! `cargo xtask bench`: measurements on release builds, each with a limit of its own.

use std::path::Path;

use anyhow::Result;

mod attacks;
mod growth;
mod record;

/// What is measured.
#[derive(Debug, clap::Subcommand)]
pub enum Bench {
    /// How the time of each call grows with the number of applications in an election, and what doing nothing costs.
    Growth(growth::Options),
    /// What others notice while the service is attacked, and how much memory it takes.
    Attacks,
}

/// Measures, prints a table, writes `bench.json` into the target directory, and fails if a limit is exceeded.
pub fn run(root: &Path, target: &Path, bench: &Bench) -> Result<()> {
    match bench {
        Bench::Growth(options) => growth::run(root, target, options),
        Bench::Attacks => attacks::run(root, target),
    }
}
