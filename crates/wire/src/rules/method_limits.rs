//! Limits that are checked before a request is decoded: its length, and the number of items of its lists.
//!
//! Two bytes on the wire can become a message of a hundred bytes in memory, and every rule checks it. So the encoded
//! request is read first, field by field, without an allocation for an item. A list that is longer than its rule
//! allows ends the request. OUTPUT_ONLY and unknown fields are removed, so that they cost no more than their bytes.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost::encoding::{WireType, decode_key, decode_varint, encode_key, encode_varint};

use super::value::ValueRule;
use super::{FieldRule, RULES, Rules};
use crate::violations::Violations;

/// The deepest nesting of messages.
const MAX_DEPTH: usize = 16;

/// The most bytes of OUTPUT_ONLY fields in a resource that a client sends back as it read it.
const OUTPUT_ONLY_BYTES: usize = 512 << 10;

/// The most bytes of fields that this version does not know, in any request.
const UNKNOWN_BYTES: usize = 4 << 10;

/// The limits on the requests of a method.
#[derive(Debug)]
pub struct MethodLimits {
    /// The full name of the request's message.
    message: String,
    /// The longest message that can be right, in bytes.
    pub max_bytes: usize,
    /// Whether a request is a stream of messages.
    pub is_streamed: bool,
    /// Whether its messages have no lists and no OUTPUT_ONLY fields. Then only their length needs a check.
    pub is_flat: bool,
}

static METHODS: LazyLock<HashMap<String, MethodLimits>> = LazyLock::new(|| {
    let services: Vec<_> = crate::DESCRIPTOR_POOL.services().collect();
    let methods = services.iter().flat_map(|service| service.methods());
    methods.map(|method| (method_path(&method), MethodLimits::of(&method))).collect()
});

fn method_path(method: &prost_reflect::MethodDescriptor) -> String {
    format!("/{}/{}", method.parent_service().full_name(), method.name())
}

/// The limits of a method of this API by its path, as in `/accreditation.v1.RegistryService/WhoAmI`.
pub fn limits(path: &str) -> Option<&'static MethodLimits> {
    METHODS.get(path)
}

/// The bytes are not an encoded message.
struct Malformed;

/// The bytes of a field, and the bytes after it.
type Split<'a> = (&'a [u8], &'a [u8]);

impl MethodLimits {
    fn of(method: &prost_reflect::MethodDescriptor) -> Self {
        let message = method.input().full_name().to_owned();
        let size = RULES.max_size(&message).expect("a test takes the size of every request");
        let unread = if size.has_output_only { OUTPUT_ONLY_BYTES } else { 0 };
        let max_bytes = size.bytes.saturating_add(UNKNOWN_BYTES + unread);
        let is_flat = !size.has_lists && !size.has_output_only;
        Self { message, max_bytes, is_streamed: method.is_client_streaming(), is_flat }
    }

    /// Checks an encoded message and returns it without the fields that the service does not read.
    ///
    /// # Errors
    ///
    /// A violation for the first list that is too long, or for bytes that are not a message of the method.
    pub fn admit(&self, encoded: &[u8]) -> Result<Vec<u8>, Violations> {
        let (mut admitted, mut violations) = (Vec::with_capacity(encoded.len()), Violations::default());
        let copied = RULES.copy_read_fields(&self.message, encoded, "", &mut admitted, &mut violations, MAX_DEPTH);
        if copied.is_err() {
            let expected = format!("must be an encoded message {}; generate the client again", self.message);
            violations.add_if_absent("request", expected);
        }
        if violations.is_empty() { Ok(admitted) } else { Err(violations) }
    }
}

impl Rules {
    /// Copies the fields that the service reads, and checks the lengths of lists on the way.
    fn copy_read_fields(
        &self,
        message: &str,
        mut encoded: &[u8],
        path: &str,
        admitted: &mut Vec<u8>,
        violations: &mut Violations,
        depth: usize,
    ) -> Result<(), Malformed> {
        let Some(rules) = self.messages.get(message) else {
            // A well-known type, in practice a timestamp, has no lists.
            admitted.extend_from_slice(encoded);
            return Ok(());
        };
        let depth = depth.checked_sub(1).ok_or(Malformed)?;
        let mut counts = vec![0_u64; rules.len()];
        while !encoded.is_empty() {
            let (number, wire) = decode_key(&mut encoded).map_err(|_| Malformed)?;
            let (value, rest) = split_field(wire, encoded)?;
            encoded = rest;
            let Some(index) = rules.iter().position(|rule| rule.number == number) else { continue };
            let rule = &rules[index];
            if rule.field.is_list() {
                counts[index] += item_count(rule, wire, value)?;
                if !is_within_limit(rule, counts[index], path, violations) {
                    return Ok(());
                }
            }
            match (&rule.message, wire) {
                (Some(nested), WireType::LengthDelimited) => {
                    let path = nested_path(rule, path, counts[index]);
                    let mut inner = Vec::with_capacity(value.len());
                    self.copy_read_fields(nested, value, &path, &mut inner, violations, depth)?;
                    append_field(number, wire, &inner, admitted);
                }
                _ => append_field(number, wire, value, admitted),
            }
        }
        Ok(())
    }
}

