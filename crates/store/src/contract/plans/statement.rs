//! Statements, as the service records them while it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A recorded statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Its name: the first line without `-- `.
    pub name: String,
    /// The types of its parameters.
    pub types: Vec<String>,
    /// Whether it also runs in transactions that write. There PostgreSQL may
    /// use a generic plan.
    pub writes: bool,
    /// The text after the name, without indentation.
    pub sql: String,
}

/// Lines without indentation and blank lines, since indentation in a source
/// file changes no plan.
pub fn trimmed<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let lines: Vec<_> = lines.map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

impl Statement {
    /// Parses a record.
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

    /// Whether it reads rows of our tables. A plain insert has no plan worth
    /// reviewing, and catalogs of PostgreSQL are not ours.
    fn reads_rows(&self) -> bool {
        let sql = &self.sql;
        let adds = sql.starts_with("INSERT") && !sql.contains("SELECT");
        let reads = sql.contains("FROM ") || sql.starts_with("UPDATE ");
        reads && !adds && !sql.contains("FROM pg_") && !sql.contains("JOIN pg_") && !is_of_a_transaction(sql)
    }

    /// Whether the reviewed plans of this statement also hold for the other
    /// one.
    pub fn covers(&self, other: &Self) -> bool {
        self.sql == other.sql && self.types == other.types && self.writes >= other.writes
    }

    /// All statements with a plan that were recorded for a database, by name.
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

/// Whether a statement begins or ends a transaction or savepoint.
fn is_of_a_transaction(sql: &str) -> bool {
    ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA"].iter().any(|word| sql.starts_with(word))
}

/// The records of all processes without repetitions.
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
