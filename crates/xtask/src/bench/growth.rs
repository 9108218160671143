//! `cargo xtask bench growth`: the tests of `tests/tests/growth` at full size, on release builds.

use std::path::Path;

use anyhow::{Result, ensure};
use throwaway::{Cluster, SHARED, Sync};

use super::measurement::{measure, release_test};

/// Number of applications in the election that `--large` adds.
const LARGE: usize = 1_000_000;

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Number of applications in each election. The largest election is compared with the smallest.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 100_000])]
    sizes: Vec<usize>,
    /// Adds an election of a million applications. It takes half an hour and 20 GB of disk.
    #[arg(long)]
    large: bool,
    /// Runs only measurements whose id begins with this, for example `claim`, `growth-list` or `idle-cpu`.
    #[arg(long, value_name = "ID-PREFIX", default_value = "")]
    only: String,
    /// Measures on this database only.
    #[arg(long, value_enum)]
    database: Option<Database>,
}

/// A database on which the calls are measured.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

/// Builds the server, measures it and prints the measurements. Fails if one is over its limit.
pub fn run(root: &Path, target: &Path, options: &Options) -> Result<()> {
    let mut test = release_test(root, "growth")?;
    test.arg(options.test_name_filter());
    let cluster = Cluster::start(Sync::On)?;
    test.env(SHARED, cluster.sockets()).env("GROWTH_SIZES", options.sizes_variable()).env("GROWTH_ONLY", &options.only);
    let measurements = measure(test, target)?;
    ensure!(!measurements.is_empty(), "no measurement has an id that begins with `{}`: check --only", options.only);
    Ok(())
}

impl Options {
    /// The part of a test's name by which `cargo test` selects the tests to run.
    fn test_name_filter(&self) -> &'static str {
        match self.database {
            None => "calls_do_not_grow",
            Some(Database::Sqlite) => "on_sqlite",
            Some(Database::Postgres) => "on_postgres",
        }
    }

    /// The value of `GROWTH_SIZES`, which the tests read.
    fn sizes_variable(&self) -> String {
        let sizes = self.sizes.iter().copied().chain(self.large.then_some(LARGE));
        sizes.map(|size| size.to_string()).collect::<Vec<_>>().join(",")
    }
}
