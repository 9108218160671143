//! Reads the figures that a test prints: lines with a word and a JSON object.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

/// The result of a test, and the figures that it printed.
pub struct TestFigures {
    /// Whether it passed.
    pub passed: bool,
    /// Its standard output, followed by its standard error.
    pub log: String,
    /// The JSON objects that it printed. Empty if the test ended before it printed any.
    figures: Vec<Value>,
}

impl TestFigures {
    /// Runs a test that prints its figures after the word `mark`.
    pub fn run(test: &mut Command, mark: &str) -> Result<Self> {
        let done = test.output().context("cannot start cargo")?;
        let log = [done.stdout, done.stderr].concat();
        Ok(Self::new(done.status.success(), String::from_utf8_lossy(&log).into_owned(), mark))
    }

    /// Reads the figures after `mark` from the output of a test.
    pub fn new(passed: bool, log: String, mark: &str) -> Self {
        let object = |line: &str| serde_json::from_str(line.strip_prefix(mark)?.trim_start()).ok();
        let figures = log.lines().filter_map(object).collect();
        Self { passed, log, figures }
    }

    /// The figure with this key. `None` if the test did not print it.
    pub fn lookup_figure(&self, key: &str) -> Option<u64> {
        self.figures.iter().find_map(|object| object[key].as_u64())
    }

    /// The figure with this key as text, or `?` if the test did not print it.
    pub fn figure_text(&self, key: &str) -> String {
        self.lookup_figure(key).map_or("?".to_owned(), |figure| figure.to_string())
    }
}
