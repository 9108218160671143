//! `TransparencyService`.

use domain::vocabulary::name::ElectionName;

use crate::violations::Violations;
use crate::{rules, v1};

/// Watches the events of an election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchEvents {
    /// The election.
    pub election: ElectionName,
    /// The cursor of the last event that was received, encrypted by the service; empty to start at the first event.
    pub cursor: Vec<u8>,
}

/// Reads the request of `TransparencyService/WatchEvents`.
pub fn watch_events(request: v1::WatchEventsRequest) -> Result<WatchEvents, Violations> {
    let mut violations = rules::check(&request);
    let v1::WatchEventsRequest { parent, cursor } = request;
    let election = violations.parse(&parent, "parent");
    violations.finish(|| Some(WatchEvents { election: election?, cursor }))
}
