//! The states of an application without their data, and the verbs that each allows.

use std::fmt;

use crate::vocabulary::verb::Verb;

/// The state of an application without its data.
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

    /// The verbs that the state allows. Every transition asks this table first.
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
            // A postponement may have moved the cutoff. If it has not, the transition itself refuses both.
            Self::Lapsed => &[Verb::Update, Verb::Submit],
            Self::Accredited => &[Verb::Amend],
            Self::Withdrawn => &[],
        }
    }

    /// Whether the delegation has yet to submit it, for the first time or again after it lapsed. Nobody relies on its
    /// content yet.
    pub fn is_unsubmitted(self) -> bool {
        matches!(self, Self::Draft | Self::Lapsed)
    }

    /// Whether a reviewer holds it.
    pub fn is_held(self) -> bool {
        self == Self::InReview
    }

    /// Whether the state has a deadline of its own, see [`State::due`](crate::application::State::due).
    pub fn has_due(self) -> bool {
        matches!(self, Self::InReview | Self::ReturnedByCommission)
    }

    /// Whether an application with this recommendation can be in the state: recommended, or decided in that way.
    pub fn follows(self, accredit: bool) -> bool {
        self == Self::Recommended || self == if accredit { Self::Accredited } else { Self::Refused }
    }

    /// Whether the screening checks an application in this state: the commission has it and has not decided.
    pub fn is_checked(self) -> bool {
        matches!(self, Self::Presented | Self::InReview | Self::ReturnedByCommission | Self::Recommended)
    }

    /// Whether the screening compares other applications with one in this state.
    pub fn is_compared(self) -> bool {
        self.is_checked() || self == Self::Accredited
    }

    /// Whether it counts for the quota of its category: it is on its way to a decision, or was accredited.
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

    /// Whether it has ended without an accreditation. An appeal or a postponement can still change that.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Refused | Self::Withdrawn | Self::Lapsed)
    }

    /// Whether reports count it as an outcome.
    pub fn is_outcome(self) -> bool {
        self.is_over() || self == Self::Accredited
    }

    /// The word in records, messages and the database. It must not change.
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
