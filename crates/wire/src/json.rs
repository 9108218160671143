//! Messages as proto JSON and back, by their descriptors.

use prost_reflect::DynamicMessage;
use serde_json::Value;

pub use prost_reflect::ReflectMessage;

/// A value that is not the message asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A field that the message does not have, or a value that its type does not take.
    #[error("not a {message}: {source}")]
    Mismatch {
        /// The message's full name.
        message: String,
        /// What is wrong.
        source: serde_json::Error,
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
/// [`Error::Mismatch`] names the field or value that does not fit.
pub fn from_json<M: ReflectMessage + Default>(value: Value) -> Result<M, Error> {
    let descriptor = M::default().descriptor();
    let message = descriptor.full_name().to_owned();
    let dynamic =
        DynamicMessage::deserialize(descriptor, value).map_err(|source| Error::Mismatch { message, source })?;
    Ok(dynamic.transcode_to().expect("the descriptor is the message's own"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::v1;

    #[test]
    fn there_and_back() {
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
    fn a_field_that_does_not_exist_is_refused() {
        let error = from_json::<v1::Application>(json!({ "persn": {} })).expect_err("a slip of the pen");
        assert!(error.to_string().contains("persn"), "{error}");
    }
}
