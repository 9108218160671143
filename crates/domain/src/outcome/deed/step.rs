//! What happens to an application, step by step.

use super::{Fact, Facts, Recorded};
use crate::application::{Application, Place};
use crate::decree::Verdict;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::name::{AccreditationName, PrincipalName};
use crate::vocabulary::state::StateKind;
use crate::vocabulary::verb::Verb;

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
        verdict: Recommends,
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

    fn put(&self, facts: &mut Facts) {
        self.verb().as_str().to_owned().put("verb", facts);
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

    fn get(recorded: &Recorded) -> Option<Self> {
        let word = recorded.get("verb")?;
        Some(match Verb::ALL.into_iter().find(|verb| verb.as_str() == word)? {
            Verb::Update => Self::Updated,
            Verb::Submit => Self::Submitted,
            Verb::Return => Self::Returned,
            Verb::Present => Self::Presented,
            Verb::Claim => Self::Claimed,
            Verb::RaiseQuestions => Self::Asked,
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

/// Of an application that was to take somebody's place and no longer does.
const NOBODY: &str = "nobody";

/// The names of what is recorded of one step alone.
const OF_STEPS: [&str; 12] = [
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

/// What a reviewer recommends; never why in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recommends {
    /// To accredit.
    Accredit,
    /// To refuse, on a ground of the rule pack.
    Refuse {
        /// The ground.
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
    /// A transition from a state to what an application is now.
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
        [&own[..], &OF_STEPS[..]].concat()
    }
}
