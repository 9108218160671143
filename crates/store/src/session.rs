//! One connection within a transaction: it runs statements with `$1` parameters
//! and reads rows by column.
//!
//! What differs between the drivers of SQLite and PostgreSQL is in this module.
//! Everything above it is written once. What reaches a driver returns boxed
//! futures, for the reason in `store.rs`.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments, AssertSqlSafe, Executor as _, Postgres, SqlSafeStr as _, SqlStr};

use crate::StoreError;

/// Concatenates the parts of a statement, and gives the same static text for
/// the same parts.
///
/// Each combination is kept for the life of the process. A filter has few
/// shapes, so these are few; and the parts are static, so no input of a caller
/// can get into a statement.
pub(crate) fn concat_sql(parts: &[&'static str]) -> &'static str {
    static KNOWN: LazyLock<Mutex<HashMap<String, &'static str>>> = LazyLock::new(Mutex::default);
    let sql = parts.concat();
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(sql).or_insert_with_key(|sql| String::leak(sql.clone()))
}

/// The parameters of a statement, in the order of `$1`, `$2` and so on.
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::session::Value::from($value)),*] };
}
pub(crate) use params;

/// A connection within a transaction.
pub(crate) struct Session {
    /// The connection of one of the drivers.
    pub(crate) connection: Connection,
    /// Whether a statement has failed. PostgreSQL then rolls back even at
    /// COMMIT, and says so only in a command tag that sqlx hides. Without this
    /// flag a lost change would be acknowledged.
    failed: bool,
    /// Whether the transaction has ended. Only then may the connection go back
    /// to the pool.
    ended: bool,
    /// When a read is stopped, whether it is done or not. `None` in a
    /// transaction that writes.
    deadline: Option<Instant>,
    /// The rows that wait to be inserted together. `None` unless a command
    /// asked for buffering.
    insert_buffer: Option<InsertBuffer>,
    /// Whether BEGIN of a read is sent with the next statement. A message of
    /// its own would cost as much as another statement.
    starts_read: bool,
}

/// A connection that is still in a transaction is closed instead of given back.
/// The next user would otherwise work in a stranger's transaction, under a
/// stranger's organization.
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

/// The connection of one of the two drivers.
pub(crate) enum Connection {
    Sqlite(Box<SqliteConnection>),
    Postgres(PoolConnection<Postgres>),
}

