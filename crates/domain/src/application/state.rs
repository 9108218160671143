//! The states of an application, each with what is true in it alone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decree::{RefusalGround, Verdict};
use crate::vocabulary::id::PersonId;
use crate::vocabulary::name::PrincipalName;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::state::StateKind;

/// Where an application stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// Filed by the delegation, seen by nobody else.
    Draft,
    /// With the ministry.
    Submitted,
    /// The ministry wants it mended and submitted again.
    ReturnedByMinistry,
    /// In the commission's queue.
    Presented(Place),
    /// A reviewer holds it.
    InReview {
        /// Its place in the queue.
        place: Place,
        /// Who holds it.
        reviewer: PrincipalName,
        /// Until when.
        lease_until: Timestamp,
    },
    /// The commission asks the delegation.
    ReturnedByCommission {
        /// Its place in the queue, which it keeps.
        place: Place,
        /// When the commission goes on without an answer.
        due: Timestamp,
    },
    /// Waits for a decree.
    Recommended {
        /// Its place in the queue.
        place: Place,
        /// What was recommended.
        recommendation: Recommendation,
    },
    /// Decided: accredited.
    Accredited(AccreditedFacts),
    /// Decided: refused.
    Refused {
        /// Its place in the queue.
        place: Place,
        /// The decree's number.
        decree: u32,
        /// The recommendation that the decree carried out.
        recommendation: Recommendation,
        /// Why.
        ground: RefusalGround,
    },
    /// Withdrawn by the delegation before a decision.
    Withdrawn {
        /// Its place in the queue, if it had one.
        place: Option<Place>,
        /// Why.
        reason: Personal<String>,
        /// The number of the note verbale, if it was withdrawn with its whole mission; empty otherwise.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note_number: String,
    },
    /// Not submitted, or not presented, in time.
    Lapsed,
}

/// An accreditation, as its application knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccreditedFacts {
    /// Its place in the queue.
    pub place: Place,
    /// The decree's number.
    pub decree: u32,
    /// The accreditation's number.
    pub accreditation: u32,
    /// The recommendation that the decree carried out.
    pub recommendation: Recommendation,
}

/// A place in the commission's queue: presentation by presentation, in the order of their lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The presentation's number.
    pub presentation: u32,
    /// The place in its list, from 1.
    pub position: u32,
}

/// What the delegation is or was asked; it outlives the state, so that a reviewer reads the answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// Who asks.
    pub by: ReturnedBy,
    /// The questions, one per field, with their answers.
    pub questions: Vec<Question>,
    /// When it was returned.
    pub time: Timestamp,
    /// When the commission goes on without an answer.
    pub due: Option<Timestamp>,
    /// The revision that the asker had read; 0 in records of before it was kept.
    #[serde(default)]
    pub revision: i32,
}

/// Who returned an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReturnedBy {
    /// The ministry.
    Ministry,
    /// The commission.
    Commission,
}

/// A question about one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The field's path.
    pub field: String,
    /// What is wrong with it.
    pub reason: ReturnReason,
    /// More, in words.
    pub text: Personal<String>,
    /// What the delegation answered; empty while it has not.
    pub answer: Personal<String>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReturnReason {
    /// Nothing is there.
    Missing,
    /// It cannot be read.
    Illegible,
    /// It does not agree with something else.
    Mismatch,
    /// It has expired, or will.
    Expired,
    /// An explanation is wanted.
    Unclear,
}

/// What a reviewer recommends, and on which revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// Which way.
    pub verdict: Verdict,
    /// Who recommends.
    pub by: PrincipalName,
    /// The human who recommends: whoever decides is another one.
    pub person: PersonId,
    /// When.
    pub time: Timestamp,
    /// The digest of the revision that it was made on.
    pub content_digest: [u8; 32],
}

impl State {
    /// The state without its facts.
    pub fn kind(&self) -> StateKind {
        match self {
            Self::Draft => StateKind::Draft,
            Self::Submitted => StateKind::Submitted,
            Self::ReturnedByMinistry => StateKind::ReturnedByMinistry,
            Self::Presented(_) => StateKind::Presented,
            Self::InReview { .. } => StateKind::InReview,
            Self::ReturnedByCommission { .. } => StateKind::ReturnedByCommission,
            Self::Recommended { .. } => StateKind::Recommended,
            Self::Accredited(_) => StateKind::Accredited,
            Self::Refused { .. } => StateKind::Refused,
            Self::Withdrawn { .. } => StateKind::Withdrawn,
            Self::Lapsed => StateKind::Lapsed,
        }
    }

    /// The place in the queue, once there is one.
    pub fn place(&self) -> Option<Place> {
        match self {
            Self::Draft | Self::Submitted | Self::ReturnedByMinistry | Self::Lapsed => None,
            Self::Presented(place)
            | Self::InReview { place, .. }
            | Self::ReturnedByCommission { place, .. }
            | Self::Recommended { place, .. }
            | Self::Refused { place, .. } => Some(*place),
            Self::Accredited(facts) => Some(facts.place),
            Self::Withdrawn { place, .. } => *place,
        }
    }

    /// The decree that decided it.
    pub fn decree(&self) -> Option<u32> {
        match self {
            Self::Accredited(facts) => Some(facts.decree),
            Self::Refused { decree, .. } => Some(*decree),
            _ => None,
        }
    }

    /// What was recommended, where that stands or was carried out.
    pub fn recommendation(&self) -> Option<&Recommendation> {
        match self {
            Self::Recommended { recommendation, .. } | Self::Refused { recommendation, .. } => Some(recommendation),
            Self::Accredited(AccreditedFacts { recommendation, .. }) => Some(recommendation),
            _ => None,
        }
    }

    /// When the service itself acts on it, if it waits for a moment of its own.
    pub fn due(&self) -> Option<Timestamp> {
        match self {
            Self::InReview { lease_until, .. } => Some(*lease_until),
            Self::ReturnedByCommission { due, .. } => Some(*due),
            _ => None,
        }
    }
}
