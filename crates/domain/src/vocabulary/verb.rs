//! The verbs of an application.

/// What can be done to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the transitions of the same names are documented")]
pub enum Verb {
    Update,
    Submit,
    Return,
    Present,
    Claim,
    RaiseQuestions,
    Answer,
    ClearFinding,
    Recommend,
    Release,
    TakeOver,
    Recuse,
    SendBack,
    Adopt,
    Reopen,
    Amend,
    Withdraw,
    Lapse,
    EndLease,
    EndQuestions,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Self; 20] = [
        Self::Update,
        Self::Submit,
        Self::Return,
        Self::Present,
        Self::Claim,
        Self::RaiseQuestions,
        Self::Answer,
        Self::ClearFinding,
        Self::Recommend,
        Self::Release,
        Self::TakeOver,
        Self::Recuse,
        Self::SendBack,
        Self::Adopt,
        Self::Reopen,
        Self::Amend,
        Self::Withdraw,
        Self::Lapse,
        Self::EndLease,
        Self::EndQuestions,
    ];

    /// The verb in the imperative, as a caller would say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::Submit => "submit",
            Self::Return => "return",
            Self::Present => "present",
            Self::Claim => "claim",
            Self::RaiseQuestions => "raise-questions",
            Self::Answer => "answer",
            Self::ClearFinding => "clear-finding",
            Self::Recommend => "recommend",
            Self::Release => "release",
            Self::TakeOver => "take-over",
            Self::Recuse => "recuse",
            Self::SendBack => "send-back",
            Self::Adopt => "adopt",
            Self::Reopen => "reopen",
            Self::Amend => "amend",
            Self::Withdraw => "withdraw",
            Self::Lapse => "lapse",
            Self::EndLease => "end-lease",
            Self::EndQuestions => "end-questions",
        }
    }

    /// What becomes of the application: "it cannot be …".
    pub fn participle(self) -> &'static str {
        match self {
            Self::Update => "updated",
            Self::Submit => "submitted",
            Self::Return => "returned",
            Self::Present => "presented",
            Self::Claim => "claimed",
            Self::RaiseQuestions => "asked about",
            Self::Answer => "answered",
            Self::ClearFinding => "cleared of a finding",
            Self::Recommend => "recommended",
            Self::Release => "released by its reviewer",
            Self::TakeOver => "taken over",
            Self::Recuse => "left to others",
            Self::SendBack => "sent back",
            Self::Adopt => "decided by decree",
            Self::Reopen => "reopened on appeal",
            Self::Amend => "amended",
            Self::Withdraw => "withdrawn",
            Self::Lapse => "lapsed",
            Self::EndLease => "freed from its reviewer",
            Self::EndQuestions => "put back into the queue",
        }
    }

    /// Whether only the service itself does it.
    pub fn is_system(self) -> bool {
        matches!(self, Self::Lapse | Self::EndLease | Self::EndQuestions)
    }
}
