//! Parameters of statements.

use domain::vocabulary::personal::Personal;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

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
pub(crate) fn enum_text(value: &impl Serialize) -> Value {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Value::Text(Some(word)),
        _ => unreachable!("only enums without data are kept as words"),
    }
}

/// Personal text is bound like any other; this is where it goes to rest.
impl From<Personal<String>> for Value {
    fn from(value: Personal<String>) -> Self {
        Self::Text(Some(value.into_inner()))
    }
}
