//! Badges. An accredited person wears one; at most one badge of an accreditation is valid.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a badge is void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VoidReason {
    /// The accreditation has ended, in whatever way.
    AccreditationEnded,
    /// The printed data was amended and another badge was issued.
    Amended,
}

/// Why a badge is void, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Void {
    /// The reason.
    pub reason: VoidReason,
    /// Since when.
    pub time: Timestamp,
}

/// One badge of an accreditation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// The serial number: without gaps in an election, and never used twice. A lost badge therefore stays invalid.
    pub serial: u32,
    /// When it was issued.
    pub issue_time: Timestamp,
    /// Why it is void; `None` while it is valid.
    pub void: Option<Void>,
}

impl Badge {
    /// Issues a badge.
    pub fn issue(serial: u32, now: Timestamp) -> Self {
        Self { serial, issue_time: now, void: None }
    }

    /// Makes the badge void. A badge that is void already keeps its first reason and time.
    pub fn void(self, reason: VoidReason, now: Timestamp) -> Self {
        let void = self.void.unwrap_or(Void { reason, time: now });
        Self { void: Some(void), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::at;

    /// The first reason is the true one.
    #[test]
    fn a_void_badge_keeps_its_first_reason() {
        let (issued, ended, later) =
            (at("2019-05-14T00:00:00Z"), at("2019-06-01T00:00:00Z"), at("2019-06-02T00:00:00Z"));
        let badge = Badge::issue(7, issued);
        assert_eq!(badge, Badge { serial: 7, issue_time: issued, void: None });
        let void = badge.void(VoidReason::AccreditationEnded, ended);
        assert_eq!(void.void, Some(Void { reason: VoidReason::AccreditationEnded, time: ended }));
        assert_eq!(void.clone().void(VoidReason::AccreditationEnded, later), void);
    }
}
