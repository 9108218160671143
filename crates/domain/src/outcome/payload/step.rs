//! The event content of what happens to an application, step by step.

use super::{Fact, Facts, Recorded};
use crate::application::{Application, Place};
use crate::decree::Verdict;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::name::{AccreditationName, PrincipalName};
use crate::vocabulary::state::StateKind;
use crate::vocabulary::verb::Verb;

/// A transition or step of an application: states and numbers, never its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationMoved {
    /// What was done.
    pub step: Step,
    /// The state before.
    pub from: StateKind,
    /// The state after.
    pub to: StateKind,
    /// The number of the current revision.
    pub revision: i32,
    /// The salted digest of the current revision.
    pub content_digest: [u8; 32],
    /// Its place in the queue; `None` before it was presented.
    pub place: Option<Place>,
    /// Whether it came on paper.
    pub on_paper: bool,
}

/// What was done to an application, with the facts that only this step has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The delegation changed the content.
    Updated,
    /// The delegation submitted it to the ministry.
    Submitted,
    /// The ministry returned it.
    Returned,
    /// The ministry presented it to the commission.
    Presented,
    /// A reviewer claimed it.
    Claimed,
    /// The commission asked the delegation.
    AmendmentRequest,
    /// The delegation answered the commission.
    Answered,
    /// A reviewer cleared a finding.
    Cleared {
        /// The code of the finding.
        finding: FindingCode,
    },
    /// A reviewer recommended a decision.
    Recommended {
        /// The recommended decision.
        verdict: Recommends,
    },
    /// Its reviewer put it back into the queue.
    Released,
    /// Another reviewer took it over.
    TakenOver {
        /// Who held it before.
        reviewer_before: Option<PrincipalName>,
        /// Who holds it now.
        reviewer: PrincipalName,
    },
    /// Somebody recused themselves from it.
    Recused,
    /// An adopter sent it back to the reviewer who recommended it.
    SentBack,
    /// A decree decided about it.
    Decided {
        /// The number of the decree.
        decree: u32,
    },
    /// It is in review again after an upheld appeal.
    Reopened {
        /// Whether it was to replace somebody and does not any more.
        replaces_nobody: bool,
    },
    /// An accepted amendment changed its content.
    Amended {
        /// The accreditation, which stays.
        accreditation: AccreditationName,
        /// The serial of the new badge.
        badge: u32,
        /// The serial of the badge that became void; `None` if there was none.
        void_badge: Option<u32>,
    },
    /// The delegation withdrew it.
    Withdrawn {
        /// The number of the note verbale if the whole mission withdrew.
        note_number: Option<String>,
    },
    /// It lapsed: it was not submitted or not presented in time.
    Lapsed,
    /// The lease of its reviewer ended.
    LeaseEnded,
    /// The time for answers to the commission ended.
    QuestionsEnded,
}

impl Step {
    /// The verb of the state table that the step belongs to.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Updated => Verb::Update,
            Self::Submitted => Verb::Submit,
            Self::Returned => Verb::Return,
            Self::Presented => Verb::Present,
            Self::Claimed => Verb::Claim,
            Self::AmendmentRequest => Verb::RaiseQuestions,
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

    /// Records the verb, and the facts that only this step has.
    fn put(&self, facts: &mut Facts) {
        self.verb().as_str().to_owned().put("verb", facts);
        match self {
            Self::Updated
            | Self::Submitted
            | Self::Returned
            | Self::Presented
            | Self::Claimed
            | Self::AmendmentRequest
            | Self::Answered
            | Self::Released
            | Self::Recused
            | Self::SentBack
            | Self::Lapsed
            | Self::LeaseEnded
            | Self::QuestionsEnded => {}
            Self::Cleared { finding } => finding.put("finding", facts),
            Self::Recommended { verdict } => verdict.put("verdict", facts),
            Self::TakenOver { reviewer_before, reviewer } => {
                reviewer_before.put("reviewer_before", facts);
                reviewer.put("reviewer", facts);
            }
            Self::Decided { decree } => decree.put("decree", facts),
            Self::Reopened { replaces_nobody } => replaces_nobody.then(|| NOBODY.to_owned()).put("replaces", facts),
            Self::Amended { accreditation, badge, void_badge } => {
                accreditation.put("accreditation", facts);
                badge.put("badge", facts);
                void_badge.put("void_badge", facts);
            }
            Self::Withdrawn { note_number } => note_number.put("note_number", facts),
        }
    }

