//! How much is measured: little by default, as much as `cargo xtask bench growth` asks for by the environment.

use std::time::Duration;

use anyhow::{Context, ensure};
use stories::Database;

use crate::measure::Call;
use crate::report::{is_growth, word};

/// The size at which a report's use of the processor is measured.
const CPU_SIZE: usize = 100_000;

/// How much is measured.
pub struct Settings {
    /// How many applications each election has, ascending.
    pub sizes: Vec<usize>,
    /// How many organizations send missions.
    pub organizations: usize,
    /// How many rows a list is asked for: as many as every size has.
    pub page_size: i32,
    /// How often a call is measured at the most.
    pub most_rounds: usize,
    /// How long one call is measured, once it was often enough.
    pub budget: Duration,
    /// Whether the sizes are only compared, and the test fails where they differ too much.
    pub compares: bool,
    /// How many times longer a call may take in the largest election than in the smallest, for the test to pass.
    pub limit: f64,
    /// Only what has an id beginning so.
    only: String,
}

impl Settings {
    /// What the environment asks for, or a small comparison.
    pub fn read() -> anyhow::Result<Self> {
        let only = std::env::var("GROWTH_ONLY").unwrap_or_default();
        let small = Self {
            sizes: vec![300, 3_000],
            organizations: 6,
            page_size: 3,
            most_rounds: 15,
            budget: Duration::from_secs(5),
            compares: true,
            limit: 3.0,
            only,
        };
        let Ok(sizes) = std::env::var("GROWTH_SIZES") else { return Ok(small) };
        let mut sizes: Vec<usize> = sizes
            .split(',')
            .map(|size| size.parse().with_context(|| format!("GROWTH_SIZES={sizes}: expected numbers")))
            .collect::<Result<_, _>>()?;
        sizes.sort_unstable();
        ensure!(sizes.first().is_some_and(|size| *size >= 1_000), "expected elections of at least 1000 applications");
        let budget = Duration::from_secs(20);
        Ok(Self { sizes, organizations: 50, page_size: 10, most_rounds: 200, budget, compares: false, ..small })
    }

    /// Whether anything of a call is wanted.
    pub fn measures(&self, call: Call, database: Database) -> bool {
        call.series().iter().any(|name| self.wants(&format!("growth-{name}"), database))
    }

    /// Whether what has this id, without its database, is wanted.
    pub fn wants(&self, id: &str, database: Database) -> bool {
        let id = format!("{id}-{}", word(database));
        // `--only growth-list` also is a way to say `list`.
        id.starts_with(&self.only) || (is_growth(&id) && id["growth-".len()..].starts_with(&self.only))
    }

    /// The size at which a report's use of the processor is measured.
    pub fn cpu_size(&self) -> usize {
        let most = self.sizes.iter().copied().filter(|size| *size <= CPU_SIZE).max();
        most.unwrap_or_else(|| self.sizes[0])
    }
}
