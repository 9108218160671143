//! `Debug` of the messages of `accreditation.v1`: it shows the fields that a list names and redacts all others.
//!
//! Whatever is logged or printed by mistake goes through `Debug`. Messages hold names, passports and free text about
//! people, so a field that nobody has thought about must not be shown.

use std::fmt;

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, ReflectMessage, Value};

use crate::v1;

mod shown_fields;

use shown_fields::SHOWN_FIELDS;

/// Stands for the value of a field that is not shown.
const REDACTED: &str = "<redacted>";

macro_rules! redacted_messages {
    ($($message:ident)+) => {
        $(impl fmt::Debug for v1::$message {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_message(&self.transcode_to_dynamic(), f)
            }
        })+

        /// `Debug` of every message, by the message's name: a test calls it on the same fields as the program would.
        #[cfg(test)]
        const DEBUG_OF_MESSAGES: &[(&str, fn(&DynamicMessage) -> String)] = &[
            $((stringify!($message), |message| {
                format!("{:?}", message.transcode_to::<v1::$message>().expect("it has this descriptor"))
            })),+
        ];
    };
}

macro_rules! redacted_oneofs {
    ($($module:ident::$oneof:ident)+) => {
        $(impl fmt::Debug for v1::$module::$oneof {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                // Its message shows more where the list says so. Alone it does not know the name of its field.
                write!(f, "{}({REDACTED})", stringify!($oneof))
            }
        })+
    };
}

// Calls the macros with every message of the package, and with the enum of every oneof.
include!(concat!(env!("OUT_DIR"), "/redacted_messages.rs"));

/// One function for all messages: a copy for each of them would cost compile time and code.
fn write_message(message: &DynamicMessage, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let descriptor = message.descriptor();
    let mut debug = f.debug_struct(descriptor.name());
    for (field, value) in message.fields() {
        if is_shown(descriptor.name(), field.name()) {
            debug.field(field.name(), &Shown { field: &field, value });
        } else {
            debug.field(field.name(), &format_args!("{REDACTED}"));
        }
    }
    debug.finish()
}

fn is_shown(message: &str, field: &str) -> bool {
    let fields = SHOWN_FIELDS.iter().find(|(name, _)| *name == message).map(|(_, fields)| *fields);
    fields.is_some_and(|fields| fields.split_whitespace().any(|shown| shown == field))
}

/// The value of a field that the list names.
struct Shown<'a> {
    field: &'a FieldDescriptor,
    value: &'a Value,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, value } = *self;
        match value {
            Value::Message(message) if message.descriptor().package_name() == crate::PACKAGE => {
                write_message(message, f)
            }
            Value::Message(message) if message.descriptor().full_name() == "google.protobuf.Timestamp" => {
                // An error of `fmt` makes `format!` panic, and a client can send a time that does not exist.
                f.write_str(&serde_json::to_string(message).unwrap_or_else(|_| "<invalid time>".to_owned()))
            }
            Value::List(items) => f.debug_list().entries(items.iter().map(|value| Self { field, value })).finish(),
            Value::EnumNumber(number) => match enum_value_name(field, *number) {
                Some(name) => f.write_str(&name),
                None => number.fmt(f),
            },
            Value::String(text) => text.fmt(f),
            Value::Bool(is_set) => is_set.fmt(f),
            Value::I32(number) => number.fmt(f),
            Value::I64(number) => number.fmt(f),
            // The list names no field of another type. One that it should name later needs a form here.
            _ => f.write_str(REDACTED),
        }
    }
}

/// The name of an enum's value; none if only a later version of the protocol has it.
fn enum_value_name(field: &FieldDescriptor, number: i32) -> Option<String> {
    let Kind::Enum(descriptor) = field.kind() else { return None };
    descriptor.get_value(number).map(|value| value.name().to_owned())
}

#[cfg(test)]
mod tests;
