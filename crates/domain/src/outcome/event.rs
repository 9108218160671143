//! What happened, by whom and when: never what an application says, only the digest of that.

use jiff::Timestamp;

use super::{Deed, Received};
use crate::policy::Actor;
use crate::vocabulary::id::{EventId, OrganizationCode};
use crate::vocabulary::log::{EventActor, LogName};

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
