//! The longest message that breaks no rule: a longer one is refused before it is decoded.

use prost_reflect::Kind;

use super::value::{StringRule, ValueRule};
use super::{FieldRule, Rules};

/// The most bytes of a number of 64 bits as a varint.
const VARINT: usize = 10;

/// The most bytes of the key and the length of a field.
const FRAME: usize = 2 + 5;

/// The most bytes of a well-known type, in practice a timestamp.
const WELL_KNOWN: usize = 32;

/// The most bytes of a character in UTF-8.
const BYTES_PER_CHARACTER: usize = 4;

/// The size of the longest message that breaks no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    /// The bytes of the fields that the service reads.
    pub(super) bytes: usize,
    /// Whether it has OUTPUT_ONLY fields, which a client may send back and the service does not read.
    pub(super) has_output_only: bool,
    /// Whether it or a message in it has lists.
    pub(super) has_lists: bool,
}

impl Rules {
    /// The size of the longest message. The error is the full name of a field without a limit.
    pub(super) fn max_size(&self, message: &str) -> Result<Size, String> {
        let Some(rules) = self.messages.get(message) else { return Ok(Size::of(WELL_KNOWN)) };
        let descriptor = crate::DESCRIPTOR_POOL.get_message_by_name(message);
        let fields = descriptor.map_or(0, |descriptor| descriptor.fields().len());
        let mut size = Size { has_output_only: fields > rules.len(), ..Size::of(0) };
        for rule in rules {
            let item = self.max_item(rule)?;
            let bytes = item.bytes.saturating_add(FRAME).saturating_mul(max_count(rule)?);
            size.bytes = size.bytes.saturating_add(bytes);
            size.has_output_only |= item.has_output_only;
            size.has_lists |= item.has_lists || rule.field.is_list();
        }
        Ok(size)
    }

    fn max_item(&self, rule: &FieldRule) -> Result<Size, String> {
        if let Some(message) = &rule.message {
            return self.max_size(message);
        }
        let value = match &rule.value {
            Some(ValueRule::Repeated(repeated)) => repeated.items.as_deref(),
            value => value.as_ref(),
        };
        let bytes = match (rule.field.kind(), value) {
            (Kind::String, Some(ValueRule::String(rule))) => rule.max_bytes(),
            (Kind::Bytes, Some(ValueRule::Bytes(range))) => range.max.and_then(|max| usize::try_from(max).ok()),
            (Kind::String | Kind::Bytes, _) => None,
            _ => Some(VARINT),
        };
        bytes.map(Size::of).ok_or_else(|| rule.field.full_name().to_owned())
    }
}

impl Size {
    fn of(bytes: usize) -> Self {
        Self { bytes, has_output_only: false, has_lists: false }
    }
}

fn max_count(rule: &FieldRule) -> Result<usize, String> {
    let max = match &rule.value {
        _ if !rule.field.is_list() => Some(1),
        Some(ValueRule::Repeated(repeated)) => repeated.count.max,
        _ => None,
    };
    max.and_then(|max| usize::try_from(max).ok()).ok_or_else(|| rule.field.full_name().to_owned())
}

impl StringRule {
    /// The bytes of the longest text that breaks no rule; none if there is no limit.
    fn max_bytes(&self) -> Option<usize> {
        let by_length = self.length.max.and_then(|max| usize::try_from(max).ok()).map(|max| max * BYTES_PER_CHARACTER);
        let by_pattern = self.pattern.as_ref().and_then(|pattern| {
            let pattern = regex_syntax::parse(pattern.as_str()).expect("it was compiled already");
            pattern.properties().maximum_len()
        });
        let by_form = self.is_uuid.then_some(36);
        [by_length, by_pattern, by_form].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::super::RULES;

    /// Without a limit on every text and list, a request could be of any length.
    #[test]
    fn every_request_has_a_longest_one() {
        let services: Vec<_> = crate::DESCRIPTOR_POOL.services().collect();
        let inputs = services.iter().flat_map(|service| service.methods()).map(|method| method.input());
        let unbounded: Vec<String> = inputs.filter_map(|input| RULES.max_size(input.full_name()).err()).collect();
        assert_eq!(unbounded, [""; 0]);
    }
}
