//! The rules on a value, by its type, and how they are checked.

use std::collections::HashMap;
use std::fmt::Display;

use prost_reflect::{EnumDescriptor, Value};
use regex::Regex;

use super::compile::UnknownRule;
use super::pattern_description;
use crate::violations::Violations;

/// The rule on a value.
#[derive(Debug)]
pub(super) enum ValueRule {
    String(StringRule),
    /// In bytes.
    Bytes(Range<u64>),
    Integer(Range<i64>),
    Enum(EnumRule),
    Repeated(RepeatedRule),
}

/// Inclusive bounds.
#[derive(Debug)]
pub(super) struct Range<T> {
    min: Option<T>,
    pub(super) max: Option<T>,
}

#[derive(Debug)]
pub(super) struct StringRule {
    /// In Unicode scalar values.
    pub(super) length: Range<u64>,
    pub(super) pattern: Option<Regex>,
    pub(super) is_uuid: bool,
}

#[derive(Debug)]
pub(super) struct EnumRule {
    allowed: Vec<i32>,
    expected: String,
}

#[derive(Debug)]
pub(super) struct RepeatedRule {
    pub(super) count: Range<u64>,
    pub(super) is_unique: bool,
    pub(super) items: Option<Box<ValueRule>>,
}

impl ValueRule {
    /// Checks a value of the type that the rule was compiled for. Returns whether its items are to be checked as
    /// well: those of a list that is too long are not.
    pub(super) fn check(&self, value: &Value, path: &str, violations: &mut Violations) -> bool {
        match (self, value) {
            (Self::String(rule), Value::String(text)) => rule.check(text, path, violations),
            (Self::Bytes(range), Value::Bytes(bytes)) => {
                range.check(bytes.len() as u64, "must have", " bytes", path, violations);
            }
            (Self::Integer(range), Value::I32(number)) => {
                range.check(i64::from(*number), "must be", "", path, violations);
            }
            (Self::Integer(range), Value::I64(number)) => range.check(*number, "must be", "", path, violations),
            (Self::Enum(rule), Value::EnumNumber(number)) => {
                if !rule.allowed.contains(number) {
                    violations.add(path, &rule.expected);
                }
            }
            (Self::Repeated(rule), Value::List(items)) => return rule.check(items, path, violations),
            _ => unreachable!("the rule was compiled for the type of its field"),
        }
        true
    }

    /// The pattern of a string, or of the strings in a list.
    #[cfg(test)]
    pub(super) fn pattern(&self) -> Option<&str> {
        match self {
            Self::String(rule) => rule.pattern.as_ref().map(Regex::as_str),
            Self::Repeated(rule) => rule.items.as_ref().and_then(|items| items.pattern()),
            Self::Bytes(_) | Self::Integer(_) | Self::Enum(_) => None,
        }
    }
}

impl<T: PartialOrd + Display + Copy> Range<T> {
    pub(super) fn new(min: Option<T>, max: Option<T>, at: &str) -> Result<Self, UnknownRule> {
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            return Err(UnknownRule::new(at, "a minimum above the maximum"));
        }
        Ok(Self { min, max })
    }

    fn check(&self, value: T, verb: &str, unit: &str, path: &str, violations: &mut Violations) {
        if self.min.is_some_and(|min| value < min) || self.max.is_some_and(|max| value > max) {
            violations.add(path, format!("{verb} {}{unit}", self.describe()));
        }
    }

    fn describe(&self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => format!("exactly {min}"),
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            (None, Some(max)) => format!("at most {max}"),
            (None, None) => unreachable!("a range without bounds holds every value"),
        }
    }
}

impl StringRule {
    fn check(&self, text: &str, path: &str, violations: &mut Violations) {
        self.length.check(text.chars().count() as u64, "must have", " characters", path, violations);
        if let Some(pattern) = self.pattern.as_ref().filter(|pattern| !pattern.is_match(text)) {
            violations.add(path, pattern_description::describe(pattern.as_str()));
        }
        if self.is_uuid && !is_uuid(text) {
            violations.add(path, "must be a UUID of 32 hexadecimal digits with hyphens");
        }
    }
}

