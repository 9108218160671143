//! Builds requests from the descriptors of their messages: the largest that the rules allow, and invalid ones.

use prost::Message as _;
use prost::encoding::{WireType, encode_key, encode_varint};
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage as _, Value};
use regex_syntax::hir::{Class, Hir, HirKind};
use rehearsal::world::ELECTION;

/// The contents of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Valid, and every list has as many items as its rule allows.
    Full,
    /// As long as [`Shape::Full`], with an invalid text in every field.
    Invalid,
    /// One list with as many empty items as fit.
    EmptyItems,
    /// A list inside an item of a list, with as many empty items as fit.
    NestedEmptyItems,
}

impl Shape {
    pub const ALL: [Self; 4] = [Self::Full, Self::Invalid, Self::EmptyItems, Self::NestedEmptyItems];
}

/// An encoded request: one message, or the messages of a stream.
pub struct Request {
    /// The messages of the stream.
    pub parts: Vec<Vec<u8>>,
    pub bytes: Vec<u8>,
    /// Number of items in its lists. Each item names a row that the server looks up.
    pub rows_named: usize,
}

/// Builds a request of a shape. Another `salt` gives other texts, because request ids must differ.
pub fn build(message: &MessageDescriptor, shape: Shape, max_bytes: usize, salt: usize) -> Request {
    let (bytes, rows_named) = match shape {
        Shape::Full | Shape::Invalid => full(message, shape == Shape::Invalid, max_bytes, salt),
        Shape::EmptyItems => (empty_items(message, 0, max_bytes), 0),
        Shape::NestedEmptyItems => (empty_items(message, 1, max_bytes), 0),
    };
    Request { parts: vec![bytes.clone()], bytes, rows_named }
}

/// A message whose lists are as long as their rules and `max_bytes` allow, and the number of their items.
fn full(message: &MessageDescriptor, is_invalid: bool, max_bytes: usize, salt: usize) -> (Vec<u8>, usize) {
    let mut builder = RequestBuilder { is_invalid, counter: salt * 1_000_000, left: max_bytes * 9 / 10, items: 0 };
    let encoded = builder.message(message, 0).encode_to_vec();
    assert!(encoded.len() <= max_bytes, "{}: {} bytes, the maximum is {max_bytes}", message.name(), encoded.len());
    (encoded, if is_invalid { 0 } else { builder.items })
}

/// A message with as many empty items as fit in the first list at a depth. Empty if there is no such list.
fn empty_items(message: &MessageDescriptor, depth: usize, max_bytes: usize) -> Vec<u8> {
    let Some(path) = path_to_list(message, depth, 0) else { return Vec::new() };
    let (list, around) = path.split_last().expect("a path has fields");
    let room = max_bytes.saturating_sub(16 * path.len());
    let item = [key(list.number()), vec![0]].concat();
    let mut encoded = item.repeat(room / item.len());
    for field in around.iter().rev() {
        let mut outer = key(field.number());
        encode_varint(encoded.len() as u64, &mut outer);
        outer.extend(encoded);
        encoded = outer;
    }
    encoded
}

/// The key of a field in the wire format.
fn key(number: u32) -> Vec<u8> {
    let mut key = Vec::new();
    encode_key(number, WireType::LengthDelimited, &mut key);
    key
}

/// The fields from a message to a list inside `lists` other lists. `None` if there is no such list.
fn path_to_list(message: &MessageDescriptor, lists: usize, depth: usize) -> Option<Vec<FieldDescriptor>> {
    for field in message.fields() {
        if field.is_list() && lists == 0 {
            return Some(vec![field]);
        }
        let Kind::Message(nested) = field.kind() else { continue };
        if depth > 5 {
            continue;
        }
        let left = if field.is_list() { lists.saturating_sub(1) } else { lists };
        if let Some(mut path) = path_to_list(&nested, left, depth + 1) {
            path.insert(0, field);
            return Some(path);
        }
    }
    None
}

