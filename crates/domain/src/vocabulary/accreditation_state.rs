//! The states of an accreditation.

use serde::{Deserialize, Serialize};

/// Whether an accreditation is in force, or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccreditationState {
    /// In force.
    Active,
    /// Ended by the organization that sent the person.
    WithdrawnBySender,
    /// Ended by the accreditation of somebody else in the person's place.
    Replaced,
    /// Ended by a decree, on a ground.
    Revoked,
    /// Ended by a decree because it was issued in error: nobody did wrong.
    Annulled,
    /// Ended with the observation itself.
    Ended,
}

impl AccreditationState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Active, Self::WithdrawnBySender, Self::Replaced, Self::Revoked, Self::Annulled, Self::Ended];

    /// As it stands in the database and in events.
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
