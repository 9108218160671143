//! The request rules: the `buf.validate` options of `proto/`, checked with protovalidate's semantics.
//!
//! Only the rules that `proto/` uses are supported. Any other rule is an error when the rules are compiled: a rule
//! that is silently skipped would let bad requests in. One difference to protovalidate: OUTPUT_ONLY fields are not
//! checked, because a client may send back a resource as it read it.

mod compile;
mod method_limits;
mod pattern_description;
mod size;
mod value;

use std::collections::HashMap;
use std::sync::LazyLock;

use prost_reflect::{DynamicMessage, FieldDescriptor, ReflectMessage, Value};

use crate::violations::Violations;
use value::ValueRule;

pub use method_limits::{MethodLimits, limits};

/// The rules of `accreditation.v1`.
static RULES: LazyLock<Rules> = LazyLock::new(|| {
    Rules::compile(&crate::DESCRIPTOR_POOL, "accreditation.v1").expect("a test compiles every rule of the package")
});

/// Checks a request against the rules of `accreditation.v1`. It reports every violation, not only the first.
pub fn check(message: &impl ReflectMessage) -> Violations {
    RULES.check(&message.transcode_to_dynamic())
}

/// Checks a message that is part of a request; `path` is its path in the request.
pub(crate) fn check_at(message: &impl ReflectMessage, path: &str) -> Violations {
    let mut violations = Violations::default();
    RULES.check_message(&message.transcode_to_dynamic(), path, &mut violations);
    violations
}

/// The compiled rules of every message of a package, by full name.
#[derive(Debug)]
struct Rules {
    messages: HashMap<String, Vec<FieldRule>>,
}

/// The rules of one field.
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
                    self.check_nested(&value, &path, violations);
                }
            }
        }
    }

    fn check_nested(&self, value: &Value, path: &str, violations: &mut Violations) {
        match value {
            Value::Message(message) => self.check_message(message, path, violations),
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    if violations.is_full() {
                        return;
                    }
                    self.check_nested(item, &format!("{path}[{index}]"), violations);
                }
            }
            // PostgreSQL cannot store this character in a text. It can store every other.
            Value::String(text) if text.contains('\0') => {
                violations.add(path, "must not contain the character U+0000; remove it")
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
