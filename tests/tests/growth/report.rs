//! What is said of a measurement.

use serde_json::{Value, json};
use stories::Database;

use crate::measure::{Quantiles, Series};

/// How many times longer a call may take in the largest election than in the smallest.
const MOST_GROWTH: f64 = 2.0;

/// A database's name in an id.
pub fn word(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "sqlite",
        Database::Postgres => "postgres",
    }
}

/// Whether an id is of something compared between sizes.
pub fn is_growth(id: &str) -> bool {
    id.starts_with("growth-")
}

/// One measurement.
pub struct Record {
    /// What was measured, on which database.
    pub id: String,
    /// How much; nothing if it failed.
    pub measured: Option<f64>,
    /// What the ratio must not exceed, or else what is measured.
    pub limit: f64,
    /// The largest election's to the smallest's.
    pub ratio: Option<f64>,
    /// The unit of what is measured.
    pub unit: &'static str,
    /// Each size's.
    pub sizes: Vec<(usize, Quantiles)>,
    /// Why it failed.
    pub error: Option<String>,
}

impl Record {
    /// How a call grew.
    pub fn growth(series: &Series, database: Database) -> Self {
        Self {
            id: format!("growth-{}-{}", series.name, word(database)),
            measured: series.sizes.last().map(|(_, quantiles)| series.figure(quantiles)),
            limit: MOST_GROWTH,
            ratio: series.ratio(),
            unit: "ms",
            sizes: series.sizes.clone(),
            error: series.error.clone(),
        }
    }

    /// Something that has a limit of its own.
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
        let id = format!("{id}-{}", word(database));
        Self { id, measured, limit, ratio: None, unit, sizes: Vec::new(), error }
    }

    /// As a line.
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

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
