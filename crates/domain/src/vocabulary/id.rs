//! Identifiers. Each kind has a type of its own, so that none can be used in place of another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text is not a valid identifier of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct InvalidId {
    /// What a valid one looks like, for the message.
    pub expected: &'static str,
}

/// Whether a text is a valid code: short, lower case, and safe in a resource name and in a SPIFFE id.
fn is_code(text: &str, max: usize, extra: &[u8]) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && bytes.len() <= max
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || extra.contains(b))
}

/// Defines a code type: a checked text.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident, $max:literal, $extra:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The code as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if is_code(text, $max, $extra) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidId { expected: $expected })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

code!(
    /// An organization's code, such as `osce-odihr`.
    OrganizationCode, 63, b"-", "lower-case letters, digits and hyphens, at most 63"
);
code!(
    /// An election's code, such as `kz-president-2019`.
    ElectionCode, 63, b"-", "lower-case letters, digits and hyphens, at most 63"
);
code!(
    /// A principal's code within its organization, such as `secretary`.
    PrincipalCode, 63, b"-._", "lower-case letters, digits, dots, hyphens and underscores, at most 63"
);
code!(
    /// The id of a registered human, who can hold several certificates.
    PersonId, 64, b"-._", "lower-case letters, digits, dots, hyphens and underscores, at most 64"
);
code!(
    /// The id of a rule pack, such as `kz-1`.
    RulePackId, 63, b"-", "lower-case letters, digits and hyphens, at most 63"
);
code!(
    /// A SPIFFE trust domain, such as `odihr.osce.example`.
    TrustDomain, 128, b"-.", "lower-case letters, digits, dots and hyphens, at most 128"
);

impl OrganizationCode {
    /// The central election commission. It is entered when the service is set up.
    pub fn commission() -> Self {
        Self("cec".to_owned())
    }
}

/// Defines an id type over a UUID.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    };
}

uuid_id!(
    /// An application's id.
    ApplicationId
);
uuid_id!(
    /// An event's id.
    EventId
);
uuid_id!(
    /// The id that a caller gives to one mutation, so that a repetition is recognized.
    RequestId
);

#[cfg(test)]
mod tests {
    use super::*;

    /// A slash or a capital in a code would make two resource names for one resource.
    #[test]
    fn codes_take_only_what_is_safe_in_a_resource_name() {
        for good in ["cec", "osce-odihr", "state-deu", "2x"] {
            assert_eq!(good.parse::<OrganizationCode>().expect(good).as_str(), good);
        }
        for bad in ["", "-x", "Cec", "a/b", "a b", "a.b", &"a".repeat(64)] {
            assert!(bad.parse::<OrganizationCode>().is_err(), "{bad}");
        }
        assert!("a.b_c".parse::<PrincipalCode>().is_ok());
    }
}
