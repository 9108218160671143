//! Buffered inserts: rows that wait until one statement can insert many of
//! them.
//!
//! A command that adds thousands of rows asks for this, because most of the
//! cost of an insert is its round trip. The result is the same as without
//! buffering: any statement that is no plain insert first writes the rows that
//! wait, so a command always reads what it has written.

use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe};

use super::{Connection, Session, Value, statement_name, store_error};
use crate::StoreError;

/// The most rows of one statement. PostgreSQL takes 65,535 parameters, and
/// longer texts gain nothing.
const MAX_ROWS: usize = 64;

/// The rows that wait, grouped by the statement that inserts them, in the order
/// in which each statement was first used.
#[derive(Default)]
pub(super) struct InsertBuffer {
    statements: Vec<BufferedRows>,
}

/// Rows that wait for one statement.
struct BufferedRows {
    sql: &'static str,
    /// How many parameters one row has.
    width: usize,
    values: Vec<Value>,
    rows: usize,
}

/// A statement that inserts several rows.
struct MultiRowInsert {
    /// The statement that inserts one of the rows. Errors and recorded plans
    /// name this one.
    template: &'static str,
    /// The statement that inserts all rows.
    sql: String,
    /// How many rows it inserts.
    rows: usize,
    /// The parameters of all rows, one row after the other.
    values: Vec<Value>,
}

impl InsertBuffer {
    /// Keeps a row for later. Gives the values back if the statement is no
    /// plain insert and must run now.
    pub(super) fn push(&mut self, sql: &'static str, values: Vec<Value>) -> Result<(), Vec<Value>> {
        if split_plain_insert(sql).is_none() {
            return Err(values);
        }
        // Compared by address: each statement is one static text.
        match self.statements.iter_mut().find(|pending| std::ptr::eq(pending.sql, sql)) {
            Some(pending) => {
                pending.values.extend(values);
                pending.rows += 1;
            }
            None => self.statements.push(BufferedRows { sql, width: values.len(), values, rows: 1 }),
        }
        Ok(())
    }

    /// The statements that insert all rows that wait. Each inserts a power of
    /// two of rows, so that the database prepares at most seven texts for each
    /// insert.
    fn into_statements(self) -> Vec<MultiRowInsert> {
        let mut statements = Vec::new();
        for BufferedRows { sql, width, values, mut rows } in self.statements {
            let mut values = values.into_iter();
            while rows > 0 {
                // The largest power of two that is left, up to the limit.
                let taken = 1 << rows.min(MAX_ROWS).ilog2();
                let values = values.by_ref().take(taken * width).collect();
                statements.push(MultiRowInsert {
                    template: sql,
                    sql: multi_row_sql(sql, width, taken),
                    rows: taken,
                    values,
                });
                rows -= taken;
            }
        }
        statements
    }
}

impl Session {
    /// Buffers plain inserts until the command ends.
    pub(crate) fn buffer_inserts(&mut self) {
        self.insert_buffer.get_or_insert_default();
    }

    /// Buffers a row, or gives its values back if the session does not buffer
    /// now.
    pub(super) fn buffer_insert(&mut self, sql: &'static str, values: Vec<Value>) -> Result<(), Vec<Value>> {
        match &mut self.insert_buffer {
            Some(inserts) => inserts.push(sql, values),
            None => Err(values),
        }
    }

    /// Writes the rows that wait. A unique key that is taken shows here, later
    /// than without buffering.
    pub(super) async fn flush_inserts(&mut self) -> Result<(), StoreError> {
        let Some(pending) = self.insert_buffer.as_mut().map(std::mem::take) else { return Ok(()) };
        for MultiRowInsert { template, sql, rows, values } in pending.into_statements() {
            let expected = rows as u64;
            let rows = run_statement!(self, template, AssertSqlSafe(sql), values, execute, |done| done.rows_affected());
            if rows != expected {
                return Err(StoreError::RowCount { statement: statement_name(template), rows, expected });
            }
        }
        Ok(())
    }

    /// Writes the rows that wait, and buffers none from now on.
    pub(crate) async fn flush_and_stop_buffering(&mut self) -> Result<(), StoreError> {
        let written = self.flush_inserts().await;
        self.discard_inserts();
        written
    }

    /// Drops the rows that wait, and buffers none from now on: the command has
    /// failed.
    pub(crate) fn discard_inserts(&mut self) {
        self.insert_buffer = None;
    }
}

/// The two parts of a plain insert: the text up to VALUES, and the row in its
/// parentheses. `None` for any other statement.
fn split_plain_insert(sql: &'static str) -> Option<(&'static str, &'static str)> {
    let (_, text) = sql.trim_start().split_once('\n')?;
    if !text.trim_start().starts_with("INSERT INTO ") {
        return None;
    }
    let (head, row) = sql.split_once("VALUES (")?;
    let row = row.strip_suffix(')')?;
    // Parentheses inside the row belong to a function call or a subquery, and
    // text after it to RETURNING or ON CONFLICT. Such a statement is no plain
    // insert.
    (!row.contains(['(', ')'])).then_some((head, row))
}

/// The statement for `rows` rows. The parameters of each row follow those of
/// the row before.
fn multi_row_sql(sql: &'static str, width: usize, rows: usize) -> String {
    let (head, row) = split_plain_insert(sql).expect("only plain inserts are kept");
    let row = |number: usize| {
        let mut parts = row.split('$');
        let mut text = format!("({}", parts.next().unwrap_or_default());
        for part in parts {
            let digits = part.find(|character: char| !character.is_ascii_digit()).unwrap_or(part.len());
            let parameter: usize = part[..digits].parse().expect("a parameter has a number");
            text.push_str(&format!("${}{}", parameter + number * width, &part[digits..]));
        }
        text + ")"
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!("{head}VALUES {}", rows.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "-- insert thing
        INSERT INTO thing (a, b, c) VALUES ($1, 0, $2)";

    /// Three rows become a statement of two and one of one. Mixed-up parameters
    /// would store one person's data under another's key.
    #[test]
    fn rows_of_one_statement_are_written_together_and_each_keeps_its_values() {
        let mut pending = InsertBuffer::default();
        for row in 0..3 {
            assert!(pending.push(PLAIN, params![row, "x"]).is_ok());
        }
        let statements = pending.into_statements();
        let texts: Vec<_> = statements.iter().map(|many| (many.sql.as_str(), many.rows, many.values.len())).collect();
        let two = "-- insert thing\n        INSERT INTO thing (a, b, c) VALUES ($1, 0, $2), ($3, 0, $4)";
        assert_eq!(texts, [(two, 2, 4), (PLAIN, 1, 2)]);
        assert!(matches!(statements[1].values[0], Value::Int(Some(2))), "the third row comes last");
    }

    /// An upsert or a statement that returns a row must not be delayed: its
    /// result decides what comes next.
    #[test]
    fn whatever_is_more_than_a_plain_insert_is_given_back() {
        let others = [
            "-- update\n UPDATE thing SET a = $1",
            "-- from others\n INSERT INTO thing (a) SELECT a FROM other WHERE b = $1",
            "-- upsert\n INSERT INTO thing (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = $1",
            "-- with an answer\n INSERT INTO thing (a) VALUES ($1) RETURNING a",
            "-- with a call\n INSERT INTO thing (a) VALUES (lower($1))",
            "-- commit\nCOMMIT",
        ];
        for sql in others {
            assert!(InsertBuffer::default().push(sql, params![1]).is_err(), "{sql}");
        }
    }
}
