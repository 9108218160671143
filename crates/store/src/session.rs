//! One connection within a transaction: statements with `$1` parameters, rows read by column.
//!
//! Everything above this file is written once for every database; what differs between drivers is here.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Instant;

use domain::vocabulary::personal::Personal;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments, AssertSqlSafe, Executor as _, Postgres, SqlSafeStr as _, SqlStr};
use uuid::Uuid;

use crate::StoreError;

/// A parameter of a statement.
#[derive(Clone)]
pub(crate) enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Bytes(Option<Vec<u8>>),
    Uuid(Option<Uuid>),
}

macro_rules! value_from {
    ($($type:ty: $value:ident => $expr:expr;)+) => {$(
        impl From<$type> for Value {
            fn from($value: $type) -> Self {
                $expr
            }
        }
    )+};
}

value_from! {
    &str: value => Self::Text(Some(value.to_owned()));
    String: value => Self::Text(Some(value));
    Option<String>: value => Self::Text(value);
    i64: value => Self::Int(Some(value));
    Option<i64>: value => Self::Int(value);
    i32: value => Self::Int(Some(value.into()));
    u32: value => Self::Int(Some(value.into()));
    Option<u32>: value => Self::Int(value.map(i64::from));
    bool: value => Self::Int(Some(value.into()));
    Timestamp: value => Self::Int(Some(value.as_microsecond()));
    Option<Timestamp>: value => Self::Int(value.map(|time| time.as_microsecond()));
    Vec<u8>: value => Self::Bytes(Some(value));
    Option<Vec<u8>>: value => Self::Bytes(value);
    [u8; 32]: value => Self::Bytes(Some(value.to_vec()));
    Uuid: value => Self::Uuid(Some(value));
    Option<Uuid>: value => Self::Uuid(value);
}

/// Text of anything that shows itself as text: codes, names, dates.
pub(crate) fn text(value: impl ToString) -> Value {
    Value::Text(Some(value.to_string()))
}

/// A value as JSON text.
pub(crate) fn json(value: &impl Serialize) -> Value {
    Value::Text(Some(serde_json::to_string(value).expect("the domain's values serialize")))
}

/// A value as JSON text, if there is one.
pub(crate) fn opt_json(value: Option<&impl Serialize>) -> Value {
    value.map_or(Value::Text(None), json)
}

/// A unit variant's name, as serde writes it.
pub(crate) fn word(value: &impl Serialize) -> Value {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Value::Text(Some(word)),
        _ => unreachable!("only enums without data are kept as words"),
    }
}

