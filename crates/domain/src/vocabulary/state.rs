//! The states of an application without their facts, and what each allows.

use std::fmt;

use crate::vocabulary::verb::Verb;

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