/// Whether a list has no more items than its rule allows. Adds a violation if it has more.
fn is_within_limit(rule: &FieldRule, count: u64, path: &str, violations: &mut Violations) -> bool {
    let Some(ValueRule::Repeated(repeated)) = &rule.value else { return true };
    if repeated.count.max.is_none_or(|max| count <= max) {
        return true;
    }
    repeated.check_count(count, &joined_path(path, rule.field.name()), violations);
    false
}

fn joined_path(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn nested_path(rule: &FieldRule, path: &str, count: u64) -> String {
    let path = joined_path(path, rule.field.name());
    if rule.field.is_list() { format!("{path}[{}]", count.saturating_sub(1)) } else { path }
}

/// The number of list items in an encoded field: one, or the number of packed values.
fn item_count(rule: &FieldRule, wire: WireType, mut value: &[u8]) -> Result<u64, Malformed> {
    let kind = rule.field.kind();
    let is_packed = wire == WireType::LengthDelimited
        && !matches!(kind, prost_reflect::Kind::String | prost_reflect::Kind::Bytes | prost_reflect::Kind::Message(_));
    if !is_packed {
        return Ok(1);
    }
    let mut count = 0;
    while !value.is_empty() {
        decode_varint(&mut value).map_err(|_| Malformed)?;
        count += 1;
    }
    Ok(count)
}

/// Splits off the value of a field.
fn split_field(wire: WireType, encoded: &[u8]) -> Result<Split<'_>, Malformed> {
    let length = match wire {
        WireType::Varint => {
            let mut rest = encoded;
            decode_varint(&mut rest).map_err(|_| Malformed)?;
            encoded.len() - rest.len()
        }
        WireType::ThirtyTwoBit => 4,
        WireType::SixtyFourBit => 8,
        WireType::LengthDelimited => {
            let mut rest = encoded;
            let length = decode_varint(&mut rest).map_err(|_| Malformed)?;
            let length = usize::try_from(length).map_err(|_| Malformed)?;
            return rest.split_at_checked(length).ok_or(Malformed);
        }
        WireType::StartGroup | WireType::EndGroup => return Err(Malformed),
    };
    encoded.split_at_checked(length).ok_or(Malformed)
}

fn append_field(number: u32, wire: WireType, value: &[u8], admitted: &mut Vec<u8>) {
    encode_key(number, wire, admitted);
    if wire == WireType::LengthDelimited {
        encode_varint(value.len() as u64, admitted);
    }
    admitted.extend_from_slice(value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1;
    use prost::Message as _;

    fn of(path: &str) -> &'static MethodLimits {
        limits(path).expect("a method")
    }

    fn empty_items(number: u32, count: usize) -> Vec<u8> {
        let mut encoded = Vec::new();
        (0..count).for_each(|_| append_field(number, WireType::LengthDelimited, &[], &mut encoded));
        encoded
    }

    #[test]
    fn every_method_has_a_limit_that_follows_from_its_rules() {
        // A whole mission in one plan is the longest; what the service's configuration says is less for that one.
        for (path, limits) in METHODS.iter() {
            assert!(limits.max_bytes <= 64 << 20, "{path}: {} bytes", limits.max_bytes);
        }
        assert!(of("/accreditation.v1.RegistryService/WhoAmI").max_bytes <= UNKNOWN_BYTES);
        assert!(limits("/accreditation.v1.RegistryService/Whoami").is_none());
    }

    #[test]
    fn a_list_that_is_too_long_is_refused_without_being_decoded() {
        let answers = of("/accreditation.v1.ApplicationService/AnswerQuestions");
        let number = v1::AnswerQuestionsRequest::default();
        let field = prost_reflect::ReflectMessage::descriptor(&number).get_field_by_name("answers").expect("a field");
        let found = answers.admit(&empty_items(field.number(), 64 << 10)).expect_err("too many");
        assert!(found.contains_field("answers") && found.len() == 1, "{found:?}");
    }

    #[test]
    fn what_is_read_comes_through_unchanged_and_what_is_not_read_is_left_out() {
        let request = v1::CreateDecreeRequest {
            request_id: "r".to_owned(),
            parent: "elections/e1".to_owned(),
            decree: Some(v1::Decree {
                name: "elections/e1/decrees/7".to_owned(),
                decree_number: "12/230".to_owned(),
                applications: vec!["not read".to_owned(); 9],
                ..v1::Decree::default()
            }),
        };
        let mut encoded = request.encode_to_vec();
        append_field(1000, WireType::LengthDelimited, b"unknown", &mut encoded);
        let admitted = of("/accreditation.v1.DecreeService/CreateDecree").admit(&encoded).expect("fine");
        let read = v1::CreateDecreeRequest::decode(&admitted[..]).expect("a message");
        let decree = read.decree.expect("a decree");
        assert_eq!((read.request_id.as_str(), decree.decree_number.as_str()), ("r", "12/230"));
        assert!(decree.applications.is_empty() && decree.name.is_empty());
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let limits = of("/accreditation.v1.ApplicationService/SubmitApplication");
        for bad in [&[0x0a][..], &[0x0a, 5, 1], &[0x0b], &[0xff; 11], &[0x0a, 0xff, 0xff, 0xff, 0xff, 0x7f]] {
            let found = limits.admit(bad).expect_err("malformed");
            assert!(found.contains_field("request"), "{bad:?}");
        }
    }
}
