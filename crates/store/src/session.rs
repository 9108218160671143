//! One connection within a transaction: statements with `$1` parameters, rows read by column.
//!
//! Everything above this file is written once for every database; what differs between drivers is here.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments, AssertSqlSafe, Executor as _, Postgres, SqlSafeStr as _, SqlStr};

use crate::StoreError;

/// A statement of fixed parts. Each combination is known once and kept for good: there are as many as a filter has shapes.
pub(crate) fn concat_sql(parts: &[&'static str]) -> &'static str {
    static KNOWN: LazyLock<Mutex<HashMap<String, &'static str>>> = LazyLock::new(Mutex::default);
    let sql = parts.concat();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(sql).or_insert_with_key(|sql| String::leak(sql.clone()))
}

macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::session::Value::from($value)),*] };
}
pub(crate) use params;

/// A connection within a transaction.
pub(crate) struct Session {
    pub(crate) connection: Connection,
    /// Whether a statement has failed: PostgreSQL then rolls back even at COMMIT, and says so in a tag that sqlx hides.
    failed: bool,
    /// Whether the transaction has ended: only then may somebody else have the connection.
    ended: bool,
    /// When a read ends, whether it is done or not.
    deadline: Option<Instant>,
    /// Rows that wait to be added, while a command has asked for that.
    insert_buffer: Option<InsertBuffer>,
    /// Whether a read starts_read with the next statement: a message of its own would cost as much as another statement.
    starts_read: bool,
}

/// A connection that was left in a transaction, for whatever reason, is closed and not given back.
impl Drop for Session {
    fn drop(&mut self) {
        if let Connection::Postgres(connection) = &mut self.connection
            && !self.ended
            && !cfg!(feature = "dangerous-run-in-caller")
        {
            connection.close_on_drop();
        }
    }
}

pub(crate) enum Connection {
    Sqlite(Box<SqliteConnection>),
    Postgres(PoolConnection<Postgres>),
}

