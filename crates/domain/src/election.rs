//! Elections: what observers are accredited to. Kind, voting day, cutoffs, rule pack and regions.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::election::cutoff::Cutoffs;
use crate::election::region_set::RegionSet;
use crate::refusal::Refusal;
use crate::rule_pack::{RulePack, RulePackFile};
use crate::vocabulary::dated_name::{NameDraft, Names};
use crate::vocabulary::id::{ElectionCode, RulePackId};
use crate::vocabulary::name::ElectionName;

pub mod acts;
pub mod cutoff;
mod ending;
pub mod region_set;
mod run_off;
mod schedule;

pub use ending::{Ending, EndingScope};
pub use run_off::ConfirmationChoice;
pub use schedule::{Reschedule, ScheduleEntry, ScheduleKind, last_day};

/// What is voted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ElectionKind {
    /// The head of state.
    Presidential,
    /// The parliament.
    Parliamentary,
    /// Local bodies.
    Local,
    /// A question to the people.
    Referendum,
}

/// The state of an election.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ElectionState {
    /// It is registered and not open to observation yet.
    Registered,
    /// It is open to observation.
    Open,
}

/// An election to which observers are accredited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Election {
    /// Its code.
    pub code: ElectionCode,
    /// Its names, by language and date.
    pub names: Names,
    /// What is voted on.
    pub kind: ElectionKind,
    /// The voting day of the last round that was called: the first round's, until a run-off is called.
    pub voting_day: Date,
    /// The time zone of the capital, as an IANA name. All deadlines are in this zone.
    pub time_zone: String,
    /// The rule pack with which the election was registered. It never changes.
    pub rules: RulePack,
    /// The SHA-256 of the rule pack's file.
    pub rule_pack_digest: [u8; 32],
    /// The id of the region set.
    pub region_set: String,
    /// The current state.
    pub state: ElectionState,
    /// The cutoffs that follow from voting day.
    pub cutoffs: Cutoffs,
    /// When it was registered.
    pub create_time: Timestamp,
    /// When its official results were published; `None` before that.
    pub results_time: Option<Timestamp>,
    /// When an appeal was last decided; `None` if none was.
    pub appeal_time: Option<Timestamp>,
    /// When the last run-off was called; `None` if none was.
    pub run_off_time: Option<Timestamp>,
}

/// The data of an election, as the registrar gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElectionDraft {
    /// Its code.
    pub code: ElectionCode,
    /// Its names.
    pub names: Vec<NameDraft>,
    /// What is voted on.
    pub kind: ElectionKind,
    /// The voting day of the first round.
    pub voting_day: Date,
    /// The time zone of the capital, as an IANA name.
    pub time_zone: String,
    /// The id of the rule pack.
    pub rule_pack: RulePackId,
    /// The id of the region set.
    pub region_set: String,
}

impl Election {
    /// Registers an election under the rule pack that its draft names, and computes its cutoffs.
    ///
    /// # Errors
    ///
    /// [`Refusal::UnknownRulePack`] if it is another one, and [`Refusal::InvalidField`] for names, region set, time zone
    /// or voting day.
    pub fn register(draft: ElectionDraft, rule_pack: &RulePackFile, now: Timestamp) -> Result<Self, Refusal> {
        let (rules, rule_pack_digest) = (rule_pack.rules().clone(), rule_pack.digest());
        let ElectionDraft { code, names, kind, voting_day, time_zone, rule_pack, region_set } = draft;
        if rules.id != rule_pack {
            return Err(Refusal::UnknownRulePack);
        }
        let names = Names::register(names, "election.names", now)?;
        let invalid = |field, problem: &str| Refusal::InvalidField { field, problem: problem.to_owned() };
        if RegionSet::find(&region_set).is_none() {
            return Err(invalid("election.region_set", &format!("expected one of {}", RegionSet::known())));
        }
        let capital = &rules.time_zone.value;
        if time_zone != capital.name {
            let expected = format!("expected {}, the time zone of the rule pack {}", capital.name, rules.id);
            return Err(invalid("election.time_zone", &expected));
        }
        let zone = capital.check().map_err(|wrong| invalid("election.time_zone", &wrong.to_string()))?;
        let cutoffs = Cutoffs::compute(&rules, voting_day, &zone)
            .map_err(|_| invalid("election.voting_day", "expected a day between the years 1 and 9998"))?;
        let state = ElectionState::Registered;
        let create_time = now;
        let (results_time, appeal_time, run_off_time) = (None, None, None);
        Ok(Self {
            code,
            names,
            kind,
            voting_day,
            time_zone,
            rules,
            rule_pack_digest,
            region_set,
            state,
            cutoffs,
            create_time,
            results_time,
            appeal_time,
            run_off_time,
        })
    }

    /// The resource name.
    pub fn name(&self) -> ElectionName {
        ElectionName { election: self.code.clone() }
    }

