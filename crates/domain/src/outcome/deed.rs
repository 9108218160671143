//! What happened, as a type for each kind of event: states, numbers and digests, never what an application says.

use std::collections::BTreeMap;

use crate::accreditation::{Accreditation, AccreditationState};
use crate::appeal::AppealOutcome;
use crate::application::{Application, Place, State, StateKind, Verb};
use crate::decree::Selection;
use crate::name::{AccreditationName, ApplicationName};
use crate::proposal::ProposalKind;

/// What is recorded of an event, by name.
type Facts = BTreeMap<&'static str, String>;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// A decree was drafted.
    DecreeDrafted,
    /// What a draft says of itself was corrected.
    DecreeCorrected {
        /// The names of the fields.
        fields: Vec<&'static str>,
    },
    /// The list of a draft is another one.
    DecreeListed {
        /// How many applications it has now.
        applications: usize,
        /// How many proposals.
        proposals: usize,
        /// What came of the filter, if one picked whom to list.
        selection: Option<Selection>,
    },
    /// A decree was adopted.
    DecreeAdopted(DecreeAdopted),
    /// An application moved.
    ApplicationMoved(ApplicationMoved),
    /// An accreditation ended, or is in force again.
    AccreditationChanged(AccreditationChanged),
    /// An appeal was filed.
    AppealFiled {
        /// The application.
        application: ApplicationName,
        /// The decree that decided.
        decree: u32,
    },
    /// An appeal was decided.
    AppealDecided {
        /// The application.
        application: ApplicationName,
        /// The decree that decided.
        decree: u32,
        /// Which way.
        outcome: AppealOutcome,
    },
    /// It was proposed that an accreditation change.
    ProposalMade {
        /// The accreditation.
        accreditation: AccreditationName,
        /// What is to become of it.
        kind: ProposalKind,
        /// The ground, if it has one.
        ground: String,
    },
    /// A proposal was given up, or sent back.
    ProposalWithdrawn {
        /// The accreditation.
        accreditation: AccreditationName,
        /// What was to become of it.
        kind: ProposalKind,
    },
}

/// What a decree decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecreeAdopted {
    /// How many it accredited.
    pub accredited: u32,
    /// How many it refused.
    pub refused: u32,
    /// How many accreditations it revoked, annulled and reinstated, if it carried out proposals.
    pub changed: Option<[u32; 3]>,
}

/// A transition of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationMoved {
    /// By what.
    pub verb: Verb,
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
    /// The decree that decided it.
    pub decree: Option<u32>,
    /// Whether it was to take somebody's place, and no longer does.
    pub replaces_nobody: bool,
}

/// The end of an accreditation, or that it is in force again; never why in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccreditationChanged {
    /// From where.
    pub from: AccreditationState,
    /// To where.
    pub to: AccreditationState,
    /// The application that the accreditation answers.
    pub application: ApplicationName,
    /// The note that says so, if one does.
    pub note_number: String,
    /// The serial of the badge that became void.
    pub void_badge: Option<u32>,
    /// What made it change.
    pub cause: Cause,
}

/// What made an accreditation change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A withdrawal, or the end of the observation: the action says which.
    Withdrawal,
    /// Somebody else is accredited in its place.
    Replacement {
        /// The application of whoever is.
        by: ApplicationName,
    },
    /// A decree carried out a proposal.
    Proposal {
        /// The decree.
        decree: u32,
        /// What was proposed.
        kind: ProposalKind,
        /// The ground, if it has one.
        ground: String,
    },
}

impl Deed {
    /// As they are recorded.
    pub fn facts(&self) -> Facts {
        match self {
            Self::DecreeDrafted => Facts::new(),
            Self::DecreeCorrected { fields } => Facts::from([("changed", fields.join(","))]),
            Self::DecreeListed { applications, proposals, selection } => {
                let mut facts = Facts::from([("applications", applications.to_string())]);
                add(&mut facts, "proposals", (*proposals > 0).then_some(proposals));
                for (name, count) in selection.iter().flat_map(Selection::facts) {
                    facts.insert(name, count.to_string());
                }
                facts
            }
            Self::DecreeAdopted(adopted) => adopted.facts(),
            Self::ApplicationMoved(moved) => moved.facts(),
            Self::AccreditationChanged(changed) => changed.facts(),
            Self::AppealFiled { application, decree } => appeal(application, *decree),
            Self::AppealDecided { application, decree, outcome } => {
                let mut facts = appeal(application, *decree);
                facts.insert("outcome", outcome.as_str().to_owned());
                facts
            }
            Self::ProposalMade { accreditation, kind, ground } => {
                let mut facts = proposal(accreditation, *kind);
                add(&mut facts, "ground", Some(ground).filter(|ground| !ground.is_empty()));
                facts
            }
            Self::ProposalWithdrawn { accreditation, kind } => proposal(accreditation, *kind),
        }
    }
}

