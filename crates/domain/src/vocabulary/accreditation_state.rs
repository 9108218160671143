//! The states of an accreditation.

use serde::{Deserialize, Serialize};

/// The state of an accreditation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccreditationState {
    /// It is in force.
    Active,
    /// The organization that sent the person withdrew it.
    WithdrawnBySender,
    /// Another person was accredited in its place.
    Replaced,
    /// A decree ended it on a ground of the rule pack.
    Revoked,
    /// A decree ended it because it was issued in error. It is never shown as misconduct.
    Annulled,
    /// It ended automatically: with the observation, or because of a run-off.
    Ended,
}

impl AccreditationState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Active, Self::WithdrawnBySender, Self::Replaced, Self::Revoked, Self::Annulled, Self::Ended];

    /// The word in the database and in events. It must not change.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::WithdrawnBySender => "WITHDRAWN_BY_SENDER",
            Self::Replaced => "REPLACED",
            Self::Revoked => "REVOKED",
            Self::Annulled => "ANNULLED",
            Self::Ended => "ENDED",
        }
    }
}
