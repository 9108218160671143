//! Events as the log recorded them.

use jiff::Timestamp;

use crate::outcome::Deed;
use crate::vocabulary::id::{EventId, OrganizationCode};

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
