//! What happens to an application, step by step.

use super::facts::{Facts, add, add_place, hex};
use crate::application::{Application, Place, State, StateKind, Verb};
use crate::decree::Verdict;
use crate::name::{AccreditationName, PrincipalName};
use crate::screening::FindingCode;

/// A transition of an application: states and numbers, never what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationMoved {
    /// By what.
    pub step: Step,
    /// From where.
    pub from: StateKind,
    /// To where.
    pub to: StateKind,
    /// The revision of what it says.
    pub revision: i32,
    /// The salted digest of what it says.
    pub content_digest: [u8; 32],
    /// Its place in the queue.
    pub place: Option<Place>,
    /// Whether it came on paper.
    pub on_paper: bool,
}

/// What was done to an application, with what is recorded of that alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Its delegation says something else.
    Updated,
    /// It went to the ministry.
    Submitted,
    /// The ministry sent it back.
    Returned,
    /// The ministry presented it.
    Presented,
    /// A reviewer holds it.
    Claimed,
    /// The commission asks its delegation.
    Asked,
    /// The delegation answered.
    Answered,
    /// Somebody said that a finding does not stand in the way.
    Cleared {
        /// Which finding.
        finding: FindingCode,
    },
    /// A reviewer recommends.
    Recommended {
        /// Which way.
        verdict: Verdict,
    },
    /// Its reviewer put it back.
    Released,
    /// Another reviewer holds it.
    TakenOver {
        /// Who held it before.
        reviewer_before: Option<PrincipalName>,
        /// Who holds it.
        reviewer: PrincipalName,
    },
    /// Somebody decides on it no more.
    Recused,
    /// It is with whoever recommended it again.
    SentBack,
    /// A decree decided it.
    Decided {
        /// The decree's number.
        decree: u32,
    },
    /// It is in review again on an appeal.
    Reopened {
        /// Whether it was to take somebody's place, and no longer does.
        replaces_nobody: bool,
    },
    /// What its accreditation rests on is said anew.
    Amended {
        /// The accreditation.
        accreditation: AccreditationName,
        /// The serial of its new badge.
        badge: u32,
        /// The serial of the badge that became void, if there was one.
        void_badge: Option<u32>,
    },
    /// It was withdrawn.
    Withdrawn {
        /// The number of the note verbale, if its whole mission withdrew.
        note_number: Option<String>,
    },
    /// It was not submitted, or not presented, in time.
    Lapsed,
    /// Its reviewer's time is over.
    LeaseEnded,
    /// The time for answers is over.
    QuestionsEnded,
}

impl Step {
    /// The verb of the application's own table of states.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Updated => Verb::Update,
            Self::Submitted => Verb::Submit,
            Self::Returned => Verb::Return,
            Self::Presented => Verb::Present,
            Self::Claimed => Verb::Claim,
            Self::Asked => Verb::RaiseQuestions,
            Self::Answered => Verb::Answer,
            Self::Cleared { .. } => Verb::ClearFinding,
            Self::Recommended { .. } => Verb::Recommend,
            Self::Released => Verb::Release,
            Self::TakenOver { .. } => Verb::TakeOver,
            Self::Recused => Verb::Recuse,
            Self::SentBack => Verb::SendBack,
            Self::Decided { .. } => Verb::Adopt,
            Self::Reopened { .. } => Verb::Reopen,
            Self::Amended { .. } => Verb::Amend,
            Self::Withdrawn { .. } => Verb::Withdraw,
            Self::Lapsed => Verb::Lapse,
            Self::LeaseEnded => Verb::EndLease,
            Self::QuestionsEnded => Verb::EndQuestions,
        }
    }

    fn add_to(&self, facts: &mut Facts) {
        match self {
            Self::Updated
            | Self::Submitted
            | Self::Returned
            | Self::Presented
            | Self::Claimed
            | Self::Asked
            | Self::Answered
            | Self::Released
            | Self::Recused
            | Self::SentBack
            | Self::Lapsed
            | Self::LeaseEnded
            | Self::QuestionsEnded => {}
            Self::Cleared { finding } => add(facts, "finding", Some(finding.as_str())),
            Self::Recommended { verdict: Verdict::Accredit } => add(facts, "verdict", Some("ACCREDIT")),
            Self::Recommended { verdict: Verdict::Refuse(refusal) } => {
                add(facts, "verdict", Some("REFUSE"));
                add(facts, "ground", Some(&refusal.ground));
            }
            Self::TakenOver { reviewer_before, reviewer } => {
                let before = reviewer_before.as_ref().map(ToString::to_string);
                add(facts, "reviewer_before", Some(before.unwrap_or_default()));
                add(facts, "reviewer", Some(reviewer));
            }
            Self::Decided { decree } => add(facts, "decree", Some(decree)),
            Self::Reopened { replaces_nobody } => add(facts, "replaces", replaces_nobody.then_some("nobody")),
            Self::Amended { accreditation, badge, void_badge } => {
                add(facts, "accreditation", Some(accreditation));
                add(facts, "badge", Some(badge));
                add(facts, "void_badge", *void_badge);
            }
            Self::Withdrawn { note_number } => add(facts, "note_number", note_number.as_ref()),
        }
    }
}

impl ApplicationMoved {
    /// A transition from a state to what an application is now.
    pub fn of(step: Step, from: &State, after: &Application) -> Self {
        Self {
            step,
            from: from.kind(),
            to: after.state.kind(),
            revision: after.revision,
            content_digest: after.content_digest,
            place: after.place(),
            on_paper: after.paper.is_some(),
        }
    }

    /// As it is recorded.
    pub fn facts(&self) -> Facts {
        let Self { step, from, to, revision, content_digest, place, on_paper } = self;
        let mut facts = Facts::from([
            ("verb", step.verb().as_str().to_owned()),
            ("from", from.to_string()),
            ("to", to.to_string()),
            ("revision", revision.to_string()),
            ("content_digest", hex(content_digest)),
        ]);
        add_place(&mut facts, *place);
        add(&mut facts, "paper", on_paper.then_some(true));
        step.add_to(&mut facts);
        facts
    }
}
