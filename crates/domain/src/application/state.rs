//! The states of an application. Each state holds the data that exists only in it, so that no field can be missing.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::decree::{RefusalGround, Verdict};
use crate::vocabulary::id::PersonId;
use crate::vocabulary::name::PrincipalName;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::state::StateKind;

/// The state of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// The delegation has filed it; nobody else sees it.
    Draft,
    /// It is with the ministry.
    Submitted,
    /// The ministry returned it: the delegation has to correct it and submit it again.
    ReturnedByMinistry,
    /// It is in the commission's queue.
    Presented(Place),
    /// A reviewer holds it.
    InReview {
        /// Its place in the queue.
        place: Place,
        /// The principal of the reviewer.
        reviewer: PrincipalName,
        /// When the lease ends; then it goes back to the queue.
        lease_until: Timestamp,
    },
    /// The commission asks the delegation a question about it.
    ReturnedByCommission {
        /// Its place in the queue, which it keeps.
        place: Place,
        /// When the commission continues without an answer.
        due: Timestamp,
    },
    /// A reviewer has recommended a decision; it waits for a decree.
    Recommended {
        /// Its place in the queue.
        place: Place,
        /// The recommendation.
        recommendation: Recommendation,
    },
    /// A decree has accredited the person.
    Accredited(AccreditedFacts),
    /// A decree has refused the person.
    Refused {
        /// Its place in the queue.
        place: Place,
        /// The number of the decree.
        decree: u32,
        /// The recommendation that the decree carried out.
        recommendation: Recommendation,
        /// The ground of the refusal, with its text.
        ground: RefusalGround,
    },
    /// The delegation withdrew it before a decision.
    Withdrawn {
        /// Its place in the queue, if it had been presented.
        place: Option<Place>,
        /// The reason, in free text; empty after erasure.
        reason: Personal<String>,
        /// The number of the note verbale if the whole mission was withdrawn; empty otherwise.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note_number: String,
    },
    /// It was not submitted or not presented in time.
    Lapsed,
}

/// What an application knows about its accreditation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccreditedFacts {
    /// Its place in the queue.
    pub place: Place,
    /// The number of the decree.
    pub decree: u32,
    /// The number of the accreditation.
    pub accreditation: u32,
    /// The recommendation that the decree carried out.
    pub recommendation: Recommendation,
}

/// A place in the commission's queue: first by presentation, then by position in its list. Nobody overtakes: a return
/// keeps the place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The number of the presentation.
    pub presentation: u32,
    /// The position in its list, from 1.
    pub position: u32,
}

/// A return: the questions to the delegation. It stays after the state has changed, so that a reviewer reads the
/// answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// Who asks.
    pub by: ReturnedBy,
    /// The questions, at most one for each field, with their answers.
    pub questions: Vec<Question>,
    /// When it was returned.
    pub time: Timestamp,
    /// When the commission continues without an answer; `None` for a return by the ministry.
    pub due: Option<Timestamp>,
    /// The revision that the asker had read; 0 in records from before this was stored.
    #[serde(default)]
    pub revision: i32,
}

/// The side that returned an application.
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
    /// The path of the field.
    pub field: String,
    /// What is wrong with the field.
    pub reason: ReturnReason,
    /// An explanation, in free text.
    pub text: Personal<String>,
    /// The delegation's answer; empty until there is one.
    pub answer: Personal<String>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReturnReason {
    /// The field is empty.
    Missing,
    /// The document or text cannot be read.
    Illegible,
    /// The value contradicts another one.
    Mismatch,
    /// The document has expired or expires too early.
    Expired,
    /// The value needs an explanation.
    Unclear,
}

/// A reviewer's recommendation, and the revision that it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// The recommended decision.
    pub verdict: Verdict,
    /// The principal that recommended.
    pub by: PrincipalName,
    /// The human who recommended. Another human has to decide.
    pub person: PersonId,
    /// When it was recommended.
    pub time: Timestamp,
    /// The digest of the revision that the reviewer read. A decree refuses to decide on another one.
    pub content_digest: [u8; 32],
}

impl State {
    /// The state without its data.
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

    /// The place in the queue; `None` before the application was presented.
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

    /// The number of the decree that decided it.
    pub fn decree(&self) -> Option<u32> {
        match self {
            Self::Accredited(facts) => Some(facts.decree),
            Self::Refused { decree, .. } => Some(*decree),
            _ => None,
        }
    }

    /// The recommendation, if it stands or was carried out.
    pub fn recommendation(&self) -> Option<&Recommendation> {
        match self {
            Self::Recommended { recommendation, .. } | Self::Refused { recommendation, .. } => Some(recommendation),
            Self::Accredited(AccreditedFacts { recommendation, .. }) => Some(recommendation),
            _ => None,
        }
    }

    /// When the service itself has to act on it: the end of a lease, or of the time for answers.
    pub fn due(&self) -> Option<Timestamp> {
        match self {
            Self::InReview { lease_until, .. } => Some(*lease_until),
            Self::ReturnedByCommission { due, .. } => Some(*due),
            _ => None,
        }
    }
}
