//! What becomes of an accreditation.

use super::{Fact, Facts, Recorded};
use crate::accreditation::Accreditation;
use crate::proposal::ProposalKind;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::name::ApplicationName;

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
    pub note_number: Option<String>,
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
        ground: Option<String>,
    },
}

impl AccreditationChanged {
    /// A change from a state to what an accreditation is now.
    pub fn of(from: AccreditationState, after: &Accreditation, cause: Cause) -> Self {
        let void = after.badge.as_ref().filter(|badge| badge.void.is_some());
        let note_number = after.last_change.as_ref().map(|last| last.note_number.clone());
        Self {
            from,
            to: after.state(),
            application: after.application.clone(),
            note_number: note_number.filter(|number| !number.is_empty()),
            void_badge: void.map(|badge| badge.serial),
            cause,
        }
    }
}

impl Fact for AccreditationChanged {
    fn put(&self, _name: &'static str, facts: &mut Facts) {
        let Self { from, to, application, note_number, void_badge, cause } = self;
        from.put("from", facts);
        to.put("to", facts);
        application.put("application", facts);
        note_number.put("note_number", facts);
        void_badge.put("void_badge", facts);
        match cause {
            Cause::Withdrawal => {}
            Cause::Replacement { by } => by.put("replaced_by", facts),
            Cause::Proposal { decree, kind, ground } => {
                decree.put("decree", facts);
                kind.put("kind", facts);
                ground.put("ground", facts);
            }
        }
    }

    fn get(_name: &'static str, recorded: &Recorded) -> Option<Self> {
        let cause = match (Fact::get("replaced_by", recorded), Fact::get("kind", recorded)) {
            (Some(by), _) => Cause::Replacement { by },
            (None, Some(kind)) => {
                Cause::Proposal { decree: Fact::get("decree", recorded)?, kind, ground: Fact::get("ground", recorded)? }
            }
            (None, None) => Cause::Withdrawal,
        };
        Some(Self {
            from: Fact::get("from", recorded)?,
            to: Fact::get("to", recorded)?,
            application: Fact::get("application", recorded)?,
            note_number: Fact::get("note_number", recorded)?,
            void_badge: Fact::get("void_badge", recorded)?,
            cause,
        })
    }

    fn names(_name: &'static str) -> Vec<&'static str> {
        let cause = ["replaced_by", "decree", "kind", "ground"];
        [&["from", "to", "application", "note_number", "void_badge"], &cause[..]].concat()
    }
}
