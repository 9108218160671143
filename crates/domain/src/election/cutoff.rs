//! The two moments after which an election takes no more.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

use crate::refusal::{Refusal, Stage};
use crate::rule_pack::RulePack;

/// The longest that any request may take. What was received in time has been dealt with, or has failed, so long after.
pub const LONGEST_REQUEST: SignedDuration = SignedDuration::from_secs(45);

/// How far the clocks of two servers may be apart.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(15);

/// How long after a moment the service does what follows from it: whatever was received in time has been dealt with by then, on
/// every server, also on one whose clock is a little behind.
pub const GRACE: SignedDuration = SignedDuration::from_secs(LONGEST_REQUEST.as_secs() + CLOCKS_APART.as_secs());

/// Until when an election takes submissions and presentations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cutoffs {
    /// The last moment at which a delegation can submit.
    pub submission: Timestamp,
    /// The last moment at which the ministry can present.
    pub presentation: Timestamp,
}

impl Cutoffs {
    /// Computes both for a voting day, in the capital's time zone.
    pub fn compute(rules: &RulePack, voting_day: Date, zone: &TimeZone) -> Result<Self, jiff::Error> {
        let day = voting_day.checked_sub(Span::new().days(rules.submission_cutoff.value.days_before_voting))?;
        let local = day.to_datetime(rules.submission_cutoff.value.local_time);
        let submission = local.to_zoned_datetime(zone.clone())?.timestamp();
        let presentation =
            submission.checked_add(Span::new().hours(rules.presentation_hours_after_submission.value))?;
        Ok(Self { submission, presentation })
    }

    /// The last moment of a stage.
    pub fn of(&self, stage: Stage) -> Timestamp {
        match stage {
            Stage::Submission => self.submission,
            Stage::Presentation => self.presentation,
        }
    }

    /// Whether a stage is over: its last moment itself is still in time.
    pub fn is_past(&self, stage: Stage, now: Timestamp) -> bool {
        now > self.of(stage)
    }

    /// Refuses what was received after the stage's last moment.
    pub fn check(&self, stage: Stage, received: Timestamp, zone: &str) -> Result<(), Refusal> {
        if self.is_past(stage, received) {
            return Err(Refusal::CutoffPassed { stage, cutoff: self.of(stage), received, time_zone: zone.to_owned() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::rules;

    /// Scenario 24: both dates, on either side of Kazakhstan's change to one time zone in 2024.
    #[test]
    fn five_full_days_lie_between_cutoff_and_voting_day() {
        let rules = rules("kz-1");
        let zone = TimeZone::get("Asia/Almaty").expect("bundled");
        let check = |day: &str, submission: &str, presentation: &str| {
            let cutoffs = Cutoffs::compute(&rules, day.parse().expect("a date"), &zone).expect("in range");
            assert_eq!(cutoffs.submission.to_string(), submission);
            assert_eq!(cutoffs.presentation.to_string(), presentation);
        };
        check("2019-06-09", "2019-06-03T12:00:00Z", "2019-06-04T12:00:00Z");
        check("2026-03-15", "2026-03-09T13:00:00Z", "2026-03-10T13:00:00Z");
    }

    #[test]
    fn the_last_moment_is_in_time_and_the_next_is_not() {
        let at = |text: &str| -> Timestamp { text.parse().expect("a timestamp") };
        let cutoffs = Cutoffs { submission: at("2019-06-03T12:00:00Z"), presentation: at("2019-06-04T12:00:00Z") };
        let check = |time: &str| cutoffs.check(Stage::Submission, at(time), "Asia/Almaty");
        assert!(check("2019-06-03T12:00:00Z").is_ok());
        assert!(check("2019-06-03T12:00:00.000001Z").is_err());
    }
}
