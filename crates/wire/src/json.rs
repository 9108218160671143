//! Messages as proto JSON, and proto JSON as messages.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value};

pub use prost_reflect::ReflectMessage;

/// A value that is not the message asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A field that the message does not have, or a value that its type does not take.
    #[error("not a message {message}: {field} {problem}")]
    Mismatch {
        /// The message's full name.
        message: String,
        /// The path of the field as in the value, such as `person.familyName` or `documents[1]`.
        field: String,
        /// What is expected there, never what was found: it may be personal data.
        problem: String,
    },
}

/// The message as canonical proto JSON: camel case, 64-bit integers as strings, nothing for a field that is not set.
pub fn to_json(message: &impl ReflectMessage) -> Value {
    serde_json::to_value(message.transcode_to_dynamic()).expect("a message of our own package has a JSON form")
}

/// The message that a value describes. A field that it does not have is refused.
///
/// # Errors
///
/// [`Error::Mismatch`] names the first field that does not fit, and what is expected there.
pub fn from_json<M: ReflectMessage + Default>(value: Value) -> Result<M, Error> {
    let descriptor = M::default().descriptor();
    // The library's own error quotes the value, so what is wrong is looked for again.
    let dynamic = DynamicMessage::deserialize(descriptor.clone(), value.clone()).map_err(|_| {
        let (field, problem) = first_mismatch(&descriptor, &value);
        Error::Mismatch { message: descriptor.full_name().to_owned(), field, problem }
    })?;
    Ok(dynamic.transcode_to().expect("the descriptor is the message's own"))
}

/// The path of the first field that does not fit, and what is expected there.
fn first_mismatch(descriptor: &MessageDescriptor, value: &Value) -> (String, String) {
    let Value::Object(fields) = value else {
        return ("the value".to_owned(), "must be a JSON object".to_owned());
    };
    for (name, value) in fields {
        if fits(descriptor, name, value) {
            continue;
        }
        let field = descriptor.get_field_by_json_name(name).or_else(|| descriptor.get_field_by_name(name));
        let Some(field) = field else { return (name.clone(), "is not a field of it; remove it".to_owned()) };
        let (inner, problem) = mismatch_in_field(descriptor, &field, name, value);
        return (format!("{name}{inner}"), problem);
    }
    ("the value".to_owned(), "must have one field at most of those that exclude each other".to_owned())
}

/// What is wrong within a field: the rest of the path, and what is expected there.
fn mismatch_in_field(
    descriptor: &MessageDescriptor,
    field: &FieldDescriptor,
    name: &str,
    value: &Value,
) -> (String, String) {
    let items: Vec<(String, &Value)> = match value {
        Value::Array(items) if field.is_list() => {
            items.iter().enumerate().map(|(index, item)| (format!("[{index}]"), item)).collect()
        }
        _ if field.is_list() => return (String::new(), "must be a list".to_owned()),
        one => vec![(String::new(), one)],
    };
    for (place, item) in items {
        let alone = if field.is_list() { Value::Array(vec![item.clone()]) } else { item.clone() };
        if fits(descriptor, name, &alone) {
            continue;
        }
        return match (field.kind(), item) {
            (Kind::Message(nested), Value::Object(_)) if nested.package_name() == crate::PACKAGE => {
                let (inner, problem) = first_mismatch(&nested, item);
                (format!("{place}.{inner}"), problem)
            }
            (kind, _) => (place, expected(&kind)),
        };
    }
    (String::new(), expected(&field.kind()))
}

/// Whether a message can have this field with this value.
fn fits(descriptor: &MessageDescriptor, name: &str, value: &Value) -> bool {
    let fields = Map::from_iter([(name.to_owned(), value.clone())]);
    DynamicMessage::deserialize(descriptor.clone(), Value::Object(fields)).is_ok()
}

fn expected(kind: &Kind) -> String {
    match kind {
        Kind::String => "must be a string".to_owned(),
        Kind::Bytes => "must be a string in base64".to_owned(),
        Kind::Bool => "must be true or false".to_owned(),
        Kind::Enum(descriptor) => {
            let names: Vec<_> = descriptor.values().map(|value| value.name().to_owned()).collect();
            format!("must be one of {}", names.join(", "))
        }
        Kind::Message(descriptor) if descriptor.full_name() == "google.protobuf.Timestamp" => {
            "must be a time such as 2019-06-07T18:00:00Z".to_owned()
        }
        Kind::Message(_) => "must be a JSON object".to_owned(),
        Kind::Double | Kind::Float => "must be a number".to_owned(),
        _ => "must be an integer within the range of its type".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::v1;

    #[test]
    fn a_message_reads_back_as_written() {
        let value = json!({
            "category": "CATEGORY_DRIVER",
            "person": { "familyName": "Sample", "birthDate": "1970-01-02", "sex": "SEX_X" },
            "documents": [{ "kind": "DOCUMENT_KIND_PHOTO", "sha256": "AAEC", "sizeBytes": "7" }],
            "createTime": "2019-06-03T12:00:00Z",
        });
        let message: v1::Application = from_json(value.clone()).expect("it is one");
        assert_eq!(message.category(), v1::Category::Driver);
        assert_eq!(message.documents[0].sha256, [0, 1, 2]);
        assert_eq!(to_json(&message), value);
    }

    #[test]
    fn an_error_names_the_field_and_never_shows_the_value() {
        let check = |value: Value, expected: &str| {
            let error = from_json::<v1::Application>(value).expect_err(expected).to_string();
            assert_eq!(error, format!("not a message accreditation.v1.Application: {expected}"));
        };
        let object = "must be a JSON object";
        check(json!("secret"), &format!("the value {object}"));
        check(json!({ "persn": {} }), "persn is not a field of it; remove it");
        check(json!({ "person": "secret" }), &format!("person {object}"));
        check(json!({ "person": { "passport": { "number": 12_345 } } }), "person.passport.number must be a string");
        check(
            json!({ "person": { "passport": { "numbr": 12_345 } } }),
            "person.passport.numbr is not a field of it; remove it",
        );
        check(json!({ "documents": {} }), "documents must be a list");
        check(json!({ "documents": [{}, { "sha256": "secret!" }] }), "documents[1].sha256 must be a string in base64");
        check(json!({ "documents": [{}, 7] }), &format!("documents[1] {object}"));
        check(json!({ "revision": "secret" }), "revision must be an integer within the range of its type");
        check(json!({ "createTime": "secret" }), "createTime must be a time such as 2019-06-07T18:00:00Z");
        check(
            json!({ "person": { "sex": "SECRET" } }),
            "person.sex must be one of SEX_UNSPECIFIED, SEX_FEMALE, SEX_MALE, SEX_X",
        );
    }
}
