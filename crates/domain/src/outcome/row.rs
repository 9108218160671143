//! The rows of resources that acts change.

use crate::accreditation::Accreditation;
use crate::application::{Application, Stored};
use crate::decree::Decree;
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
    /// A proposal that is closed; it must be open.
    Proposal(Proposal),
}
