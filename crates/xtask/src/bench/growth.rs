//! `cargo xtask bench growth`: the tests of `tests/tests/growth` at full size, on release builds.

use std::path::Path;

use anyhow::{Result, ensure};
use throwaway::{Cluster, SHARED, Sync};

use super::record::{measure, release_test};

/// How many applications the larger election has with `--large`.
const LARGE: usize = 1_000_000;

/// How much is measured.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How many applications each election has; the largest is compared with the smallest.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 100_000])]
    sizes: Vec<usize>,
    /// Adds an election of a million applications: half an hour, and 20 GB of disk.
    #[arg(long)]
    large: bool,
    /// Measures only what has an id that begins so, as in `claim`, `growth-list` or `idle-cpu`.
    #[arg(long, value_name = "ID-PREFIX", default_value = "")]
    only: String,
    /// Measures on this database only.
    #[arg(long, value_enum)]
    database: Option<Database>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
}

/// Builds, measures, and says what is over its limit.
pub fn run(root: &Path, target: &Path, options: &Options) -> Result<()> {
    let mut test = release_test(root, "growth")?;
    test.arg(options.tests());
    let cluster = Cluster::start(Sync::On)?;
    test.env(SHARED, cluster.sockets()).env("GROWTH_SIZES", options.sizes()).env("GROWTH_ONLY", &options.only);
    let records = measure(test, target)?;
    ensure!(!records.is_empty(), "nothing has an id that begins with `{}`", options.only);
    Ok(())
}

impl Options {
    /// A part of the names of the tests to run.
    fn tests(&self) -> &'static str {
        match self.database {
            None => "calls_do_not_grow",
            Some(Database::Sqlite) => "on_sqlite",
            Some(Database::Postgres) => "on_postgres",
        }
    }

    /// The sizes, as the tests read them.
    fn sizes(&self) -> String {
        let sizes = self.sizes.iter().copied().chain(self.large.then_some(LARGE));
        sizes.map(|size| size.to_string()).collect::<Vec<_>>().join(",")
    }
}