/// Only the form with hyphens, in either case, as in protovalidate. `Uuid::try_parse` takes more forms.
fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

impl RepeatedRule {
    fn check(&self, items: &[Value], path: &str, violations: &mut Violations) -> bool {
        let count = items.len() as u64;
        self.check_count(count, path, violations);
        if self.count.max.is_some_and(|max| count > max) {
            return false;
        }
        if self.is_unique {
            check_unique(items, path, violations);
        }
        if let Some(rule) = &self.items {
            for (index, item) in items.iter().enumerate() {
                if violations.is_full() {
                    return false;
                }
                rule.check(item, &format!("{path}[{index}]"), violations);
            }
        }
        true
    }

    /// Checks how many items there are.
    pub(super) fn check_count(&self, count: u64, path: &str, violations: &mut Violations) {
        self.count.check(count, "must have", " items", path, violations);
    }
}

fn check_unique(items: &[Value], path: &str, violations: &mut Violations) {
    let mut seen = HashMap::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let text = item.as_str().expect("`unique` is compiled for strings only");
        if let Some(first) = seen.insert(text, index) {
            violations
                .add(path, format!("must not have an item twice: [{index}] is the same as [{first}]; remove one"));
            return;
        }
    }
}

pub(super) fn string_rule(parts: &[(String, Value)], at: &str) -> Result<StringRule, UnknownRule> {
    let (mut min, mut max, mut pattern, mut is_uuid) = (None, None, None, false);
    for (name, value) in parts {
        match (&name[..], value) {
            ("min_len", Value::U64(length)) => min = Some(*length),
            ("max_len", Value::U64(length)) => max = Some(*length),
            ("uuid", Value::Bool(wanted)) => is_uuid = *wanted,
            ("pattern", Value::String(text)) => {
                let regex = Regex::new(text).map_err(|_| UnknownRule::new(at, format!("string.pattern {text}")))?;
                pattern = Some(regex);
            }
            _ => return Err(UnknownRule::new(at, format!("string.{name}"))),
        }
    }
    Ok(StringRule { length: Range::new(min, max, at)?, pattern, is_uuid })
}

pub(super) fn bytes_rule(parts: &[(String, Value)], at: &str) -> Result<Range<u64>, UnknownRule> {
    let (mut min, mut max) = (None, None);
    for (name, value) in parts {
        match (&name[..], value) {
            ("len", Value::U64(length)) => (min, max) = (Some(*length), Some(*length)),
            ("min_len", Value::U64(length)) => min = Some(*length),
            ("max_len", Value::U64(length)) => max = Some(*length),
            _ => return Err(UnknownRule::new(at, format!("bytes.{name}"))),
        }
    }
    Range::new(min, max, at)
}

pub(super) fn integer_rule(parts: &[(String, Value)], at: &str) -> Result<Range<i64>, UnknownRule> {
    let (mut min, mut max) = (None, None);
    for (name, value) in parts {
        let bound = value.as_i64().or(value.as_i32().map(i64::from));
        match &name[..] {
            "gte" => min = bound,
            "lte" => max = bound,
            _ => return Err(UnknownRule::new(at, format!("integer {name}"))),
        }
    }
    Range::new(min, max, at)
}

pub(super) fn enum_rule(
    parts: &[(String, Value)],
    descriptor: &EnumDescriptor,
    at: &str,
) -> Result<EnumRule, UnknownRule> {
    let (mut defined_only, mut excluded) = (false, Vec::new());
    for (name, value) in parts {
        match (&name[..], value) {
            ("defined_only", Value::Bool(wanted)) => defined_only = *wanted,
            ("not_in", Value::List(numbers)) => excluded = numbers.iter().filter_map(Value::as_i32).collect(),
            _ => return Err(UnknownRule::new(at, format!("enum.{name}"))),
        }
    }
    if !defined_only {
        return Err(UnknownRule::new(at, "enum without defined_only"));
    }
    let (allowed, names): (Vec<i32>, Vec<String>) = descriptor
        .values()
        .filter(|value| !excluded.contains(&value.number()))
        .map(|value| (value.number(), value.name().to_owned()))
        .unzip();
    Ok(EnumRule { allowed, expected: format!("must be one of {}", names.join(", ")) })
}
