//! Records every statement that runs, so that a test can compare its plan with
//! a reviewed file. Debug builds only.
//!
//! [`DIRECTORY_VARIABLE`] names the directory; without it nothing is written. A
//! record has the text of the statement and the types of its parameters, never
//! their values, which may be personal data.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde_json::json;

use super::{Connection, Session, Value, statement_name};

/// The environment variable that names the directory to write to.
const DIRECTORY_VARIABLE: &str = "ACCREDITATION_STATEMENTS";

/// The recorder of this process; `None` unless the environment variable is set.
static RECORDER: LazyLock<Option<Mutex<Recorder>>> =
    LazyLock::new(|| std::env::var_os(DIRECTORY_VARIABLE).map(|path| Mutex::new(Recorder::new(path.into()))));

/// What a statement is recorded once for: the database, the text, and whether
/// the transaction writes. PostgreSQL plans the same statement differently in
/// the two kinds of transactions.
type ExecutionKey = (&'static str, &'static str, bool);

/// Writes each statement once.
struct Recorder {
    directory: PathBuf,
    /// What has been written already.
    seen: HashSet<ExecutionKey>,
}

impl Recorder {
    fn new(directory: PathBuf) -> Self {
        Self { directory, seen: HashSet::new() }
    }

    /// Writes the statement down unless this process has done so.
    fn record(&mut self, key: ExecutionKey, values: &[Value]) {
        if self.seen.insert(key) {
            let (database, sql, writes) = key;
            let line =
                json!({ "name": statement_name(sql), "types": parameter_types(values), "writes": writes, "sql": sql });
            // Panics on purpose: only tests record, and a test without records
            // would compare nothing and pass.
            append_line(&self.directory, database, &line.to_string())
                .expect("the directory of statements can be written to");
        }
    }
}

impl Session {
    /// Records the statement, if this process was asked to.
    pub(super) fn record(&self, sql: &'static str, values: &[Value]) {
        let Some(recorder) = &*RECORDER else { return };
        let database = match self.connection {
            Connection::Sqlite(_) => "sqlite",
            Connection::Postgres(_) => "postgres",
        };
        // SQLite plans a statement in the same way for reads and writes.
        let writes = database == "postgres" && self.deadline.is_none();
        recorder.lock().unwrap_or_else(PoisonError::into_inner).record((database, sql, writes), values);
    }
}

/// The types of the parameters, as PostgreSQL names them.
fn parameter_types(values: &[Value]) -> Vec<&'static str> {
    let name = |value: &Value| match value {
        Value::Text(_) => "text",
        Value::Int(_) => "bigint",
        Value::Bytes(_) => "bytea",
        Value::Uuid(_) => "uuid",
    };
    values.iter().map(name).collect()
}

/// Appends a line to this process's own file for the database. No other process
/// writes to it, so no lock is needed.
fn append_line(directory: &Path, database: &str, line: &str) -> std::io::Result<()> {
    let path = directory.join(format!("{database}-{}.jsonl", std::process::id()));
    let mut file: File = OpenOptions::new().create(true).append(true).open(path)?;
    writeln!(file, "{line}")
}
