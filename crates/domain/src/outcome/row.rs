//! The rows of resources that acts change.

use jiff::Timestamp;

use crate::accreditation::Accreditation;
use crate::appeal::Appeal;
use crate::application::{Application, Stored};
use crate::decree::Decree;
use crate::id::ElectionCode;
use crate::name::ApplicationName;
use crate::proposal::Proposal;

/// A row as an act leaves it, and what it takes the place of: if that is no longer there, nothing is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowChange {
    /// A decree that is drafted.
    NewDecree(Decree),
    /// A draft that is changed or adopted.
    Decree {
        /// As it is left.
        after: Decree,
        /// The version that this one takes the place of.
        before: i64,
        /// Whether its list is another one.
        list: bool,
    },
    /// An application that moved.
    Application {
        /// As it is left.
        after: Box<Application>,
        /// What this takes the place of.
        before: Stored,
    },
    /// An accreditation that is issued, with its badge.
    NewAccreditation(Accreditation),
    /// An accreditation with one more change; the place of that one among its changes must be free.
    Accreditation(Accreditation),
    /// A proposal that is made, the only open one of its accreditation.
    NewProposal(Proposal),
    /// An appeal that is filed, the only one against its decision.
    NewAppeal(Appeal),
    /// An appeal that is decided; it must be open.
    Appeal(Appeal),
    /// When an appeal of an election was decided last: its retention counts from there.
    LastAppeal {
        /// The election.
        election: ElectionCode,
        /// When.
        time: Timestamp,
    },
    /// An application that is to be checked anew; a note for the checks and no resource.
    ToCheck(ApplicationName),
    /// A proposal that is closed; it must be open.
    Proposal(Proposal),
}
