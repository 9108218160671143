//! A row, read by column.

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

/// A row; every getter names the column that it could not read.
pub(crate) struct Row {
    pub(super) row: AnyRow,
    pub(super) statement: &'static str,
}

/// A column's name and its value.
type NamedText = (String, Option<String>);

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

    /// The error of a column with an impossible value. `problem` must not hold the value.
    pub(crate) fn invalid(&self, column: &'static str, problem: impl ToString) -> StoreError {
        StoreError::InvalidColumn { statement: self.statement, column, problem: problem.to_string() }
    }

    /// Every column that has a value, as text: an integer in digits, bytes and ids in hexadecimal.
    pub(crate) fn columns(&self) -> Result<Columns, StoreError> {
        let columns = match &self.row {
            AnyRow::Sqlite(row) => row.columns().iter().map(|column| sqlite_column_text(row, column)).collect(),
            AnyRow::Postgres(row) => row.columns().iter().map(|column| postgres_column_text(row, column)).collect(),
        };
        let columns: Result<Vec<_>, _> = columns;
        let columns = columns.map_err(|error| self.invalid("*", error))?;
        Ok(columns.into_iter().filter_map(|(name, text)| Some((name, text?))).collect())
    }

    pub(crate) fn opt_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.get(column)
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.opt_text(column)?.ok_or_else(|| self.invalid(column, "null"))
    }

    pub(crate) fn opt_int(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        self.get(column)
    }

    pub(crate) fn int(&self, column: &'static str) -> Result<i64, StoreError> {
        self.opt_int(column)?.ok_or_else(|| self.invalid(column, "null"))
    }

    pub(crate) fn number<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, StoreError> {
        T::try_from(self.int(column)?).map_err(|_| self.invalid(column, "out of range"))
    }

    pub(crate) fn flag(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    pub(crate) fn opt_bytes(&self, column: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(column)
    }

    pub(crate) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, StoreError> {
        self.opt_bytes(column)?.ok_or_else(|| self.invalid(column, "null"))
    }

    pub(crate) fn hash(&self, column: &'static str) -> Result<[u8; 32], StoreError> {
        self.bytes(column)?.try_into().map_err(|_| self.invalid(column, "not 32 bytes"))
    }

    pub(crate) fn opt_uuid(&self, column: &'static str) -> Result<Option<Uuid>, StoreError> {
        self.get(column)
    }

    pub(crate) fn uuid(&self, column: &'static str) -> Result<Uuid, StoreError> {
        self.opt_uuid(column)?.ok_or_else(|| self.invalid(column, "null"))
    }

    pub(crate) fn opt_time(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        let time = |micros| Timestamp::from_microsecond(micros).map_err(|error| self.invalid(column, error));
        self.opt_int(column)?.map(time).transpose()
    }

    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.opt_time(column)?.ok_or_else(|| self.invalid(column, "null"))
    }

    /// A code, a name or a date, from its text.
    pub(crate) fn parse<T: std::str::FromStr>(&self, column: &'static str) -> Result<T, StoreError> {
        self.text(column)?.parse().map_err(|_| self.invalid(column, "malformed"))
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        serde_json::from_str(&self.text(column)?)
            .map_err(|error| self.invalid(column, format!("{:?} error", error.classify())))
    }

    pub(crate) fn opt_json<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>, StoreError> {
        let Some(text) = self.opt_text(column)? else { return Ok(None) };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| self.invalid(column, format!("{:?} error", error.classify())))
    }

    /// A unit variant, from its name.
    pub(crate) fn enum_value<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        let word = serde_json::Value::String(self.text(column)?);
        serde_json::from_value(word).map_err(|_| self.invalid(column, "unknown word"))
    }
}
