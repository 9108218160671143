//! The codes of findings.

use serde::{Deserialize, Serialize};

/// What the screening found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FindingCode {
    /// The passport expires before the mission ends.
    PassportExpiresEarly,
    /// The person is a citizen of the host state, in an observer category. The commission can clear it with a reason.
    HostCitizen,
    /// A check digit of the machine-readable zone is wrong, or the zone cannot be read.
    MrzCheckDigit,
    /// The machine-readable zone differs from the typed data.
    MrzMismatch,
    /// Another application has the same passport.
    DuplicateDocument,
    /// Another application has the same date of birth and the same name, in whatever script.
    DuplicatePerson,
    /// A person on the commission's watch list matches.
    WatchList,
    /// More people of the category were submitted than the invitation expects.
    QuotaExceeded,
}

impl FindingCode {
    /// Every code.
    pub const ALL: [Self; 8] = [
        Self::PassportExpiresEarly,
        Self::HostCitizen,
        Self::MrzCheckDigit,
        Self::MrzMismatch,
        Self::DuplicateDocument,
        Self::DuplicatePerson,
        Self::WatchList,
        Self::QuotaExceeded,
    ];

    /// The code in messages, events and the database. It must not change.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PassportExpiresEarly => "PASSPORT_EXPIRES_EARLY",
            Self::HostCitizen => "HOST_CITIZEN",
            Self::MrzCheckDigit => "MRZ_CHECK_DIGIT",
            Self::MrzMismatch => "MRZ_MISMATCH",
            Self::DuplicateDocument => "DUPLICATE_DOCUMENT",
            Self::DuplicatePerson => "DUPLICATE_PERSON",
            Self::WatchList => "WATCH_LIST",
            Self::QuotaExceeded => "QUOTA_EXCEEDED",
        }
    }

    /// Whether the finding has to be cleared before anybody can recommend to accredit. An exceeded quota does not: a
    /// binding one refused the submission already, and an advisory one only informs.
    pub(crate) fn is_blocking(self) -> bool {
        self != Self::QuotaExceeded
    }

    /// Whether it is about another application of the same person.
    pub fn is_duplicate(self) -> bool {
        matches!(self, Self::DuplicateDocument | Self::DuplicatePerson)
    }

    /// The fields that a duplicate is about; empty for other codes.
    pub(crate) fn duplicate_fields(self) -> &'static [&'static str] {
        match self {
            Self::DuplicateDocument => &["person.passport.number"],
            Self::DuplicatePerson => &["person.birth_date", "person.family_name", "person.given_name"],
            _ => &[],
        }
    }
}
