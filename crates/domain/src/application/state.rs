//! The states of an application, each with what is true in it alone.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Verb;
use crate::decree::{RefusalGround, Verdict};
use crate::vocabulary::id::PersonId;
use crate::vocabulary::name::PrincipalName;
use crate::vocabulary::personal::Personal;

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
        reason: String,
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

/// A state without its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the variants of State are documented there")]
pub enum StateKind {
    Draft,
    Submitted,
    ReturnedByMinistry,
    Presented,
    InReview,
    ReturnedByCommission,
    Recommended,
    Accredited,
    Refused,
    Withdrawn,
    Lapsed,
}

impl StateKind {
    /// Every state.
    pub const ALL: [Self; 11] = [
        Self::Draft,
        Self::Submitted,
        Self::ReturnedByMinistry,
        Self::Presented,
        Self::InReview,
        Self::ReturnedByCommission,
        Self::Recommended,
        Self::Accredited,
        Self::Refused,
        Self::Withdrawn,
        Self::Lapsed,
    ];

    /// What a state allows: the table that every transition asks first.
    pub fn verbs(self) -> &'static [Verb] {
        match self {
            Self::Draft => &[Verb::Update, Verb::Submit, Verb::Withdraw, Verb::Lapse],
            Self::Submitted => &[Verb::Return, Verb::Present, Verb::Withdraw, Verb::Lapse],
            Self::ReturnedByMinistry => &[Verb::Update, Verb::Submit, Verb::Withdraw, Verb::Lapse],
            Self::Presented => &[Verb::Claim, Verb::Recuse, Verb::Withdraw],
            Self::InReview => &[
                Verb::RaiseQuestions,
                Verb::ClearFinding,
                Verb::Recommend,
                Verb::Release,
                Verb::TakeOver,
                Verb::Recuse,
                Verb::Withdraw,
                Verb::EndLease,
            ],
            Self::ReturnedByCommission => &[Verb::Answer, Verb::Recuse, Verb::Withdraw, Verb::EndQuestions],
            Self::Recommended => &[Verb::SendBack, Verb::Adopt, Verb::Recuse, Verb::Withdraw],
            Self::Refused => &[Verb::Reopen],
            // Its cutoff may have been moved since: while it has not, both are refused for it.
            Self::Lapsed => &[Verb::Update, Verb::Submit],
            Self::Accredited => &[Verb::Amend],
            Self::Withdrawn => &[],
        }
    }

    /// Whether its delegation has yet to submit it, or to submit it again after its time had run out: nobody relies on
    /// what it says.
    pub fn is_unsubmitted(self) -> bool {
        matches!(self, Self::Draft | Self::Lapsed)
    }

    /// Whether a reviewer holds it.
    pub fn is_held(self) -> bool {
        self == Self::InReview
    }

    /// Whether it waits for a moment of its own, see [`State::due`].
    pub fn has_due(self) -> bool {
        matches!(self, Self::InReview | Self::ReturnedByCommission)
    }

    /// Whether something that was recommended to be accredited, or to be refused, can stand there.
    pub fn follows(self, accredit: bool) -> bool {
        self == Self::Recommended || self == if accredit { Self::Accredited } else { Self::Refused }
    }

    /// Whether an application in it is checked, again if need be: it is before the commission and not decided.
    pub fn is_checked(self) -> bool {
        matches!(self, Self::Presented | Self::InReview | Self::ReturnedByCommission | Self::Recommended)
    }

    /// Whether the checks hold other applications against one in it.
    pub fn is_compared(self) -> bool {
        self.is_checked() || self == Self::Accredited
    }

    /// Whether it takes a place of its category's quota: it is on its way to a decision, or was accredited.
    pub fn counts_for_quota(self) -> bool {
        matches!(
            self,
            Self::Submitted
                | Self::Presented
                | Self::InReview
                | Self::ReturnedByCommission
                | Self::Recommended
                | Self::Accredited
        )
    }

    /// Whether nothing comes of it as it stands; an appeal or a postponed election can still change that.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Refused | Self::Withdrawn | Self::Lapsed)
    }

    /// Whether reports count it: it was decided, or given up.
    pub fn is_outcome(self) -> bool {
        self.is_over() || self == Self::Accredited
    }

    /// The state's name in records and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Submitted => "SUBMITTED",
            Self::ReturnedByMinistry => "RETURNED_BY_MINISTRY",
            Self::Presented => "PRESENTED",
            Self::InReview => "IN_REVIEW",
            Self::ReturnedByCommission => "RETURNED_BY_COMMISSION",
            Self::Recommended => "RECOMMENDED",
            Self::Accredited => "ACCREDITED",
            Self::Refused => "REFUSED",
            Self::Withdrawn => "WITHDRAWN",
            Self::Lapsed => "LAPSED",
        }
    }
}

impl fmt::Display for StateKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
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