/// The name of a statement, from its first line `-- name`.
pub(crate) fn statement_name(sql: &'static str) -> &'static str {
    sql.trim_start().lines().next().and_then(|line| line.strip_prefix("-- ")).unwrap_or("unnamed statement")
}

fn store_error(sql: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |source| {
        let statement = statement_name(sql);
        let error = source.as_database_error();
        if error.is_some_and(|error| error.is_unique_violation()) {
            StoreError::DuplicateKey { statement }
        } else if error.and_then(|error| error.code()).is_some_and(|code| code == SQLITE_INTERRUPT) {
            StoreError::Interrupted { statement }
        } else {
            StoreError::Database { statement, source }
        }
    }
}

/// SQLite's code for a statement that was stopped.
const SQLITE_INTERRUPT: &str = "9";

/// PostgreSQL's code for the same. In a write it is a statement that took too long.
const QUERY_CANCELED: &str = "57014";

macro_rules! bind {
    ($values:expr, $arguments:ty) => {{
        let mut arguments = <$arguments>::default();
        let mut added = Ok(());
        for value in $values {
            added = added.and_then(|()| match value {
                Value::Text(value) => arguments.add(value),
                Value::Int(value) => arguments.add(value),
                Value::Bytes(value) => arguments.add(value),
                Value::Uuid(value) => arguments.add(value),
            });
        }
        added.map(|()| arguments).map_err(sqlx::Error::Encode)
    }};
}

/// Runs a statement on whichever database it is; the result is the same text for each.
macro_rules! run_statement {
    ($session:expr, $sql:expr, $values:expr, $run:ident, |$done:ident| $answer:expr) => {
        run_statement!($session, $sql, $sql, $values, $run, |$done| $answer)
    };
    // With another text than the one that names the statement.
    ($session:expr, $sql:expr, $text:expr, $values:expr, $run:ident, |$done:ident| $answer:expr) => {
        match &mut $session.connection {
            Connection::Sqlite(connection) => {
                let arguments = bind!($values, SqliteArguments).map_err(store_error($sql))?;
                let done = sqlx::query_with($text, arguments).$run(&mut **connection).await;
                $session.failed |= done.is_err();
                let $done = done.map_err(store_error($sql))?;
                $answer
            }
            Connection::Postgres(connection) => {
                let arguments = bind!($values, PgArguments).map_err(store_error($sql))?;
                let done = sqlx::query_with($text, arguments).$run(&mut **connection).await;
                $session.failed |= done.is_err();
                let $done = done.map_err(store_error($sql)).map_err(|error| $session.as_interrupted(error))?;
                $answer
            }
        }
    };
}

// Behind the macros, which it uses.
mod inserts;
#[cfg(debug_assertions)]
mod recorder;
mod row;
mod value;

use inserts::InsertBuffer;
use row::AnyRow;
pub(crate) use row::Row;
pub(crate) use value::{Value, enum_text, json, opt_json, text};

impl Session {
    pub(crate) fn sqlite(connection: SqliteConnection) -> Self {
        Self {
            connection: Connection::Sqlite(Box::new(connection)),
            failed: false,
            ended: false,
            deadline: None,
            insert_buffer: None,
            starts_read: false,
        }
    }

    pub(crate) fn postgres(connection: PoolConnection<Postgres>, deadline: Option<Instant>) -> Self {
        Self {
            connection: Connection::Postgres(connection),
            failed: false,
            ended: false,
            deadline,
            insert_buffer: None,
            starts_read: false,
        }
    }

    /// Begins a transaction on PostgreSQL, by several statements in one message.
    pub(crate) async fn begin(&mut self, sql: &str) -> Result<(), StoreError> {
        let Connection::Postgres(connection) = &mut self.connection else {
            unreachable!("on SQLite a transaction begins by one statement")
        };
        let begun = connection.execute(AssertSqlSafe(sql)).await;
        begun.map(drop).map_err(|source| StoreError::Database { statement: "begin", source })
    }

    /// Begins a read on SQLite with the next statement.
    pub(crate) fn begin_read(&mut self) {
        self.starts_read = true;
    }

    /// Ends a read on SQLite, if it has begun.
    pub(crate) async fn end_read(&mut self) -> Result<(), StoreError> {
        match std::mem::take(&mut self.starts_read) {
            true => Ok(()),
            false => self.execute("-- end a read\nROLLBACK", Vec::new()).await.map(drop),
        }
    }

    /// What is sent of a statement: a read may begin with it.
    fn sql_to_send(&mut self, sql: &'static str) -> SqlStr {
        match std::mem::take(&mut self.starts_read) {
            true => AssertSqlSafe(format!("BEGIN;\n{sql}")).into_sql_str(),
            false => sql.into_sql_str(),
        }
    }

    /// Refuses to go on after the deadline: a statement has a time limit of its own, several have none.
    fn check_deadline(&self, sql: &'static str) -> Result<(), StoreError> {
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => {
                Err(StoreError::Interrupted { statement: statement_name(sql) })
            }
            _ => Ok(()),
        }
    }

    /// What a statement's failure means in this session.
    fn as_interrupted(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Database { statement, source }
                if self.deadline.is_some()
                    && source
                        .as_database_error()
                        .and_then(|error| error.code())
                        .is_some_and(|code| code == QUERY_CANCELED) =>
            {
                StoreError::Interrupted { statement }
            }
            error => error,
        }
    }

    /// Ends the transaction. A connection of PostgreSQL's goes back to its pool with this value.
    pub(crate) async fn end(&mut self, sql: &'static str) -> Result<(), StoreError> {
        // Whatever the deadline was, the connection must leave its transaction.
        self.deadline = None;
        self.execute(sql, Vec::new()).await?;
        self.ended = true;
        Ok(())
    }

    /// Whether any statement has failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// One of two statements of the same name, where a database needs its own words: a lock, as a rule.
    pub(crate) fn select_sql<T>(&self, sqlite: T, postgres: T) -> T {
        match self.connection {
            Connection::Sqlite(_) => sqlite,
            Connection::Postgres(_) => postgres,
        }
    }

    /// Runs a statement that only PostgreSQL needs: with one writer there is nothing to wait for and nobody to tell.
    pub(crate) async fn execute_on_postgres(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<(), StoreError> {
        match self.connection {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(_) => self.fetch_optional(sql, values).await.map(drop),
        }
    }

    /// Runs a statement that only SQLite needs: on PostgreSQL a function of the schema's owner does it.
    pub(crate) async fn execute_on_sqlite(&mut self, sql: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
        match self.connection {
            Connection::Sqlite(_) => self.execute(sql, values).await.map(drop),
            Connection::Postgres(_) => Ok(()),
        }
    }

    /// Runs a statement; gives the number of rows that it changed.
    pub(crate) async fn execute(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, StoreError> {
        self.check_deadline(sql)?;
        #[cfg(debug_assertions)]
        self.record(sql, &values);
        let values = match self.buffer_insert(sql, values) {
            Ok(()) => return Ok(1),
            Err(values) => values,
        };
        self.flush_inserts().await?;
        Ok(run_statement!(self, sql, values, execute, |done| done.rows_affected()))
    }

    /// Whether several statements can go in one message with their parameters: PostgreSQL takes one, and rows that wait for
    /// each other are written by their own statement.
    pub(crate) fn allows_multiple_statements(&self) -> bool {
        matches!(self.connection, Connection::Sqlite(_)) && self.insert_buffer.is_none()
    }

    /// Runs a statement that must change exactly one row.
    pub(crate) async fn execute_one(&mut self, sql: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
        self.execute_exactly(sql, values, 1).await
    }

    /// Runs a statement that must change exactly so many rows.
    pub(crate) async fn execute_exactly(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
        expected: u64,
    ) -> Result<(), StoreError> {
        let rows = self.execute(sql, values).await?;
        if rows == expected {
            Ok(())
        } else {
            Err(StoreError::RowCount { statement: statement_name(sql), rows, expected })
        }
    }

    /// The row of a statement that gives at most one.
    pub(crate) async fn fetch_optional(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Option<Row>, StoreError> {
        self.check_deadline(sql)?;
        #[cfg(debug_assertions)]
        self.record(sql, &values);
        let statement = statement_name(sql);
        self.flush_inserts().await?;
        let text = self.sql_to_send(sql);
        Ok(run_statement!(self, sql, text, values, fetch_optional, |row| row
            .map(|row| Row { row: row.into(), statement })))
    }

    /// Every row of a statement.
    pub(crate) async fn fetch_all(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.check_deadline(sql)?;
        #[cfg(debug_assertions)]
        self.record(sql, &values);
        let statement = statement_name(sql);
        self.flush_inserts().await?;
        let row = |row: AnyRow| Row { row, statement };
        let text = self.sql_to_send(sql);
        Ok(run_statement!(self, sql, text, values, fetch_all, |rows| rows
            .into_iter()
            .map(|one| row(one.into()))
            .collect()))
    }
}