/// Builds a message field by field, as long as bytes are left.
struct RequestBuilder {
    /// Whether every text is invalid.
    is_invalid: bool,
    /// Makes texts different.
    counter: usize,
    /// How many bytes are left. A list ends when there are none.
    left: usize,
    /// Number of items in all lists.
    items: usize,
}

impl RequestBuilder {
    /// Builds a message. Fields that only the server sets stay empty, because the server would reject them.
    fn message(&mut self, descriptor: &MessageDescriptor, depth: usize) -> DynamicMessage {
        let mut made = DynamicMessage::new(descriptor.clone());
        if descriptor.package_name() != "accreditation.v1" || depth > 6 {
            return made;
        }
        let mut oneofs = Vec::new();
        for field in descriptor.fields() {
            let oneof = field.containing_oneof().map(|oneof| oneof.full_name().to_owned());
            if is_output_only(&field) || oneof.as_ref().is_some_and(|oneof| oneofs.contains(oneof)) {
                continue;
            }
            oneofs.extend(oneof);
            let value = self.value(&field, depth);
            made.set_field(&field, value);
        }
        made
    }

    /// The value of a field. A list has as many items as its rule allows.
    fn value(&mut self, field: &FieldDescriptor, depth: usize) -> Value {
        let rules = rules(field);
        if !field.is_list() {
            return self.single(field, rules.as_ref(), depth);
        }
        let list = rules.as_ref().and_then(|rules| part(rules, "repeated"));
        let max = list.as_ref().and_then(|list| number(list, "max_items")).unwrap_or(1);
        let item = list.as_ref().and_then(|list| part(list, "items"));
        let mut items = Vec::new();
        while (items.len() as i64) < max && self.left > 0 {
            items.push(self.single(field, item.as_ref(), depth));
            self.items += 1;
        }
        Value::List(items)
    }

    /// One item of a list, or the value of a field that is no list.
    fn single(&mut self, field: &FieldDescriptor, rules: Option<&DynamicMessage>, depth: usize) -> Value {
        let value = self.value_of_kind(field, rules, depth);
        // The key and the length take some bytes too.
        let bytes = value.as_str().map(str::len).or(value.as_bytes().map(|bytes| bytes.len())).unwrap_or_default();
        self.left = self.left.saturating_sub(bytes + 8);
        value
    }

    /// A value of the field's type that follows its rules, or an invalid one.
    fn value_of_kind(&mut self, field: &FieldDescriptor, rules: Option<&DynamicMessage>, depth: usize) -> Value {
        match field.kind() {
            Kind::Message(nested) => Value::Message(self.message(&nested, depth + 1)),
            Kind::String => Value::String(self.text(field, rules.and_then(|rules| part(rules, "string")))),
            Kind::Bytes => {
                let rules = rules.and_then(|rules| part(rules, "bytes"));
                let length = rules.and_then(|rules| number(&rules, "len").or_else(|| number(&rules, "max_len")));
                Value::Bytes(vec![7; usize::try_from(length.unwrap_or(1)).unwrap_or(1).min(1 << 20)].into())
            }
            Kind::Enum(descriptor) => {
                let last = descriptor.values().map(|value| value.number()).max().unwrap_or_default();
                Value::EnumNumber(if self.is_invalid { 9999 } else { last })
            }
            Kind::Bool => Value::Bool(field.name() != "validate_only"),
            Kind::Int32 => Value::I32(i32::try_from(integer(rules, "int32")).unwrap_or(i32::MAX)),
            Kind::Int64 => Value::I64(integer(rules, "int64")),
            kind => Value::default_value(&kind),
        }
    }

