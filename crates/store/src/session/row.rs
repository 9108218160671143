//! Rows, read by column. A value of the wrong type or form is an error that
//! names statement and column.

use evidence::Columns;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::postgres::{PgColumn, PgRow};
use sqlx::sqlite::{SqliteColumn, SqliteRow};
use sqlx::{Column as _, Decode, Postgres, Row as _, Sqlite, Type, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

use crate::StoreError;

/// A row of either database.
pub(super) enum AnyRow {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl From<SqliteRow> for AnyRow {
    fn from(row: SqliteRow) -> Self {
        Self::Sqlite(row)
    }
}

impl From<PgRow> for AnyRow {
    fn from(row: PgRow) -> Self {
        Self::Postgres(row)
    }
}

/// A row. Each getter fails with [`StoreError::InvalidColumn`] if it cannot
/// read the column. Those without `opt_` also fail for NULL.
pub(crate) struct Row {
    pub(super) row: AnyRow,
    /// The name of the statement, for errors.
    pub(super) statement: &'static str,
}

/// The name of a column and its value as text; `None` for NULL.
type NamedText = (String, Option<String>);

/// A column of a SQLite row as text, by the type of the value: SQLite's columns
/// have none.
fn sqlite_column_text(row: &SqliteRow, column: &SqliteColumn) -> Result<NamedText, sqlx::Error> {
    let (index, name) = (column.ordinal(), column.name().to_owned());
    let value = row.try_get_raw(index)?;
    if value.is_null() {
        return Ok((name, None));
    }
    let text = match value.type_info().name() {
        "INTEGER" => row.try_get::<i64, _>(index)?.to_string(),
        "BLOB" => hex::encode(row.try_get::<Vec<u8>, _>(index)?),
        _ => row.try_get(index)?,
    };
    Ok((name, Some(text)))
}

/// A column of a PostgreSQL row as text. It must be the same text as on SQLite,
/// because the log holds a digest of it.
fn postgres_column_text(row: &PgRow, column: &PgColumn) -> Result<NamedText, sqlx::Error> {
    let (index, name) = (column.ordinal(), column.name().to_owned());
    let text = match column.type_info().name() {
        "INT8" => row.try_get::<Option<i64>, _>(index)?.map(|number| number.to_string()),
        "BYTEA" => row.try_get::<Option<Vec<u8>>, _>(index)?.map(hex::encode),
        "UUID" => row.try_get::<Option<Uuid>, _>(index)?.map(|id| id.simple().to_string()),
        _ => row.try_get(index)?,
    };
    Ok((name, text))
}

impl Row {
    /// Reads a column with the driver of this row.
    fn get<'r, T>(&'r self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        let read = match &self.row {
            AnyRow::Sqlite(row) => row.try_get(column),
            AnyRow::Postgres(row) => row.try_get(column),
        };
        read.map_err(|error| self.invalid(column, error))
    }

    /// The error for a column with an invalid value. `problem` must not contain
    /// the value.
    pub(crate) fn invalid(&self, column: &'static str, problem: impl ToString) -> StoreError {
        StoreError::InvalidColumn { statement: self.statement, column, problem: problem.to_string() }
    }

    /// Every column that is not NULL, as text: an integer in digits, bytes and
    /// ids in hexadecimal. This is the form that the log digests
    /// (`docs/formats.md`), so it must not change.
    pub(crate) fn columns(&self) -> Result<Columns, StoreError> {
        let columns = match &self.row {
            AnyRow::Sqlite(row) => row.columns().iter().map(|column| sqlite_column_text(row, column)).collect(),
            AnyRow::Postgres(row) => row.columns().iter().map(|column| postgres_column_text(row, column)).collect(),
        };
        let columns: Result<Vec<_>, _> = columns;
        let columns = columns.map_err(|error| self.invalid("*", error))?;
        Ok(columns.into_iter().filter_map(|(name, text)| Some((name, text?))).collect())
    }

    /// Text, or `None` for NULL.
    pub(crate) fn opt_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.get(column)
    }

    /// Text.
    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.opt_text(column)?.ok_or_else(|| self.invalid(column, "null"))
    }

    /// An integer, or `None` for NULL.
    pub(crate) fn opt_int(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        self.get(column)
    }

    /// An integer.
    pub(crate) fn int(&self, column: &'static str) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| self.invalid(column, "null"))
    }

    /// An integer of a smaller type. A value out of its range is an error.
    pub(crate) fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError> {
        T::try_from(self.int(column)?).map_err(|_| self.invalid(column, "out of range"))
    }

    /// A boolean, stored as 0 or 1.
    pub(crate) fn flag(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    /// Bytes, or `None` for NULL.
    pub(crate) fn opt_bytes(&self, column: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(column)
    }

    /// Bytes.
    pub(crate) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreError> {
        self.opt_bytes(column)?.ok_or_else(|| self.invalid(column, "null"))
    }

    /// A hash of exactly 32 bytes.
    pub(crate) fn hash(&self, column: &'static str) -> Result<[u8; 32], StoreError> {
        self.bytes(column)?.try_into().map_err(|_| self.invalid(column, "not 32 bytes"))
    }

    /// An id, or `None` for NULL.
    pub(crate) fn opt_uuid(&self, column: &'static str) -> Result<Option<Uuid>, StoreError> {
        self.get(column)
    }

    /// An id.
    pub(crate) fn uuid(&self, column: &'static str) -> Result<Uuid, StoreError> {
        self.opt_uuid(column)?.ok_or_else(|| self.invalid(column, "null"))
    }

    /// A timestamp, stored in microseconds since 1970, or `None` for NULL.
    pub(crate) fn opt_time(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let time = |micros| Timestamp::from_microsecond(micros).map_err(|error| self.invalid(column, error));
        self.opt_int(column)?.map(time).transpose()
    }

    /// A timestamp, stored in microseconds since 1970.
    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.opt_time(column)?.ok_or_else(|| self.invalid(column, "null"))
    }

    /// A value that is stored as its text: a code, a resource name or a date.
    pub(crate) fn parse<T: std::str::FromStr>(&self, column: &'static str) -> Result<T, StoreError> {
        self.text(column)?.parse().map_err(|_| self.invalid(column, "malformed"))
    }

    /// A value that is stored as JSON. The error has the kind of problem alone,
    /// since serde's own text would quote the value.
    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(column)?)
            .map_err(|error| self.invalid(column, format!("{:?} error", error.classify())))
    }

    /// A value that is stored as JSON, or `None` for NULL.
    pub(crate) fn opt_json<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        let Some(text) = self.opt_text(column)? else { return Ok(None) };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| self.invalid(column, format!("{:?} error", error.classify())))
    }

    /// A unit variant, from the name that serde writes.
    pub(crate) fn enum_value<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        let json = serde_json::Value::String(self.text(column)?);
        serde_json::from_value(json).map_err(|_| self.invalid(column, "unknown value"))
    }
}
