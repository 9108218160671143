//! From options in the descriptors to rules that can be checked.

use std::collections::HashMap;

use prost_reflect::{
    DescriptorPool, DynamicMessage, ExtensionDescriptor, FieldDescriptor, Kind, MessageDescriptor, Value,
};

use super::value::{Range, RepeatedRule, ValueRule, enums, integers, length, strings};
use super::{FieldRule, Rules};

/// `google.api.FieldBehavior.OUTPUT_ONLY`.
const OUTPUT_ONLY: i32 = 3;

/// A rule in the proto that this interpreter does not know, or cannot apply where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: the rule `{rule}` is unknown here")]
pub(super) struct UnknownRule {
    /// The field or message that has the rule.
    at: String,
    /// The rule.
    rule: String,
}

impl UnknownRule {
    pub(super) fn new(at: &str, rule: impl Into<String>) -> Self {
        Self { at: at.to_owned(), rule: rule.into() }
    }
}

/// The extensions that the options are read through; absent from a pool that does not use them.
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
    if option(&message.options(), extensions.message.as_ref()).is_some() {
        return Err(UnknownRule::new(message.full_name(), "buf.validate.message"));
    }
    for oneof in message.oneofs() {
        if option(&oneof.options(), extensions.oneof.as_ref()).is_some() {
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
    let behaviors = option(&field.options(), extensions.behavior.as_ref());
    let list = behaviors.as_ref().and_then(Value::as_list).unwrap_or_default();
    list.iter().any(|behavior| behavior.as_enum_number() == Some(OUTPUT_ONLY))
}

fn field_rule(field: FieldDescriptor, extensions: &Extensions) -> Result<FieldRule, UnknownRule> {
    if field.is_map() {
        return Err(UnknownRule::new(field.full_name(), "map"));
    }
    let message = field.kind().as_message().map(|message| message.full_name().to_owned());
    let mut rule = FieldRule { required: false, value: None, number: field.number(), message, field };
    let Some(Value::Message(options)) = option(&rule.field.options(), extensions.field.as_ref()) else {
        return Ok(rule);
    };
    for (name, value) in parts(&options, rule.field.full_name())? {
        match (&name[..], &value) {
            ("required", Value::Bool(required)) => rule.required = *required,
            (_, Value::Message(options)) if rule.field.is_list() && name == "repeated" => {
                rule.value = Some(repeated(options, &rule.field)?);
            }
            (_, Value::Message(options)) if !rule.field.is_list() => {
                rule.value = Some(single(&name, options, &rule.field)?);
            }
            _ => return Err(UnknownRule::new(rule.field.full_name(), name)),
        }
    }
    Ok(rule)
}

/// The rule on one value of the field; the group of rules is named like the type it is for.
fn single(group: &str, options: &DynamicMessage, field: &FieldDescriptor) -> Result<ValueRule, UnknownRule> {
    let at = field.full_name();
    let parts = parts(options, at)?;
    match (group, field.kind()) {
        ("string", Kind::String) => strings(&parts, at).map(ValueRule::String),
        ("bytes", Kind::Bytes) => length(&parts, at).map(ValueRule::Bytes),
        ("int32", Kind::Int32) | ("int64", Kind::Int64) => integers(&parts, at).map(ValueRule::Integer),
        ("enum", Kind::Enum(descriptor)) => enums(&parts, &descriptor, at).map(ValueRule::Enum),
        _ => Err(UnknownRule::new(at, group)),
    }
}

fn repeated(options: &DynamicMessage, field: &FieldDescriptor) -> Result<ValueRule, UnknownRule> {
    let at = field.full_name();
    let (mut min, mut max, mut unique, mut items) = (None, None, false, None);
    for (name, value) in parts(options, at)? {
        match (&name[..], value) {
            ("min_items", Value::U64(count)) => min = Some(count),
            ("max_items", Value::U64(count)) => max = Some(count),
            ("unique", Value::Bool(wanted)) if field.kind() == Kind::String => unique = wanted,
            ("items", Value::Message(options)) => match &parts(&options, at)?[..] {
                [(group, Value::Message(options))] => items = Some(Box::new(single(group, options, field)?)),
                _ => return Err(UnknownRule::new(at, "repeated.items")),
            },
            _ => return Err(UnknownRule::new(at, format!("repeated.{name}"))),
        }
    }
    Ok(ValueRule::Repeated(RepeatedRule { count: Range::new(min, max, at)?, unique, items }))
}

fn option(options: &DynamicMessage, extension: Option<&ExtensionDescriptor>) -> Option<Value> {
    let extension = extension.filter(|extension| options.has_extension(extension))?;
    Some(options.get_extension(extension).into_owned())
}

/// What is set in a message of options; extensions and unknown fields there are rules of somebody else's.
fn parts(options: &DynamicMessage, at: &str) -> Result<Vec<(String, Value)>, UnknownRule> {
    if let Some((extension, _)) = options.extensions().next() {
        return Err(UnknownRule::new(at, extension.full_name()));
    }
    if let Some(unknown) = options.unknown_fields().next() {
        return Err(UnknownRule::new(at, format!("field {}", unknown.number())));
    }
    Ok(options.fields().map(|(field, value)| (field.name().to_owned(), value.clone())).collect())
}