/// A statement of fixed parts. Each combination is made once and kept for good: there are as many as a filter has shapes.
pub(crate) fn put_together(parts: &[&'static str]) -> &'static str {
    static MADE: LazyLock<Mutex<HashMap<String, &'static str>>> = LazyLock::new(Mutex::default);
    let sql = parts.concat();
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.entry(sql).or_insert_with_key(|sql| String::leak(sql.clone()))
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
    until: Option<Instant>,
    /// Rows that wait to be added, while a command has asked for that.
    inserts: Option<PendingInserts>,
    /// Whether a read begins with the next statement: a message of its own would cost as much as another statement.
    begins: bool,
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
pub(crate) fn name_of(sql: &'static str) -> &'static str {
    sql.trim_start().lines().next().and_then(|line| line.strip_prefix("-- ")).unwrap_or("unnamed statement")
}

fn failed(sql: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |source| {
        let statement = name_of(sql);
        let error = source.as_database_error();
        if error.is_some_and(|error| error.is_unique_violation()) {
            StoreError::KeyTaken { statement }
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
macro_rules! on_either {
    ($session:expr, $sql:expr, $values:expr, $run:ident, |$done:ident| $answer:expr) => {
        on_either!($session, $sql, $sql, $values, $run, |$done| $answer)
    };
    // With another text than the one that names the statement.
    ($session:expr, $sql:expr, $text:expr, $values:expr, $run:ident, |$done:ident| $answer:expr) => {
        match &mut $session.connection {
            Connection::Sqlite(connection) => {
                let arguments = bind!($values, SqliteArguments).map_err(failed($sql))?;
                let done = sqlx::query_with($text, arguments).$run(&mut **connection).await;
                $session.failed |= done.is_err();
                let $done = done.map_err(failed($sql))?;
                $answer
            }
            Connection::Postgres(connection) => {
                let arguments = bind!($values, PgArguments).map_err(failed($sql))?;
                let done = sqlx::query_with($text, arguments).$run(&mut **connection).await;
                $session.failed |= done.is_err();
                let $done = done.map_err(failed($sql)).map_err(|error| $session.explain(error))?;
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

use inserts::PendingInserts;
use row::AnyRow;
pub(crate) use row::Row;

impl Session {
    pub(crate) fn sqlite(connection: SqliteConnection) -> Self {
        Self {
            connection: Connection::Sqlite(Box::new(connection)),
            failed: false,
            ended: false,
            until: None,
            inserts: None,
            begins: false,
        }
    }

    pub(crate) fn postgres(connection: PoolConnection<Postgres>, until: Option<Instant>) -> Self {
        Self {
            connection: Connection::Postgres(connection),
            failed: false,
            ended: false,
            until,
            inserts: None,
            begins: false,
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
        self.begins = true;
    }

    /// Ends a read on SQLite, if it has begun.
    pub(crate) async fn end_read(&mut self) -> Result<(), StoreError> {
        match std::mem::take(&mut self.begins) {
            true => Ok(()),
            false => self.execute("-- end a read\nROLLBACK", Vec::new()).await.map(drop),
        }
    }

    /// What is sent of a statement: a read may begin with it.
    fn text(&mut self, sql: &'static str) -> SqlStr {
        match std::mem::take(&mut self.begins) {
            true => AssertSqlSafe(format!("BEGIN;\n{sql}")).into_sql_str(),
            false => sql.into_sql_str(),
        }
    }

    /// Refuses to go on after the deadline: a statement has a time limit of its own, several have none.
    fn check_deadline(&self, sql: &'static str) -> Result<(), StoreError> {
        match self.until {
            Some(until) if Instant::now() >= until => Err(StoreError::Interrupted { statement: name_of(sql) }),
            _ => Ok(()),
        }
    }

    /// What a statement's failure means in this session.
    fn explain(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Database { statement, source }
                if self.until.is_some()
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
        self.until = None;
        self.execute(sql, Vec::new()).await?;
        self.ended = true;
        Ok(())
    }

    /// Whether any statement has failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed
    }

    /// One of two statements of the same name, where a database needs its own words: a lock, as a rule.
    pub(crate) fn pick<T>(&self, sqlite: T, postgres: T) -> T {
        match self.connection {
            Connection::Sqlite(_) => sqlite,
            Connection::Postgres(_) => postgres,
        }
    }

    /// Runs a statement that only PostgreSQL needs: with one writer there is nothing to wait for and nobody to tell.
    pub(crate) async fn on_postgres(&mut self, sql: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
        match self.connection {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(_) => self.optional(sql, values).await.map(drop),
        }
    }

    /// Runs a statement that only SQLite needs: on PostgreSQL a function of the schema's owner does it.
    pub(crate) async fn on_sqlite(&mut self, sql: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
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
        let values = match self.wait_with(sql, values) {
            Ok(()) => return Ok(1),
            Err(values) => values,
        };
        self.write_inserts().await?;
        Ok(on_either!(self, sql, values, execute, |done| done.rows_affected()))
    }

    /// Whether several statements can go in one message with their parameters: PostgreSQL takes one, and rows that wait for
    /// each other are written by their own statement.
    pub(crate) fn takes_several_at_once(&self) -> bool {
        matches!(self.connection, Connection::Sqlite(_)) && self.inserts.is_none()
    }

    /// Runs a statement that must change exactly one row.
    pub(crate) async fn execute_one(&mut self, sql: &'static str, values: Vec<Value>) -> Result<(), StoreError> {
        self.execute_some(sql, values, 1).await
    }

    /// Runs a statement that must change exactly so many rows.
    pub(crate) async fn execute_some(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
        expected: u64,
    ) -> Result<(), StoreError> {
        let rows = self.execute(sql, values).await?;
        if rows == expected { Ok(()) } else { Err(StoreError::RowCount { statement: name_of(sql), rows, expected }) }
    }

    /// The row of a statement that gives at most one.
    pub(crate) async fn optional(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        self.check_deadline(sql)?;
        #[cfg(debug_assertions)]
        self.record(sql, &values);
        let statement = name_of(sql);
        self.write_inserts().await?;
        let text = self.text(sql);
        Ok(on_either!(self, sql, text, values, fetch_optional, |row| row.map(|row| Row { row: row.into(), statement })))
    }

    /// Every row of a statement.
    pub(crate) async fn all(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.check_deadline(sql)?;
        #[cfg(debug_assertions)]
        self.record(sql, &values);
        let statement = name_of(sql);
        self.write_inserts().await?;
        let row = |row: AnyRow| Row { row, statement };
        let text = self.text(sql);
        Ok(on_either!(self, sql, text, values, fetch_all, |rows| rows.into_iter().map(|one| row(one.into())).collect()))
    }
}

/// Personal text is bound like any other; this is where it goes to rest.
impl From<Personal<String>> for Value {
    fn from(value: Personal<String>) -> Self {
        Self::Text(Some(value.into_inner()))
    }
}
