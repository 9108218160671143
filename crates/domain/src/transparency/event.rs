//! What happened, by whom and when: never what an application says, only that content's digest.

use jiff::Timestamp;

use crate::outcome::{Deed, Received};
use crate::policy::Actor;
use crate::vocabulary::id::{ElectionCode, EventId, OrganizationCode, PersonId};
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

impl From<&Actor> for EventActor {
    fn from(actor: &Actor) -> Self {
        Self::Principal(actor.principal.clone(), actor.holder.person().cloned())
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// Its log.
    pub log: LogName,
    /// When the service had read the whole request.
    pub time: Timestamp,
    /// Who made it happen.
    pub actor: EventActor,
    /// The method, as in `ApplicationService/SubmitApplication`.
    pub action: String,
    /// The name of the resource that it happened to.
    pub subject: String,
    /// The organization that it concerns.
    pub organization: OrganizationCode,
    /// What happened to it.
    pub deed: Deed,
    /// What was received of whoever made it happen; none if that is the service itself.
    pub received: Option<Received>,
    /// The etag of what they had read, where that is what they decided on.
    pub read: Option<String>,
}

/// An event at its position in its log, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    /// Its position, from 0.
    pub position: i64,
    /// Its id.
    pub id: EventId,
    /// Its leaf in the log's tree.
    pub leaf: [u8; 32],
    /// When it happened.
    pub time: Timestamp,
    /// The principal's name, or `system`.
    pub actor: String,
    /// The method or system action.
    pub action: String,
    /// The name of the resource that it happened to.
    pub subject: String,
    /// The organization that it concerns.
    pub organization: OrganizationCode,
    /// What happened to it; none if only a later version knows.
    pub deed: Option<Deed>,
}
