//! Badges: what an accredited person wears, one valid at a time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a badge is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VoidReason {
    /// The accreditation has ended, whichever way.
    AccreditationEnded,
    /// What stands on it was amended; another badge was issued in its place.
    Amended,
}

/// Why a badge is void, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Void {
    /// Why.
    pub reason: VoidReason,
    /// Since when.
    pub time: Timestamp,
}

/// One badge of an accreditation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// Its number, without a gap per election and never given twice.
    pub serial: u32,
    /// When it was issued.
    pub issue_time: Timestamp,
    /// Whether it is void.
    pub void: Option<Void>,
}

impl Badge {
    /// A new badge.
    pub fn issue(serial: u32, now: Timestamp) -> Self {
        Self { serial, issue_time: now, void: None }
    }

    /// The badge, void: one that was void already keeps its reason and its time.
    pub fn void(self, reason: VoidReason, now: Timestamp) -> Self {
        let void = self.void.unwrap_or(Void { reason, time: now });
        Self { void: Some(void), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::at;

    #[test]
    fn a_void_badge_stays_void_as_it_was() {
        let (issued, ended, later) =
            (at("2019-05-14T00:00:00Z"), at("2019-06-01T00:00:00Z"), at("2019-06-02T00:00:00Z"));
        let badge = Badge::issue(7, issued);
        assert_eq!(badge, Badge { serial: 7, issue_time: issued, void: None });
        let void = badge.void(VoidReason::AccreditationEnded, ended);
        assert_eq!(void.void, Some(Void { reason: VoidReason::AccreditationEnded, time: ended }));
        assert_eq!(void.clone().void(VoidReason::AccreditationEnded, later), void);
    }
}
