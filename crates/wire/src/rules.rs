//! The request rules: the `buf.validate` options of `proto/`, checked with protovalidate's semantics.
//!
//! Only the rules that `proto/` uses are understood; any other is an error when they are compiled, so that a rule is
//! never silently skipped. Where protovalidate and this service differ: fields that are OUTPUT_ONLY are not looked at,
//! because a client may send back a resource as it read it.

mod admission;
mod compile;
mod size;
mod value;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

use prost_reflect::{DynamicMessage, FieldDescriptor, ReflectMessage, Value};

use crate::violations::Violations;
use value::ValueRule;

pub use admission::{MethodLimits, limits};

/// The rules of `accreditation.v1`.
static RULES: LazyLock<Rules> = LazyLock::new(|| {
    Rules::compile(&crate::DESCRIPTOR_POOL, "accreditation.v1").expect("a test compiles every rule of the package")
});

/// Checks a request against the rules of `accreditation.v1`; every violation is found, not only the first.
pub fn check(message: &impl ReflectMessage) -> Violations {
    RULES.check(&message.transcode_to_dynamic())
}

/// Checks a message that is part of a request, under the path that it has there.
pub(crate) fn check_at(message: &impl ReflectMessage, path: &str) -> Violations {
    let mut violations = Violations::default();
    RULES.check_message(&message.transcode_to_dynamic(), path, &mut violations);
    violations
}

/// The rules of every message of a package, ready to be checked.
#[derive(Debug)]
struct Rules {
    messages: HashMap<String, Vec<FieldRule>>,
}

/// What is expected of one field.
#[derive(Debug)]
struct FieldRule {
    field: FieldDescriptor,
    number: u32,
    /// The full name of its message, if it holds messages.
    message: Option<String>,
    required: bool,
    value: Option<ValueRule>,
}

impl Rules {
    fn check(&self, message: &DynamicMessage) -> Violations {
        let mut violations = Violations::default();
        self.check_message(message, "", &mut violations);
        violations
    }

    fn check_message(&self, message: &DynamicMessage, path: &str, violations: &mut Violations) {
        let rules = self.messages.get(message.descriptor().full_name()).map(Vec::as_slice).unwrap_or_default();
        for rule in rules {
            if violations.is_full() {
                return;
            }
            let path = match path {
                "" => rule.field.name().to_owned(),
                parent => format!("{parent}.{}", rule.field.name()),
            };
            let set = message.has_field(&rule.field);
            if rule.required && !set {
                violations.add(path, "must be set");
            } else if set || !rule.field.supports_presence() {
                let value = message.get_field(&rule.field);
                if rule.value.as_ref().is_none_or(|rule| rule.check(&value, &path, violations)) {
                    self.descend(&value, &path, violations);
                }
            }
        }
    }

    fn descend(&self, value: &Value, path: &str, violations: &mut Violations) {
        match value {
            Value::Message(message) => self.check_message(message, path, violations),
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    if violations.is_full() {
                        return;
                    }
                    self.descend(item, &format!("{path}[{index}]"), violations);
                }
            }
            // The one character that a text on PostgreSQL cannot hold; every other is kept as it is.
            Value::String(text) if text.contains('\0') => violations.add(path, "must not contain U+0000"),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