impl DecreeAdopted {
    fn facts(&self) -> Facts {
        let Self { accredited, refused, changed } = self;
        let mut facts = Facts::from([("accredited", accredited.to_string()), ("refused", refused.to_string())]);
        if let Some([revoked, annulled, reinstated]) = changed {
            facts.insert("revoked", revoked.to_string());
            facts.insert("annulled", annulled.to_string());
            facts.insert("reinstated", reinstated.to_string());
        }
        facts
    }
}

impl ApplicationMoved {
    /// A transition from a state to what an application is now.
    pub fn of(verb: Verb, from: &State, after: &Application) -> Self {
        Self {
            verb,
            from: from.kind(),
            to: after.state.kind(),
            revision: after.revision,
            content_digest: after.content_digest,
            place: after.place(),
            on_paper: after.paper.is_some(),
            decree: None,
            replaces_nobody: false,
        }
    }

    /// As it is recorded.
    pub fn facts(&self) -> Facts {
        let Self { verb, from, to, revision, content_digest, place, on_paper, decree, replaces_nobody } = self;
        let mut facts = Facts::from([
            ("verb", verb.as_str().to_owned()),
            ("from", from.to_string()),
            ("to", to.to_string()),
            ("revision", revision.to_string()),
            ("content_digest", content_digest.iter().map(|byte| format!("{byte:02x}")).collect()),
        ]);
        add(&mut facts, "presentation", place.map(|place| place.presentation));
        add(&mut facts, "position", place.map(|place| place.position));
        add(&mut facts, "paper", on_paper.then_some(true));
        add(&mut facts, "decree", *decree);
        add(&mut facts, "replaces", replaces_nobody.then_some("nobody"));
        facts
    }
}

impl AccreditationChanged {
    /// A change from a state to what an accreditation is now.
    pub fn of(from: AccreditationState, after: &Accreditation, cause: Cause) -> Self {
        let void = after.badge.as_ref().filter(|badge| badge.void.is_some());
        Self {
            from,
            to: after.state(),
            application: after.application.clone(),
            note_number: after.last_change.as_ref().map(|last| last.note_number.clone()).unwrap_or_default(),
            void_badge: void.map(|badge| badge.serial),
            cause,
        }
    }

    /// As it is recorded.
    pub fn facts(&self) -> Facts {
        let Self { from, to, application, note_number, void_badge, cause } = self;
        let mut facts = Facts::from([
            ("from", from.as_str().to_owned()),
            ("to", to.as_str().to_owned()),
            ("application", application.to_string()),
        ]);
        add(&mut facts, "note_number", Some(note_number).filter(|number| !number.is_empty()));
        add(&mut facts, "void_badge", *void_badge);
        match cause {
            Cause::Withdrawal => {}
            Cause::Replacement { by } => add(&mut facts, "replaced_by", Some(by)),
            Cause::Proposal { decree, kind, ground } => {
                add(&mut facts, "decree", Some(decree));
                add(&mut facts, "kind", Some(kind.as_str()));
                add(&mut facts, "ground", Some(ground).filter(|ground| !ground.is_empty()));
            }
        }
        facts
    }
}

fn appeal(application: &ApplicationName, decree: u32) -> Facts {
    Facts::from([("application", application.to_string()), ("decree", decree.to_string())])
}

fn proposal(accreditation: &AccreditationName, kind: ProposalKind) -> Facts {
    Facts::from([("accreditation", accreditation.to_string()), ("kind", kind.as_str().to_owned())])
}

fn add(facts: &mut Facts, name: &'static str, value: Option<impl ToString>) {
    if let Some(value) = value {
        facts.insert(name, value.to_string());
    }
}
