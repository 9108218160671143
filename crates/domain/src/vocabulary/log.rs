//! The logs, and the actors of events.

use crate::vocabulary::id::{ElectionCode, PersonId};
use crate::vocabulary::name::PrincipalName;

/// The log that an event belongs to. Each log has a Merkle tree of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogName {
    /// The log of organizations, people, principals and registrations of elections.
    Registry,
    /// The log of everything that belongs to one election.
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

/// The actor of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventActor {
    /// A principal, with the human behind it; `None` for a system.
    Principal(PrincipalName, Option<PersonId>),
    /// The service itself: a deadline has passed, or the service was set up.
    System,
}
