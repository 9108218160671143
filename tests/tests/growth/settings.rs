//! What to measure: a small comparison by default, or what `cargo xtask bench growth` sets in the environment.

use std::time::Duration;

use anyhow::{Context, ensure};
use stories::Database;

use crate::measure::Call;
use crate::measurement::{database_name, is_growth};

/// The size of the election in which the CPU of a report is measured.
const CPU_SIZE: usize = 100_000;

/// What to measure.
pub struct Settings {
    /// Number of applications in each election, ascending.
    pub sizes: Vec<usize>,
    /// Number of organizations that send missions.
    pub organizations: usize,
    /// The page size of lists. Elections of every size have that many rows.
    pub page_size: i32,
    /// How often a call is measured at most.
    pub max_rounds: usize,
    /// How long a call is measured at most, once it has been measured often enough.
    pub budget: Duration,
    /// Whether the test only compares the sizes, and fails if they differ too much.
    pub compares: bool,
    /// How many times longer a call may take in the largest election than in the smallest, for the test to pass.
    pub limit: f64,
    /// Only measurements whose id begins with this.
    only: String,
}

impl Settings {
    /// Reads the settings from the environment. Without `GROWTH_SIZES` it is a small comparison.
    pub fn read() -> anyhow::Result<Self> {
        let only = std::env::var("GROWTH_ONLY").unwrap_or_default();
        let small = Self {
            sizes: vec![300, 3_000],
            organizations: 6,
            page_size: 3,
            max_rounds: 15,
            budget: Duration::from_secs(5),
            compares: true,
            limit: 3.0,
            only,
        };
        let Ok(sizes) = std::env::var("GROWTH_SIZES") else { return Ok(small) };
        let mut sizes: Vec<usize> = sizes
            .split(',')
            .map(|size| {
                size.parse().with_context(|| format!("GROWTH_SIZES={sizes}: expected numbers separated by commas"))
            })
            .collect::<Result<_, _>>()?;
        sizes.sort_unstable();
        ensure!(
            sizes.first().is_some_and(|size| *size >= 1_000),
            "GROWTH_SIZES: expected elections of at least 1000 applications"
        );
        let budget = Duration::from_secs(20);
        Ok(Self { sizes, organizations: 50, page_size: 10, max_rounds: 200, budget, compares: false, ..small })
    }

    /// Whether any measurement of a call is selected.
    pub fn measures(&self, call: Call, database: Database) -> bool {
        call.series().iter().any(|name| self.selects(&format!("growth-{name}"), database))
    }

    /// Whether the measurement with this id is selected. The id is without its database.
    pub fn selects(&self, id: &str, database: Database) -> bool {
        let id = format!("{id}-{}", database_name(database));
        // `--only list` and `--only growth-list` select the same measurements.
        id.starts_with(&self.only) || (is_growth(&id) && id["growth-".len()..].starts_with(&self.only))
    }

    /// The size of the election in which the CPU of a report is measured.
    pub fn cpu_size(&self) -> usize {
        let largest = self.sizes.iter().copied().filter(|size| *size <= CPU_SIZE).max();
        largest.unwrap_or_else(|| self.sizes[0])
    }
}
