//! Events: what happened, to which resource, by whom and when. They hold digests and never personal data.

use jiff::Timestamp;

use super::{EventPayload, Received};
use crate::policy::Actor;
use crate::vocabulary::id::{EventId, OrganizationCode};
use crate::vocabulary::log::{EventActor, LogName};

/// A principal as the actor of an event, with the human behind it.
impl From<&Actor> for EventActor {
    fn from(actor: &Actor) -> Self {
        Self::Principal(actor.principal.clone(), actor.holder.person().cloned())
    }
}

/// One event of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The id of the event.
    pub id: EventId,
    /// The log that it belongs to.
    pub log: LogName,
    /// When the service had read the whole request.
    pub time: Timestamp,
    /// Who caused it.
    pub actor: EventActor,
    /// The method, such as `ApplicationService/SubmitApplication`.
    pub action: String,
    /// The name of the resource that it happened to.
    pub subject: String,
    /// The organization that it concerns. A reader with a narrower scope does not see it.
    pub organization: OrganizationCode,
    /// The content.
    pub payload: EventPayload,
    /// Digests of the request that caused it; `None` if the service itself acted.
    pub received: Option<Received>,
    /// The etag of the version that the actor had read and decided on; `None` where a decision needs none.
    pub read: Option<String>,
}
