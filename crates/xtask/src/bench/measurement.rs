//! One measurement of a benchmark, and whether it is within its limit.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::command::{run, stream};

/// One measurement: the JSON object that the test printed.
pub struct Measurement(Value);

impl Measurement {
    /// Parses a line of a test's output. `None` if the line is no measurement.
    pub fn parse_line(line: &str) -> Option<Self> {
        serde_json::from_str(line.strip_prefix("measured ")?).ok().map(Self)
    }

    /// The id, which names what was measured and the database.
    pub fn id(&self) -> &str {
        self.0["id"].as_str().unwrap_or_default()
    }

    /// Why the measurement failed. `None` if it succeeded.
    pub fn error(&self) -> Option<&str> {
        self.0["error"].as_str()
    }

    /// Whether the measurement succeeded and is within its limit.
    ///
    /// The limit applies to the ratio of two sizes if there is one, and otherwise to the measured value.
    pub fn is_within_limit(&self) -> bool {
        let limited_value = self.0["ratio"].as_f64().or(self.0["measured"].as_f64());
        self.error().is_none()
            && limited_value.zip(self.0["limit"].as_f64()).is_some_and(|(value, limit)| value <= limit)
    }

    /// The object that is written to `bench.json`.
    pub fn to_json(&self) -> Value {
        let Value::Object(all) = &self.0 else { return Value::Null };
        let field = |key: &str| all.get(key).cloned().unwrap_or_default();
        let [id, measured, limit, ratio, unit] = ["id", "measured", "limit", "ratio", "unit"].map(field);
        json!({"id": id, "measured": measured, "limit": limit, "ratio": ratio, "unit": unit})
    }

    /// The row of the printed table.
    pub fn table_row(&self) -> String {
        let number = |value: &Value| value.as_f64().map_or("-".to_owned(), |number| format!("{number:.2}"));
        let [measured, limit, ratio] = ["measured", "limit", "ratio"].map(|key| number(&self.0[key]));
        let size = |size: &Value| format!("{} / {}", number(&size["p50"]), number(&size["p99"]));
        let sizes: Vec<_> = self.0["sizes"].as_array().into_iter().flatten().map(size).collect();
        let result = match self.error() {
            Some(error) => error,
            None if self.is_within_limit() => "ok",
            None => "OVER THE LIMIT",
        };
        let unit = self.0["unit"].as_str().unwrap_or_default();
        format!("| {} | {} | {measured} {unit} | {ratio} | {limit} | {result} |", self.id(), sizes.join(", "))
    }

    /// The header of the printed table.
    pub fn table_header() -> &'static str {
        "| measurement | p50 / p99 of each size, ms | measured | ratio | limit | result |\n|---|---|---|---|---|---|"
    }
}

/// Makes a release build. Returns the command that runs the tests of this target, one at a time.
pub fn release_test(root: &Path, name: &str) -> Result<Command> {
    // Both commands select the same targets. Otherwise cargo would choose other features and build everything twice.
    let target = format!("--test={name}");
    let build = ["build", "--release", "--workspace", "--bins", &target, "--locked"];
    run(Command::new("cargo").args(build).current_dir(root))?;
    let mut test = Command::new("cargo");
    test.args(["test", "--release", "--workspace", &target, "--locked", "--quiet", "--"]);
    test.args(["--nocapture", "--test-threads=1"]).current_dir(root);
    Ok(test)
}

/// Runs tests that measure, prints their measurements and writes them to `bench.json`.
///
/// Fails if a measurement is over its limit or a test fails.
pub fn measure(mut test: Command, target: &Path) -> Result<Vec<Measurement>> {
    let mut measurements = Vec::new();
    let passed = stream(&mut test, |line| measurements.extend(Measurement::parse_line(line)))?;
    println!("\n{}", Measurement::table_header());
    measurements.iter().for_each(|measurement| println!("{}", measurement.table_row()));
    write(&target.join("bench.json"), &measurements)?;
    let over_limit: Vec<_> =
        measurements.iter().filter(|measurement| !measurement.is_within_limit()).map(Measurement::id).collect();
    ensure!(over_limit.is_empty(), "over the limit: {}; the table above has the values", over_limit.join(", "));
    ensure!(passed, "a measurement failed; its output above says why");
    Ok(measurements)
}

/// Writes the measurements of this run. Replaces those of an earlier run.
fn write(path: &Path, measurements: &[Measurement]) -> Result<()> {
    let all: Vec<_> = measurements.iter().map(Measurement::to_json).collect();
    let text = serde_json::to_string_pretty(&all)? + "\n";
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measurement(ratio: &str, measured: &str, error: &str) -> Measurement {
        let line = format!(
            "measured {{\"id\":\"growth-get-sqlite\",\"measured\":{measured},\"limit\":2.0,\"ratio\":{ratio},\"unit\":\"ms\",\
             \"sizes\":[{{\"size\":1000,\"calls\":20,\"p50\":1.0,\"p99\":1.5}}],\"error\":{error}}}"
        );
        Measurement::parse_line(&line).expect("a measurement")
    }

    #[test]
    fn the_limit_applies_to_the_ratio_or_else_to_the_measured_value() {
        assert!(measurement("1.99", "50.0", "null").is_within_limit());
        assert!(!measurement("2.01", "1.0", "null").is_within_limit());
        assert!(measurement("null", "1.0", "null").is_within_limit());
        assert!(!measurement("null", "2.5", "null").is_within_limit());
    }

    #[test]
    fn a_failed_measurement_is_not_within_its_limit() {
        assert!(!measurement("null", "null", "null").is_within_limit());
        assert!(!measurement("1.0", "1.0", "\"at 1000 applications: deadline\"").is_within_limit());
    }

    #[test]
    fn a_measurement_has_a_table_row_and_a_json_object_of_five_fields() {
        let measurement = measurement("1.5", "1.5", "null");
        assert_eq!(measurement.table_row(), "| growth-get-sqlite | 1.00 / 1.50 | 1.50 ms | 1.50 | 2.00 | ok |");
        let expected = json!({"id": "growth-get-sqlite", "measured": 1.5, "limit": 2.0, "ratio": 1.5, "unit": "ms"});
        assert_eq!(measurement.to_json(), expected);
        assert!(Measurement::parse_line("test calls_do_not_grow ... ok").is_none());
    }
}
