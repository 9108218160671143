//! What happened, as a type for each kind of event: states, numbers and digests, never what an application says.

use std::collections::BTreeMap;

use crate::accreditation::{Accreditation, AccreditationState};
use crate::application::{Application, Place, State, StateKind, Verb};
use crate::decree::Selection;
use crate::name::ApplicationName;
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
        }
    }

    /// As it is recorded.
    pub fn facts(&self) -> Facts {
        let Self { verb, from, to, revision, content_digest, place, on_paper, decree } = self;
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

fn add(facts: &mut Facts, name: &'static str, value: Option<impl ToString>) {
    if let Some(value) = value {
        facts.insert(name, value.to_string());
    }
}
