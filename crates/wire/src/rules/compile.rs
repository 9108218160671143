//! Compiles the `buf.validate` options of the descriptors to rules.

use std::collections::HashMap;

use prost_reflect::{
    DescriptorPool, DynamicMessage, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor, Value,
};

use super::value::{Range, RepeatedRule, ValueRule, bytes_rule, enum_rule, integer_rule, string_rule};
use super::{FieldRule, Rules};

/// `google.api.FieldBehavior.OUTPUT_ONLY`.
const OUTPUT_ONLY: i32 = 3;

/// A rule in the proto that is not supported, or not for a field of that type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: the rule `{rule}` is not supported")]
pub(super) struct UnknownRule {
    /// The full name of the field or message that has the rule.
    at: String,
    /// The rule, as in `string.email`.
    rule: String,
}

impl UnknownRule {
    pub(super) fn new(at: &str, rule: impl Into<String>) -> Self {
        Self { at: at.to_owned(), rule: rule.into() }
    }
}

/// The extensions that hold the options. A pool that does not use one of them does not have it.
struct Extensions {
    field: Option<ExtensionDescriptor>,
    message: Option<ExtensionDescriptor>,
    oneof: Option<ExtensionDescriptor>,
    behavior: Option<ExtensionDescriptor>,
}

impl Rules {
    /// Compiles the rules of every message of a package.
    pub(super) fn compile(pool: &DescriptorPool, package: &str) -> Result<Self, UnknownRule> {
        let extensions = Extensions {
            field: pool.get_extension_by_name("buf.validate.field"),
            message: pool.get_extension_by_name("buf.validate.message"),
            oneof: pool.get_extension_by_name("buf.validate.oneof"),
            behavior: pool.get_extension_by_name("google.api.field_behavior"),
        };
        let mut messages = HashMap::new();
        for message in pool.all_messages().filter(|message| message.package_name() == package) {
            messages.insert(message.full_name().to_owned(), message_rules(&message, &extensions)?);
        }
        Ok(Self { messages })
    }
}

fn message_rules(message: &MessageDescriptor, extensions: &Extensions) -> Result<Vec<FieldRule>, UnknownRule> {
    if lookup_option(&message.options(), extensions.message.as_ref()).is_some() {
        return Err(UnknownRule::new(message.full_name(), "buf.validate.message"));
    }
    for oneof in message.oneofs() {
        if lookup_option(&oneof.options(), extensions.oneof.as_ref()).is_some() {
            return Err(UnknownRule::new(oneof.full_name(), "buf.validate.oneof"));
        }
    }
    let mut rules = Vec::new();
    for field in message.fields() {
        if !is_output_only(&field, extensions) {
            rules.push(field_rule(field, extensions)?);
        }
    }
    Ok(rules)
}

fn is_output_only(field: &FieldDescriptor, extensions: &Extensions) -> bool {
    let behaviors = lookup_option(&field.options(), extensions.behavior.as_ref());
    let list = behaviors.as_ref().and_then(Value::as_list).unwrap_or_default();
    list.iter().any(|behavior| behavior.as_enum_number() == Some(OUTPUT_ONLY))
}

fn field_rule(field: FieldDescriptor, extensions: &Extensions) -> Result<FieldRule, UnknownRule> {
    if field.is_map() {
        return Err(UnknownRule::new(field.full_name(), "map"));
    }
    let message = field.kind().as_message().map(|message| message.full_name().to_owned());
    let mut rule = FieldRule { required: false, value: None, number: field.number(), message, field };
    let Some(Value::Message(options)) = lookup_option(&rule.field.options(), extensions.field.as_ref()) else {
        return Ok(rule);
    };
    for (name, value) in set_options(&options, rule.field.full_name())? {
        match (&name[..], &value) {
            ("required", Value::Bool(required)) => rule.required = *required,
            (_, Value::Message(options)) if rule.field.is_list() && name == "repeated" => {
                rule.value = Some(list_rule(options, &rule.field)?);
            }
            (_, Value::Message(options)) if !rule.field.is_list() => {
                rule.value = Some(value_rule(&name, options, &rule.field)?);
            }
            _ => return Err(UnknownRule::new(rule.field.full_name(), name)),
        }
    }
    Ok(rule)
}

/// The rule on one value of the field. `group` is the name of the rule's type, as in `string`.
fn value_rule(group: &str, options: &DynamicMessage, field: &FieldDescriptor) -> Result<ValueRule, UnknownRule> {
    let at = field.full_name();
    let parts = set_options(options, at)?;
    match (group, field.kind()) {
        ("string", Kind::String) => string_rule(&parts, at).map(ValueRule::String),
        ("bytes", Kind::Bytes) => bytes_rule(&parts, at).map(ValueRule::Bytes),
        ("int32", Kind::Int32) | ("int64", Kind::Int64) => integer_rule(&parts, at).map(ValueRule::Integer),
        ("enum", Kind::Enum(descriptor)) => enum_rule(&parts, &descriptor, at).map(ValueRule::Enum),
        _ => Err(UnknownRule::new(at, group)),
    }
}

fn list_rule(options: &DynamicMessage, field: &FieldDescriptor) -> Result<ValueRule, UnknownRule> {
    let at = field.full_name();
    let (mut min, mut max, mut is_unique, mut items) = (None, None, false, None);
    for (name, value) in set_options(options, at)? {
        match (&name[..], value) {
            ("min_items", Value::U64(count)) => min = Some(count),
            ("max_items", Value::U64(count)) => max = Some(count),
            ("unique", Value::Bool(wanted)) if field.kind() == Kind::String => is_unique = wanted,
            ("items", Value::Message(options)) => match &set_options(&options, at)?[..] {
                [(group, Value::Message(options))] => items = Some(Box::new(value_rule(group, options, field)?)),
                _ => return Err(UnknownRule::new(at, "repeated.items")),
            },
            _ => return Err(UnknownRule::new(at, format!("repeated.{name}"))),
        }
    }
    Ok(ValueRule::Repeated(RepeatedRule { count: Range::new(min, max, at)?, is_unique, items }))
}

fn lookup_option(options: &DynamicMessage, extension: Option<&ExtensionDescriptor>) -> Option<Value> {
    let extension = extension.filter(|extension| options.has_extension(extension))?;
    Some(options.get_extension(extension).into_owned())
}

/// The options that are set. An extension or an unknown field is an error: it may be a rule that would be skipped.
fn set_options(options: &DynamicMessage, at: &str) -> Result<Vec<(String, Value)>, UnknownRule> {
    if let Some((extension, _)) = options.extensions().next() {
        return Err(UnknownRule::new(at, extension.full_name()));
    }
    if let Some(unknown) = options.unknown_fields().next() {
        return Err(UnknownRule::new(at, format!("field {}", unknown.number())));
    }
    Ok(options.fields().map(|(field, value)| (field.name().to_owned(), value.clone())).collect())
}
