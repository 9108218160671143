//! Tests that print figures, each as a word and a JSON object on a line of its own.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

/// How a test went, and what it measured.
pub struct Measured {
    /// Whether it passed.
    pub passed: bool,
    /// All that it wrote.
    pub log: String,
    /// What it printed; a test that broke off has printed nothing.
    figures: Vec<Value>,
}

impl Measured {
    /// Runs a test whose figures follow `mark`.
    pub fn run(test: &mut Command, mark: &str) -> Result<Self> {
        let done = test.output().context("cannot start cargo")?;
        let log = [done.stdout, done.stderr].concat();
        Ok(Self::new(done.status.success(), String::from_utf8_lossy(&log).into_owned(), mark))
    }

    pub fn new(passed: bool, log: String, mark: &str) -> Self {
        let object = |line: &str| serde_json::from_str(line.strip_prefix(mark)?.trim_start()).ok();
        let figures = log.lines().filter_map(object).collect();
        Self { passed, log, figures }
    }

    /// One of its figures.
    pub fn figure(&self, key: &str) -> Option<u64> {
        self.figures.iter().find_map(|object| object[key].as_u64())
    }

    /// The same as text.
    pub fn shown(&self, key: &str) -> String {
        self.figure(key).map_or("?".to_owned(), |figure| figure.to_string())
    }
}