/// The name of a statement, from its first line `-- name`. Errors, logs and
/// recorded plans use it.
pub(crate) fn statement_name(sql: &'static str) -> &'static str {
    sql.trim_start().lines().next().and_then(|line| line.strip_prefix("-- ")).unwrap_or("unnamed statement")
}

/// Maps an error of the driver to an error of the store, for one statement.
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

/// SQLite's result code for a statement that the progress handler stopped.
const SQLITE_INTERRUPT: &str = "9";

/// PostgreSQL's SQLSTATE for a statement that was cancelled. In a read this is
/// the deadline; in a write the statement took longer than `statement_timeout`.
const QUERY_CANCELED: &str = "57014";

/// Binds parameters for one of the two drivers.
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

/// Runs a statement with the driver of this session. `$answer` is compiled once
/// for each driver, because their row and result types differ.
macro_rules! run_statement {
    ($session:expr, $sql:expr, $values:expr, $run:ident, |$done:ident| $answer:expr) => {
        run_statement!($session, $sql, $sql, $values, $run, |$done| $answer)
    };
    // For a text that differs from the one that names the statement: a read
    // begins with it, or several rows were joined.
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

// These modules use the macros above, so they come after them.
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
    /// A session on a SQLite connection.
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

    /// A session on a PostgreSQL connection. `deadline` is set for reads.
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

    /// Begins a transaction on PostgreSQL. `sql` may hold several statements;
    /// they go in one message, so the role, the organization and the time limit
    /// cost no extra round trip.
    pub(crate) async fn begin(&mut self, sql: &str) -> Result<(), StoreError> {
        let Connection::Postgres(connection) = &mut self.connection else {
            unreachable!("on SQLite a transaction begins by one statement")
        };
        let begun = connection.execute(AssertSqlSafe(sql)).await;
        begun.map(drop).map_err(|source| StoreError::Database { statement: "begin", source })
    }

    /// Begins a read on SQLite together with its first statement.
    pub(crate) fn begin_read(&mut self) {
        self.starts_read = true;
    }

    /// Ends a read on SQLite. Nothing has begun if no statement was run.
    pub(crate) async fn end_read(&mut self) -> Result<(), StoreError> {
        match std::mem::take(&mut self.starts_read) {
            true => Ok(()),
            false => self.execute("-- end a read\nROLLBACK", Vec::new()).await.map(drop),
        }
    }

    /// The text to send for a statement. The first statement of a read on
    /// SQLite gets BEGIN before it.
    fn sql_to_send(&mut self, sql: &'static str) -> SqlStr {
        match std::mem::take(&mut self.starts_read) {
            true => AssertSqlSafe(format!("BEGIN;\n{sql}")).into_sql_str(),
            false => sql.into_sql_str(),
        }
    }

    /// Stops a read after its deadline. PostgreSQL limits each statement by
    /// itself; without this check a command of many short statements would have
    /// no limit.
    fn check_deadline(&self, sql: &'static str) -> Result<(), StoreError> {
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => {
                Err(StoreError::Interrupted { statement: statement_name(sql) })
            }
            _ => Ok(()),
        }
    }

    /// Gives [`StoreError::Interrupted`] for a cancelled statement of a read,
    /// and any other error as it is.
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

    /// Ends the transaction by COMMIT or ROLLBACK. Afterwards dropping the
    /// session gives a PostgreSQL connection back to its pool.
    pub(crate) async fn end_transaction(&mut self, sql: &'static str) -> Result<(), StoreError> {
        // A passed deadline must not stop COMMIT or ROLLBACK: the connection
        // has to leave its transaction.
        self.deadline = None;
        self.execute(sql, Vec::new()).await?;
        self.ended = true;
        Ok(())
    }

    /// Whether any statement has failed, so that PostgreSQL will not commit.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// The statement for this session's database, where the two need different
    /// text. Most often the text for PostgreSQL locks a row and the one for
    /// SQLite does not, because SQLite has a single writer.
    pub(crate) fn select_sql<T>(&self, sqlite: T, postgres: T) -> T {
        match self.connection {
            Connection::Sqlite(_) => sqlite,
            Connection::Postgres(_) => postgres,
        }
    }

    /// Runs a statement on PostgreSQL and does nothing on SQLite. It is for
    /// locks and notifications: with one writer nobody else is to be kept out
    /// or to be told.
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

    /// Runs a statement on SQLite and does nothing on PostgreSQL, where a
    /// function that the schema's owner defined does the same. The service's
    /// role has no privilege to do it directly.
    pub(crate) async fn execute_on_sqlite(&mut self, sql: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
        match self.connection {
            Connection::Sqlite(_) => self.execute(sql, values).await.map(drop),
            Connection::Postgres(_) => Ok(()),
        }
    }

    /// Runs a statement and gives how many rows it changed. A buffered insert
    /// counts as one row.
    pub(crate) fn execute<'a>(
        &'a mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move {
            self.check_deadline(sql)?;
            #[cfg(debug_assertions)]
            self.record(sql, &values);
            let values = match self.buffer_insert(sql, values) {
                Ok(()) => return Ok(1),
                Err(values) => values,
            };
            self.flush_inserts().await?;
            Ok(run_statement!(self, sql, values, execute, |done| done.rows_affected()))
        })
    }

    /// Whether several statements with parameters can go in one message.
    /// PostgreSQL takes one statement. A session that buffers inserts needs
    /// each insert by itself.
    pub(crate) fn allows_multiple_statements(&self) -> bool {
        matches!(self.connection, Connection::Sqlite(_)) && self.insert_buffer.is_none()
    }

    /// Runs a statement that must change exactly one row, and fails with
    /// [`StoreError::RowCount`] otherwise. An update that names a version
    /// relies on this: no row means that somebody was faster.
    pub(crate) async fn execute_one(&mut self, sql: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
        self.execute_exactly(sql, values, 1).await
    }

    /// Runs a statement that must change exactly `expected` rows.
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

    /// Checks the deadline and writes the rows that wait, so that the query reads them. Gives the text to send.
    #[cfg_attr(not(debug_assertions), expect(unused_variables, reason = "only tests record the values"))]
    async fn prepare_query(&mut self, sql: &'static str, values: &[Value]) -> Result<SqlStr, StoreError> {
        self.check_deadline(sql)?;
        #[cfg(debug_assertions)]
        self.record(sql, values);
        self.flush_inserts().await?;
        Ok(self.sql_to_send(sql))
    }

    /// The row of a statement that gives at most one; `None` if it gives none.
    pub(crate) fn fetch_optional<'a>(
        &'a mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> BoxFuture<'a, Result<Option<Row>, StoreError>> {
        Box::pin(async move {
            let text = self.prepare_query(sql, &values).await?;
            let statement = statement_name(sql);
            Ok(run_statement!(self, sql, text, values, fetch_optional, |row| row
                .map(|row| Row { row: row.into(), statement })))
        })
    }

    /// All rows of a statement.
    pub(crate) fn fetch_all<'a>(
        &'a mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> BoxFuture<'a, Result<Vec<Row>, StoreError>> {
        Box::pin(async move {
            let text = self.prepare_query(sql, &values).await?;
            let row = |row: AnyRow| Row { row, statement: statement_name(sql) };
            Ok(run_statement!(self, sql, text, values, fetch_all, |rows| rows
                .into_iter()
                .map(|one| row(one.into()))
                .collect()))
        })
    }
}
