//! `TransparencyService`.

use domain::vocabulary::name::ElectionName;

use crate::violations::Violations;
use crate::{rules, v1};

/// Follows a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchEvents {
    /// Whose log.
    pub election: ElectionName,
    /// The last event received, sealed; empty for the beginning.
    pub cursor: Vec<u8>,
}

/// Reads the request of `TransparencyService/WatchEvents`.
pub fn watch_events(request: v1::WatchEventsRequest) -> Result<WatchEvents, Violations> {
    let mut violations = rules::check(&request);
    let v1::WatchEventsRequest { parent, cursor } = request;
    let election = violations.parse(&parent, "parent");
    violations.finish(|| Some(WatchEvents { election: election?, cursor }))
}