    /// Reads a step back by its verb.
    fn get(recorded: &Recorded) -> Option<Self> {
        let word = recorded.get("verb")?;
        Some(match Verb::ALL.into_iter().find(|verb| verb.as_str() == word)? {
            Verb::Update => Self::Updated,
            Verb::Submit => Self::Submitted,
            Verb::Return => Self::Returned,
            Verb::Present => Self::Presented,
            Verb::Claim => Self::Claimed,
            Verb::RaiseQuestions => Self::AmendmentRequest,
            Verb::Answer => Self::Answered,
            Verb::ClearFinding => Self::Cleared { finding: Fact::get("finding", recorded)? },
            Verb::Recommend => Self::Recommended { verdict: Fact::get("verdict", recorded)? },
            Verb::Release => Self::Released,
            Verb::TakeOver => Self::TakenOver {
                reviewer_before: Fact::get("reviewer_before", recorded)?,
                reviewer: Fact::get("reviewer", recorded)?,
            },
            Verb::Recuse => Self::Recused,
            Verb::SendBack => Self::SentBack,
            Verb::Adopt => Self::Decided { decree: Fact::get("decree", recorded)? },
            Verb::Reopen => Self::Reopened { replaces_nobody: Fact::get("replaces", recorded)? },
            Verb::Amend => Self::Amended {
                accreditation: Fact::get("accreditation", recorded)?,
                badge: Fact::get("badge", recorded)?,
                void_badge: Fact::get("void_badge", recorded)?,
            },
            Verb::Withdraw => Self::Withdrawn { note_number: Fact::get("note_number", recorded)? },
            Verb::Lapse => Self::Lapsed,
            Verb::EndLease => Self::LeaseEnded,
            Verb::EndQuestions => Self::QuestionsEnded,
        })
    }
}

/// The recorded word for an application that was to replace somebody and does not any more.
const NOBODY: &str = "nobody";

/// The names of the facts of single steps.
const STEP_FACTS: [&str; 12] = [
    "verb",
    "finding",
    "verdict",
    "ground",
    "reviewer_before",
    "reviewer",
    "decree",
    "replaces",
    "accreditation",
    "badge",
    "void_badge",
    "note_number",
];

/// The recommended decision, without the reviewer's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recommends {
    /// To accredit the person.
    Accredit,
    /// To refuse the person, on a ground of the rule pack.
    Refuse {
        /// The code of the ground.
        ground: String,
    },
}

impl From<&Verdict> for Recommends {
    fn from(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Accredit => Self::Accredit,
            Verdict::Refuse(refusal) => Self::Refuse { ground: refusal.ground.clone() },
        }
    }
}

impl Fact for Recommends {
    fn put(&self, name: &'static str, facts: &mut Facts) {
        match self {
            Self::Accredit => "ACCREDIT".to_owned().put(name, facts),
            Self::Refuse { ground } => {
                "REFUSE".to_owned().put(name, facts);
                ground.put("ground", facts);
            }
        }
    }

    fn get(name: &'static str, recorded: &Recorded) -> Option<Self> {
        match recorded.get(name)?.as_str() {
            "ACCREDIT" => Some(Self::Accredit),
            "REFUSE" => Some(Self::Refuse { ground: Fact::get("ground", recorded)? }),
            _ => None,
        }
    }
}

impl ApplicationMoved {
    /// The transition from a state to the application as it is now.
    pub fn of(step: Step, from: StateKind, after: &Application) -> Self {
        Self {
            step,
            from,
            to: after.state.kind(),
            revision: after.revision,
            content_digest: after.content_digest,
            place: after.place(),
            on_paper: after.paper.is_some(),
        }
    }
}

impl Fact for ApplicationMoved {
    fn put(&self, _name: &'static str, facts: &mut Facts) {
        let Self { step, from, to, revision, content_digest, place, on_paper } = self;
        from.put("from", facts);
        to.put("to", facts);
        revision.put("revision", facts);
        content_digest.put("content_digest", facts);
        place.put("", facts);
        on_paper.put("paper", facts);
        step.put(facts);
    }

    fn get(_name: &'static str, recorded: &Recorded) -> Option<Self> {
        Some(Self {
            step: Step::get(recorded)?,
            from: Fact::get("from", recorded)?,
            to: Fact::get("to", recorded)?,
            revision: Fact::get("revision", recorded)?,
            content_digest: Fact::get("content_digest", recorded)?,
            place: Fact::get("", recorded)?,
            on_paper: Fact::get("paper", recorded)?,
        })
    }

    fn names(_name: &'static str) -> Vec<&'static str> {
        let own = ["from", "to", "revision", "content_digest", "presentation", "position", "paper"];
        [&own[..], &STEP_FACTS[..]].concat()
    }
}
