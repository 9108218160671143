//! The logs, and who makes an event happen.

use crate::vocabulary::id::{ElectionCode, PersonId};
use crate::vocabulary::name::PrincipalName;

/// The log that an event belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogName {
    /// Organizations, principals and elections.
    Registry,
    /// Everything that belongs to one election.
    Election(ElectionCode),
}

impl std::fmt::Display for LogName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Registry => f.write_str("registry"),
            Self::Election(code) => write!(f, "elections/{code}"),
        }
    }
}

/// Who made it happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventActor {
    /// A principal, and the human behind it.
    Principal(PrincipalName, Option<PersonId>),
    /// The service itself: a moment has passed, or it was set up.
    System,
}
