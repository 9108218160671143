//! The codes of what the automatic checks find.

use serde::{Deserialize, Serialize};

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FindingCode {
    /// The passport expires before the mission ends.
    PassportExpiresEarly,
    /// A citizen of the host state in an observer category.
    HostCitizen,
    /// The machine-readable zone contradicts itself.
    MrzCheckDigit,
    /// The machine-readable zone says something else than the application.
    MrzMismatch,
    /// Another application names the same passport.
    DuplicateDocument,
    /// Another application names someone with the same birth date and, in whatever script, the same name.
    DuplicatePerson,
    /// The commission's watch list has such a person.
    WatchList,
    /// More people of the category than the invitation expects.
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

    /// The code on the wire.
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

    /// Whether it must be cleared before a recommendation to accredit. A quota that bound would have been refused at
    /// submission; one that only advises informs.
    pub(crate) fn blocks(self) -> bool {
        self != Self::QuotaExceeded
    }

    /// Whether it is about another application of the same person.
    pub fn is_duplicate(self) -> bool {
        matches!(self, Self::DuplicateDocument | Self::DuplicatePerson)
    }

    /// The fields that a duplicate is about.
    pub(crate) fn fields(self) -> &'static [&'static str] {
        match self {
            Self::DuplicateDocument => &["person.passport.number"],
            Self::DuplicatePerson => &["person.birth_date", "person.family_name", "person.given_name"],
            _ => &[],
        }
    }
}
