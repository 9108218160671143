//! Events as they are read back from the log.

use jiff::Timestamp;

use crate::outcome::EventPayload;
use crate::vocabulary::id::{EventId, OrganizationCode};

/// A recorded event with its position in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedEvent {
    /// Its position, from 0, without gaps.
    pub position: i64,
    /// Its id.
    pub id: EventId,
    /// The hash of its leaf in the Merkle tree of the log. A changed row has another hash.
    pub leaf: [u8; 32],
    /// When it happened.
    pub time: Timestamp,
    /// The name of the principal, or `system`.
    pub actor: String,
    /// The method or the action of the service.
    pub action: String,
    /// The name of the resource that it happened to.
    pub subject: String,
    /// The organization that it concerns.
    pub organization: OrganizationCode,
    /// Its content; `None` if a later version of the service recorded it and this one cannot read it.
    pub payload: Option<EventPayload>,
}
