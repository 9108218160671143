//! One measurement, with its limit.

use serde_json::{Value, json};
use stories::Database;

use crate::measure::{Quantiles, Series};

/// How many times longer a call may take in the largest election than in the smallest.
const MAX_GROWTH: f64 = 2.0;

/// The name of a database in an id.
pub fn database_name(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgres",
    }
}

/// Whether the measurement with this id compares two sizes.
pub fn is_growth(id: &str) -> bool {
    id.starts_with("growth-")
}

/// One measurement.
pub struct Measurement {
    /// Names what was measured and the database.
    pub id: String,
    /// The measured value. `None` if the measurement failed.
    pub measured: Option<f64>,
    /// The limit of the ratio, or of the measured value if there is no ratio.
    pub limit: f64,
    /// The value of the largest election divided by that of the smallest.
    pub ratio: Option<f64>,
    /// The unit of the measured value.
    pub unit: &'static str,
    /// The times for each size.
    pub sizes: Vec<(usize, Quantiles)>,
    /// Why the measurement failed. `None` if it succeeded.
    pub error: Option<String>,
}

impl Measurement {
    /// A measurement of how a call grows with the election.
    pub fn growth(series: &Series, database: Database) -> Self {
        Self {
            id: format!("growth-{}-{}", series.name, database_name(database)),
            measured: series.sizes.last().map(|(_, quantiles)| series.compared_time(quantiles)),
            limit: MAX_GROWTH,
            ratio: series.ratio(),
            unit: "ms",
            sizes: series.sizes.clone(),
            error: series.error.clone(),
        }
    }

    /// A measurement whose limit applies to the measured value.
    pub fn limited(
        id: &str,
        database: Database,
        measured: anyhow::Result<f64>,
        limit: f64,
        unit: &'static str,
    ) -> Self {
        let (measured, error) = match measured {
            Ok(measured) => (Some(measured), None),
            Err(error) => (None, Some(format!("{error:#}"))),
        };
        let id = format!("{id}-{}", database_name(database));
        Self { id, measured, limit, ratio: None, unit, sizes: Vec::new(), error }
    }

    /// The JSON object that `cargo xtask bench` reads.
    pub fn json(&self) -> Value {
        let Self { id, measured, limit, ratio, unit, sizes, error } = self;
        let (measured, ratio) = (measured.map(rounded), ratio.map(rounded));
        let size = |(size, of): &(usize, Quantiles)| json!({"size": size, "calls": of.calls, "p50": rounded(of.p50), "p99": rounded(of.p99)});
        let sizes: Vec<_> = sizes.iter().map(size).collect();
        json!({
            "id": id, "measured": measured, "limit": limit, "ratio": ratio, "unit": unit, "sizes": sizes, "error": error
        })
    }
}

/// Three decimal places are enough, and keep the lines short.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
