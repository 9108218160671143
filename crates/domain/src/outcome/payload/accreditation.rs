//! The event content of a changed accreditation.

use super::{Fact, Facts, Recorded};
use crate::accreditation::Accreditation;
use crate::proposal::ProposalKind;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::name::ApplicationName;

/// An accreditation ended, or is active again. The free text of the reason is not in the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccreditationChanged {
    /// The state before.
    pub from: AccreditationState,
    /// The state after.
    pub to: AccreditationState,
    /// The application that led to the accreditation.
    pub application: ApplicationName,
    /// The number of the note verbale that announces it, if there is one.
    pub note_number: Option<String>,
    /// The serial of the badge that became void; `None` if none did.
    pub void_badge: Option<u32>,
    /// What caused the change.
    pub cause: ChangeCause,
}

/// What caused the change of an accreditation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeCause {
    /// The sender withdrew it, or it ended automatically. The action of the event says which.
    Withdrawal,
    /// Another person was accredited in its place.
    Replacement {
        /// The application of the person who took the place.
        by: ApplicationName,
    },
    /// A decree carried out a proposal.
    Proposal {
        /// The number of the decree.
        decree: u32,
        /// The change that was proposed.
        kind: ProposalKind,
        /// The ground of the rule pack, if the proposal has one.
        ground: Option<String>,
    },
}

impl AccreditationChanged {
    /// The change from a state to the accreditation as it is now.
    pub fn of(from: AccreditationState, after: &Accreditation, cause: ChangeCause) -> Self {
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
            ChangeCause::Withdrawal => {}
            ChangeCause::Replacement { by } => by.put("replaced_by", facts),
            ChangeCause::Proposal { decree, kind, ground } => {
                decree.put("decree", facts);
                kind.put("kind", facts);
                ground.put("ground", facts);
            }
        }
    }

    fn get(_name: &'static str, recorded: &Recorded) -> Option<Self> {
        let cause = match (Fact::get("replaced_by", recorded), Fact::get("kind", recorded)) {
            (Some(by), _) => ChangeCause::Replacement { by },
            (None, Some(kind)) => ChangeCause::Proposal {
                decree: Fact::get("decree", recorded)?,
                kind,
                ground: Fact::get("ground", recorded)?,
            },
            (None, None) => ChangeCause::Withdrawal,
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
