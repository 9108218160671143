//! Parameters of statements, in the four types that both databases have.

use domain::vocabulary::personal::Personal;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

/// A parameter of a statement. `None` is NULL of that type; PostgreSQL needs
/// the type also for NULL.
#[derive(Clone)]
pub(crate) enum Value {
    /// Text: codes, names, dates, JSON and enum values.
    Text(Option<String>),
    /// A 64-bit integer. Timestamps are microseconds since 1970, booleans are 0
    /// and 1.
    Int(Option<i64>),
    /// Bytes: hashes, sealed values and keys.
    Bytes(Option<Vec<u8>>),
    /// An id.
    Uuid(Option<Uuid>),
}

/// Implements the conversions into [`Value`].
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

/// The text of anything that implements `Display`: codes, resource names,
/// dates.
pub(crate) fn text(value: impl ToString) -> Value {
    Value::Text(Some(value.to_string()))
}

/// A value as JSON text.
pub(crate) fn json(value: &impl Serialize) -> Value {
    Value::Text(Some(serde_json::to_string(value).expect("the domain's values serialize")))
}

/// A value as JSON text, or NULL.
pub(crate) fn opt_json(value: Option<&impl Serialize>) -> Value {
    value.map_or(Value::Text(None), json)
}

/// The name of a unit variant, as serde writes it: the text that a state or
/// kind has in the database.
pub(crate) fn enum_text(value: &impl Serialize) -> Value {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Value::Text(Some(word)),
        _ => unreachable!("only enums without data are kept as words"),
    }
}

/// Personal text is bound like any other. This conversion is the one place
/// where it leaves its wrapper on the way into the database.
impl From<Personal<String>> for Value {
    fn from(value: Personal<String>) -> Self {
        Self::Text(Some(value.into_inner()))
    }
}
