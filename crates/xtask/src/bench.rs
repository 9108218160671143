//! `cargo xtask bench`: measurements on release builds. Each measurement has its own limit.

use std::path::Path;

use anyhow::Result;

mod attacks;
mod growth;
mod measurement;

/// Which measurement to run.
#[derive(Debug, clap::Subcommand)]
pub enum Bench {
    /// Measures how the time of each call grows with the number of applications, and the CPU of an idle server.
    Growth(growth::Options),
    /// Attacks the server; measures how long other clients wait and how much memory the server takes.
    Attacks,
}

/// Runs a measurement, prints a table and writes `bench.json` into the target directory.
///
/// Fails if a limit is exceeded.
pub fn run(root: &Path, target: &Path, bench: &Bench) -> Result<()> {
    match bench {
        Bench::Growth(options) => growth::run(root, target, options),
        Bench::Attacks => attacks::run(root, target),
    }
}
