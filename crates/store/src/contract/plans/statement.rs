//! Statements as the service writes them down while it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A statement of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What its first line calls it.
    pub name: String,
    /// The types of its parameters.
    pub types: Vec<String>,
    /// Whether it also runs in transactions that write: PostgreSQL plans it for any value there.
    pub writes: bool,
    /// Its text behind the name, each line without the space around it.
    pub sql: String,
}

/// Lines as a statement is compared and shown: how a source file indents them is no matter.
pub fn trimmed<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<_> = lines.map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

impl Statement {
    fn parse(line: &str) -> Self {
        let record: serde_json::Value = serde_json::from_str(line).expect("a record is JSON");
        let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        Self {
            name: text(&record["name"]),
            types: record["types"].as_array().expect("a list of types").iter().map(text).collect(),
            writes: record["writes"].as_bool().expect("whether it writes"),
            sql: trimmed(text(&record["sql"]).trim_start().lines().skip(1)),
        }
    }

    /// Whether it reads rows of ours that are there. A row that is only added has no plan worth reading, and the catalogs
    /// of PostgreSQL are its own affair.
    fn reads_rows(&self) -> bool {
        let sql = &self.sql;
        let adds = sql.starts_with("INSERT") && !sql.contains("SELECT");
        let reads = sql.contains("FROM ") || sql.starts_with("UPDATE ");
        reads && !adds && !sql.contains("FROM pg_") && !sql.contains("JOIN pg_") && !is_of_a_transaction(sql)
    }

    /// Whether the reviewed plans of this statement are also those of another one.
    pub fn covers(&self, other: &Self) -> bool {
        self.sql == other.sql && self.types == other.types && self.writes >= other.writes
    }

    /// Every statement with a plan that was recorded for a database, in the order of names.
    pub fn recorded(directory: &Path, database: &str) -> Vec<Self> {
        let mut found: BTreeMap<(String, String), Self> = BTreeMap::new();
        for line in lines(directory, database) {
            let new = Self::parse(&line);
            if new.reads_rows() {
                let known = found.entry((new.name.clone(), new.sql.clone())).or_insert_with(|| new.clone());
                known.writes |= new.writes;
            }
        }
        found.into_values().collect()
    }
}

fn is_of_a_transaction(sql: &str) -> bool {
    ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA"].iter().any(|word| sql.starts_with(word))
}

/// The lines of all processes, each once.
fn lines(directory: &Path, database: &str) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let files = std::fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    for file in files {
        let path = file.expect("an entry of the directory").path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(&format!("{database}-")) {
            let text = std::fs::read_to_string(&path).expect("a file of records");
            lines.extend(text.lines().map(str::to_owned));
        }
    }
    lines
}
