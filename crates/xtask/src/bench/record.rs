//! What a measurement says, and whether its limit is kept.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::command::{run, stream};

/// One measurement, as the test printed it.
pub struct Record(Value);

impl Record {
    /// Reads a line of a test's output, if it is a measurement.
    pub fn of_line(line: &str) -> Option<Self> {
        serde_json::from_str(line.strip_prefix("measured ")?).ok().map(Self)
    }

    /// What was measured, on which database.
    pub fn id(&self) -> &str {
        self.0["id"].as_str().unwrap_or_default()
    }

    /// Why nothing was measured.
    pub fn error(&self) -> Option<&str> {
        self.0["error"].as_str()
    }

    /// Whether it was measured and is within its limit: the ratio of two sizes if there is one, else what was measured.
    pub fn is_within_limit(&self) -> bool {
        let compared = self.0["ratio"].as_f64().or(self.0["measured"].as_f64());
        self.error().is_none() && compared.zip(self.0["limit"].as_f64()).is_some_and(|(figure, limit)| figure <= limit)
    }

    /// As it is written to `bench.json`.
    pub fn json(&self) -> Value {
        let Value::Object(all) = &self.0 else { return Value::Null };
        let field = |key: &str| all.get(key).cloned().unwrap_or_default();
        let [id, measured, limit, ratio, unit] = ["id", "measured", "limit", "ratio", "unit"].map(field);
        json!({"id": id, "measured": measured, "limit": limit, "ratio": ratio, "unit": unit})
    }

    /// As a row of a table.
    pub fn row(&self) -> String {
        let number = |value: &Value| value.as_f64().map_or("-".to_owned(), |number| format!("{number:.2}"));
        let [measured, limit, ratio] = ["measured", "limit", "ratio"].map(|key| number(&self.0[key]));
        let size = |size: &Value| format!("{} / {}", number(&size["p50"]), number(&size["p99"]));
        let sizes: Vec<_> = self.0["sizes"].as_array().into_iter().flatten().map(size).collect();
        let verdict = match self.error() {
            Some(error) => error,
            None if self.is_within_limit() => "ok",
            None => "OVER",
        };
        let unit = self.0["unit"].as_str().unwrap_or_default();
        format!("| {} | {} | {measured} {unit} | {ratio} | {limit} | {verdict} |", self.id(), sizes.join(", "))
    }

    /// The table's head.
    pub fn head() -> &'static str {
        "| what | p50 / p99 of each size, ms | measured | ratio | limit | |\n|---|---|---|---|---|---|"
    }
}

/// Builds for release, and gives the command that runs these tests, one after the other.
pub fn release_test(root: &Path, name: &str) -> Result<Command> {
    // One selection of targets for both commands, so that cargo picks the same features and builds everything once.
    let selected = format!("--test={name}");
    let build = ["build", "--release", "--workspace", "--bins", &selected, "--locked"];
    run(Command::new("cargo").args(build).current_dir(root))?;
    let mut test = Command::new("cargo");
    test.args(["test", "--release", "--workspace", &selected, "--locked", "--quiet", "--"]);
    test.args(["--nocapture", "--test-threads=1"]).current_dir(root);
    Ok(test)
}

/// Runs tests that measure, shows what they measured and keeps it; fails if anything is over its limit.
pub fn measure(mut test: Command, target: &Path) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    let passed = stream(&mut test, |line| records.extend(Record::of_line(line)))?;
    println!("\n{}", Record::head());
    records.iter().for_each(|record| println!("{}", record.row()));
    write(&target.join("bench.json"), &records)?;
    let over: Vec<_> = records.iter().filter(|record| !record.is_within_limit()).map(Record::id).collect();
    ensure!(over.is_empty(), "over the limit: {}", over.join(", "));
    ensure!(passed, "the measurement broke off; its last lines above say why");
    Ok(records)
}

/// Writes the records of a run, in place of those of an earlier one.
fn write(path: &Path, records: &[Record]) -> Result<()> {
    let all: Vec<_> = records.iter().map(Record::json).collect();
    let text = serde_json::to_string_pretty(&all)? + "\n";
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(ratio: &str, measured: &str, error: &str) -> Record {
        let line = format!(
            "measured {{\"id\":\"growth-get-sqlite\",\"measured\":{measured},\"limit\":2.0,\"ratio\":{ratio},\"unit\":\"ms\",\
             \"sizes\":[{{\"size\":1000,\"calls\":20,\"p50\":1.0,\"p99\":1.5}}],\"error\":{error}}}"
        );
        Record::of_line(&line).expect("a measurement")
    }

    #[test]
    fn the_limit_is_of_the_ratio_if_there_is_one_and_else_of_what_was_measured() {
        assert!(record("1.99", "50.0", "null").is_within_limit());
        assert!(!record("2.01", "1.0", "null").is_within_limit());
        assert!(record("null", "1.0", "null").is_within_limit());
        assert!(!record("null", "2.5", "null").is_within_limit());
    }

    #[test]
    fn what_was_not_measured_is_not_within_its_limit() {
        assert!(!record("null", "null", "null").is_within_limit());
        assert!(!record("1.0", "1.0", "\"at 1000 applications: deadline\"").is_within_limit());
    }

    #[test]
    fn a_record_is_a_row_and_an_object_of_five_fields() {
        let record = record("1.5", "1.5", "null");
        assert_eq!(record.row(), "| growth-get-sqlite | 1.00 / 1.50 | 1.50 ms | 1.50 | 2.00 | ok |");
        let expected = json!({"id": "growth-get-sqlite", "measured": 1.5, "limit": 2.0, "ratio": 1.5, "unit": "ms"});
        assert_eq!(record.json(), expected);
        assert!(Record::of_line("test calls_do_not_grow ... ok").is_none());
    }
}