    /// The regions of the election; `None` if this version of the service does not have its region set.
    pub fn regions(&self) -> Option<&'static RegionSet> {
        RegionSet::find(&self.region_set)
    }

    /// Opens it to observation. A repetition changes nothing.
    pub fn open(mut self) -> Self {
        self.state = ElectionState::Open;
        self
    }

    /// Records when the official results of the last round were published, or corrects that time. `erased` says
    /// whether personal data was erased already: the time that decided about it cannot be corrected any more.
    ///
    /// # Errors
    ///
    /// [`Refusal::ElectionNotOpen`], [`Refusal::Erased`], and [`Refusal::InvalidField`] if the time is in the future
    /// or before voting day.
    pub fn publish_results(mut self, publish_time: Timestamp, erased: bool, now: Timestamp) -> Result<Self, Refusal> {
        self.check_open()?;
        let invalid =
            |problem: String| Refusal::InvalidField { field: "publish_time", problem: format!("must {problem}") };
        if publish_time > now {
            return Err(invalid(format!("not be in the future; it is {now} now")));
        }
        if self.voting_start().is_some_and(|begin| publish_time < begin) {
            return Err(invalid(format!("not be before voting day, {} in {}", self.voting_day, self.time_zone)));
        }
        if erased && self.results_time != Some(publish_time) {
            return Err(Refusal::Erased { resource: self.name().to_string() });
        }
        self.results_time = Some(publish_time);
        Ok(self)
    }

    /// Checks that the time in a field is before voting day.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidField`] for `field` if it is not.
    pub fn check_before_voting(&self, field: &'static str, time: Timestamp) -> Result<(), Refusal> {
        match self.voting_start() {
            Some(begin) if time >= begin => {
                let problem = format!("must be before voting day, {} in {}", self.voting_day, self.time_zone);
                Err(Refusal::InvalidField { field, problem })
            }
            _ => Ok(()),
        }
    }

    /// When voting day begins in the capital; `None` if the machine does not know the time zone any more.
    fn voting_start(&self) -> Option<Timestamp> {
        let midnight = self.voting_day.at(0, 0, 0, 0);
        TimeZone::get(&self.time_zone).and_then(|zone| zone.to_timestamp(midnight)).ok()
    }

    /// Until when personal data is stored: `retention_days` days of 24 hours after the results, or after the last
    /// decision on an appeal if that was later. `None` before the results. An open appeal prevents the erasure in any
    /// case.
    pub fn retention_end(&self) -> Option<Timestamp> {
        let last = |results: Timestamp| self.appeal_time.map_or(results, |appeal| appeal.max(results));
        self.retention_end_since(self.results_time.map(last))
    }

    /// The same, counted from the results alone: for readers who must not learn that an appeal was decided.
    pub fn retention_end_by_results(&self) -> Option<Timestamp> {
        self.retention_end_since(self.results_time)
    }

    /// The end of the retention, counted from a moment.
    fn retention_end_since(&self, since: Option<Timestamp>) -> Option<Timestamp> {
        since.map(|since| since.saturating_add(self.rules.retention()).unwrap_or(Timestamp::MAX))
    }

    /// Whether the retention is over.
    pub fn retention_is_over(&self, now: Timestamp) -> bool {
        self.retention_end().is_some_and(|end| now > end)
    }

    /// Checks that the election is open to observation.
    ///
    /// # Errors
    ///
    /// [`Refusal::ElectionNotOpen`] if it is not.
    pub fn check_open(&self) -> Result<(), Refusal> {
        match self.state {
            ElectionState::Open => Ok(()),
            ElectionState::Registered => Err(Refusal::ElectionNotOpen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::{at, election};

    /// Voting day in the capital begins at 18:00 UTC of the day before.
    #[test]
    fn results_are_published_from_voting_day_on_and_not_in_the_future() {
        let now = at("2019-06-10T12:00:00Z");
        let publish = |time: &str| election().publish_results(at(time), false, now);
        for good in ["2019-06-08T18:00:00Z", "2019-06-10T12:00:00Z"] {
            assert_eq!(publish(good).expect(good).results_time, Some(at(good)));
        }
        for bad in ["2019-06-08T17:59:59Z", "2019-06-10T12:00:01Z"] {
            assert_eq!(publish(bad).expect_err(bad).reason(), "INVALID_REQUEST");
        }
        let registered = Election { state: ElectionState::Registered, ..election() };
        assert_eq!(registered.publish_results(now, false, now), Err(Refusal::ElectionNotOpen));
    }

    /// A corrected time would have erased other data than was erased.
    #[test]
    fn the_results_time_can_be_corrected_until_an_erasure() {
        let (first, second, now) = (at("2019-06-10T06:00:00Z"), at("2019-06-10T07:00:00Z"), at("2019-09-10T00:00:00Z"));
        let published = election().publish_results(first, false, now).expect("published");
        let corrected = published.clone().publish_results(second, false, now).expect("corrected");
        assert_eq!(corrected.results_time, Some(second));
        assert_eq!(published.clone().publish_results(second, true, now).expect_err("too late").reason(), "ERASED");
        assert_eq!(published.clone().publish_results(first, true, now), Ok(published));
    }

    /// The retention is 90 days of 24 hours, to the microsecond, and an appeal extends it.
    #[test]
    fn personal_data_is_kept_for_ninety_days_after_the_results() {
        assert_eq!(election().retention_end(), None);
        assert!(!election().retention_is_over(Timestamp::MAX));
        let published = Election { results_time: Some(at("2019-06-10T06:00:00Z")), ..election() };
        assert_eq!(published.retention_end(), Some(at("2019-09-08T06:00:00Z")));
        assert!(!published.retention_is_over(at("2019-09-08T06:00:00Z")));
        assert!(published.retention_is_over(at("2019-09-08T06:00:00.000001Z")));
        let appealed = |time: &str| Election { appeal_time: Some(at(time)), ..published.clone() }.retention_end();
        assert_eq!(appealed("2019-06-01T00:00:00Z"), published.retention_end());
        assert_eq!(appealed("2019-06-20T06:00:00Z"), Some(at("2019-09-18T06:00:00Z")));
    }
}