    /// A text that follows the rules of the field, or an invalid one. A request id is always valid and new.
    fn text(&mut self, field: &FieldDescriptor, rules: Option<DynamicMessage>) -> String {
        self.counter += 1;
        if self.is_invalid && field.name() != "request_id" {
            return "?".to_owned();
        }
        let Some(rules) = rules else { return String::new() };
        if rules.fields().any(|(field, _)| field.name() == "uuid") {
            return format!("{:08x}-0000-4000-8000-{:012x}", self.counter, self.counter);
        }
        let pattern = rules.fields().find(|(field, _)| field.name() == "pattern");
        match pattern.and_then(|(_, value)| value.as_str().map(str::to_owned)) {
            Some(pattern) => {
                let hir = regex_syntax::parse(&pattern).expect("the pattern of a rule is valid");
                let (mut text, mut left) = (String::new(), self.counter);
                sample(&hir, &mut text, &mut left);
                with_existing_election(&text)
            }
            None => "x".repeat(usize::try_from(number(&rules, "max_len").unwrap_or(1)).unwrap_or(1)),
        }
    }
}

/// Replaces the election in a name by an existing one. Otherwise the server would not look up the rest.
fn with_existing_election(text: &str) -> String {
    let Some(rest) = text.strip_prefix("elections/") else { return text.to_owned() };
    let rest = rest.split_once('/').map_or(String::new(), |(_, rest)| format!("/{rest}"));
    format!("elections/{ELECTION}{rest}")
}

/// Appends a text that matches a pattern. `left` chooses among the characters of its classes.
fn sample(hir: &Hir, text: &mut String, left: &mut usize) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).expect("a pattern is text")),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            let size: usize = ranges.iter().map(|range| range.len()).sum();
            let mut choice = *left % size.max(1);
            *left /= size.max(1);
            for range in ranges {
                if choice < range.len() {
                    let code = range.start() as u32 + u32::try_from(choice).unwrap_or_default();
                    text.push(char::from_u32(code).unwrap_or('a'));
                    return;
                }
                choice -= range.len();
            }
        }
        HirKind::Class(Class::Bytes(_)) => text.push('a'),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min + 8).min(repetition.min + 8);
            (0..most).for_each(|_| sample(&repetition.sub, text, left));
        }
        HirKind::Capture(capture) => sample(&capture.sub, text, left),
        HirKind::Concat(parts) => parts.iter().for_each(|part| sample(part, text, left)),
        HirKind::Alternation(parts) => parts.iter().take(1).for_each(|part| sample(part, text, left)),
    }
}

/// The largest integer that the rules allow.
fn integer(rules: Option<&DynamicMessage>, group: &str) -> i64 {
    let rules = rules.and_then(|rules| part(rules, group));
    rules.and_then(|rules| number(&rules, "lte")).unwrap_or(1)
}

/// The validation rules of a field, from its options.
fn rules(field: &FieldDescriptor) -> Option<DynamicMessage> {
    let extension = wire::DESCRIPTOR_POOL.get_extension_by_name("buf.validate.field")?;
    let options = field.options();
    options.has_extension(&extension).then(|| options.get_extension(&extension).into_owned())?.as_message().cloned()
}

/// Whether only the server sets a field.
fn is_output_only(field: &FieldDescriptor) -> bool {
    let Some(extension) = wire::DESCRIPTOR_POOL.get_extension_by_name("google.api.field_behavior") else {
        return false;
    };
    let options = field.options();
    let behaviors = options.get_extension(&extension).into_owned();
    behaviors.as_list().is_some_and(|list| list.iter().any(|behavior| behavior.as_enum_number() == Some(3)))
}

/// The rules of one group, for example `string` or `repeated`. `None` if there are none.
fn part(rules: &DynamicMessage, name: &str) -> Option<DynamicMessage> {
    let field = rules.descriptor().get_field_by_name(name)?;
    rules.has_field(&field).then(|| rules.get_field(&field).into_owned())?.as_message().cloned()
}

/// The number in a rule, for example `max_len`. `None` if there is no such rule.
fn number(rules: &DynamicMessage, name: &str) -> Option<i64> {
    let field = rules.descriptor().get_field_by_name(name)?;
    if !rules.has_field(&field) {
        return None;
    }
    let value = rules.get_field(&field).into_owned();
    value
        .as_i64()
        .or_else(|| value.as_u64().and_then(|value| i64::try_from(value).ok()))
        .or(value.as_i32().map(i64::from))
}
