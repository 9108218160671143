//! The schedule of an election: when voting was set, and what it was moved to. It keeps the history of every move.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Election;
use crate::election::cutoff::Cutoffs;
use crate::refusal::Refusal;

/// How a voting day came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ScheduleKind {
    /// It was set at the registration.
    Set,
    /// The election was postponed to it.
    Postponed,
    /// A run-off was called on it.
    RunOff,
}

/// A voting day with its cutoffs. The last entry is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleEntry {
    /// How it came about.
    pub kind: ScheduleKind,
    /// The voting day.
    pub voting_day: Date,
    /// The cutoffs that followed from it.
    pub cutoffs: Cutoffs,
    /// The reason in free text; empty for the first entry.
    pub reason: String,
    /// The number or title of the act that decided it; empty for the first entry.
    pub act: String,
    /// Since when it is, or was, in force.
    pub time: Timestamp,
}

/// The day until which every passport of a mission must be valid: the mission's last day, or the current voting day if
/// the mission was planned to stay for a voting day that was moved later.
pub fn last_day(mission_end: Date, schedule: &[ScheduleEntry]) -> Date {
    let stays = schedule.iter().any(|entry| entry.voting_day <= mission_end);
    let voting_day = schedule.last().map(|entry| entry.voting_day).filter(|_| stays);
    voting_day.map_or(mission_end, |voting_day| mission_end.max(voting_day))
}

/// A new voting day, as the registrar gives it: for a postponement or a run-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reschedule {
    /// The voting day that the registrar knows. It detects that another registrar has moved it meanwhile.
    pub expected: Date,
    /// The new voting day.
    pub voting_day: Date,
    /// The reason, in free text.
    pub reason: String,
    /// The number or title of the act that decides it.
    pub act: String,
}

impl Election {
    /// Postpones the election to a later day. Both cutoffs move with it, and lapsed applications can be resumed.
    ///
    /// # Errors
    ///
    /// [`Refusal::EtagMismatch`] if the registrar knows another voting day, [`Refusal::VotingBegan`], and
    /// [`Refusal::InvalidField`] if the new day is not later.
    pub fn postpone(mut self, to: &Reschedule, now: Timestamp) -> Result<Self, Refusal> {
        if self.voting_day != to.expected {
            return Err(Refusal::EtagMismatch);
        }
        if self.results_time.is_some() || self.voting_start().is_none_or(|begin| now >= begin) {
            return Err(Refusal::VotingBegan { voting_day: self.voting_day, time_zone: self.time_zone });
        }
        let invalid = |problem: String| Refusal::InvalidField { field: "voting_day", problem };
        if to.voting_day <= self.voting_day {
            return Err(invalid(format!("must be after {}, the day that it is postponed from", self.voting_day)));
        }
        (self.cutoffs, self.voting_day) = (self.cutoffs_for(to.voting_day)?, to.voting_day);
        Ok(self)
    }

    /// The cutoffs for a voting day.
    pub(super) fn cutoffs_for(&self, voting_day: Date) -> Result<Cutoffs, Refusal> {
        let invalid = |problem: String| Refusal::InvalidField { field: "voting_day", problem };
        let zone = self.rules.time_zone.value.check().map_err(|wrong| invalid(wrong.to_string()))?;
        Cutoffs::compute(&self.rules, voting_day, &zone)
            .map_err(|_| invalid("expected a day between the years 1 and 9998".to_owned()))
    }

    /// The schedule entry for a new voting day.
    pub fn scheduled(&self, kind: ScheduleKind, to: &Reschedule, now: Timestamp) -> ScheduleEntry {
        let Reschedule { expected: _, voting_day, reason, act } = to.clone();
        ScheduleEntry { kind, voting_day, cutoffs: self.cutoffs, reason, act, time: now }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ElectionDraft, ElectionKind};
    use super::*;
    use crate::application::fixture::{at, election, rule_pack};

    /// A postponement to this day, by a registrar who knows the first voting day.
    fn to(voting_day: &str) -> Reschedule {
        let date = |text: &str| text.parse().expect("a date");
        let (reason, act) = ("A flood.".to_owned(), "Decree 7".to_owned());
        Reschedule { expected: date("2019-06-09"), voting_day: date(voting_day), reason, act }
    }

    /// Without both cutoffs, delegations would file for a day that does not exist any more.
    #[test]
    fn both_cutoffs_move_with_voting_day() {
        let now = at("2019-06-05T00:00:00Z");
        let moved = election().postpone(&to("2019-06-16"), now).expect("before voting day");
        assert_eq!(moved.cutoffs.submission, at("2019-06-10T12:00:00Z"));
        assert_eq!(moved.cutoffs.presentation, at("2019-06-11T12:00:00Z"));
        let entry = moved.scheduled(ScheduleKind::Postponed, &to("2019-06-16"), now);
        assert_eq!((entry.kind, entry.cutoffs, entry.time), (ScheduleKind::Postponed, moved.cutoffs, now));
        // Another registrar has moved the day meanwhile.
        assert_eq!(moved.postpone(&to("2019-06-23"), now), Err(Refusal::EtagMismatch));
    }

    /// Kazakhstan set its clocks back by an hour on 1 March 2024: the same local time is another moment.
    #[test]
    fn a_cutoff_that_moves_across_a_change_of_the_clocks_is_at_the_same_hour_in_the_capital() {
        let draft = ElectionDraft {
            code: "kz-2024".parse().expect("a code"),
            names: vec!["en=Local election".parse().expect("a name")],
            kind: ElectionKind::Local,
            voting_day: "2024-02-25".parse().expect("a date"),
            time_zone: "Asia/Almaty".to_owned(),
            rule_pack: "kz-1".parse().expect("an id"),
            region_set: "kz-2022".to_owned(),
        };
        let before =
            Election::register(draft, &rule_pack("kz-1"), at("2024-01-10T00:00:00Z")).expect("a valid election");
        assert_eq!(before.cutoffs.submission, at("2024-02-19T12:00:00Z"));
        let to = |day: &str| Reschedule { expected: before.voting_day, ..to(day) };
        for (day, submission, presentation) in [
            ("2024-03-06", "2024-02-29T12:00:00Z", "2024-03-01T12:00:00Z"),
            ("2024-03-10", "2024-03-04T13:00:00Z", "2024-03-05T13:00:00Z"),
        ] {
            let moved = before.clone().postpone(&to(day), at("2024-02-20T00:00:00Z")).expect("before voting day");
            assert_eq!(moved.cutoffs, Cutoffs { submission: at(submission), presentation: at(presentation) }, "{day}");
        }
    }

    /// A mission that leaves before voting day needs no longer passports after a postponement.
    #[test]
    fn a_passport_is_valid_until_the_voting_day_that_its_mission_stays_for() {
        let entry = |day: &str| election().scheduled(ScheduleKind::Postponed, &to(day), Timestamp::UNIX_EPOCH);
        let schedule = [entry("2019-06-09"), entry("2019-06-23")];
        for (end, expected) in [
            ("2019-06-08", "2019-06-08"),
            ("2019-06-09", "2019-06-23"),
            ("2019-06-20", "2019-06-23"),
            ("2019-06-30", "2019-06-30"),
        ] {
            let end = end.parse().expect("a date");
            assert_eq!(last_day(end, &schedule).to_string(), expected, "{end}");
            assert_eq!(last_day(end, &schedule[..1]), end, "not postponed");
        }
    }

    /// Once voting has begun, people have voted on that day.
    #[test]
    fn an_election_is_postponed_to_a_later_day_and_only_before_it_begins() {
        // Voting day in the capital begins at 18:00 UTC of the day before.
        let last = at("2019-06-08T17:59:59Z");
        for day in ["2019-06-09", "2019-06-08", "2018-06-16"] {
            let refused = election().postpone(&to(day), last);
            assert!(matches!(refused, Err(Refusal::InvalidField { field: "voting_day", .. })), "{day}: {refused:?}");
        }
        assert!(election().postpone(&to("2019-06-10"), last).is_ok());
        let began = election().postpone(&to("2019-06-16"), at("2019-06-08T18:00:00Z"));
        assert_eq!(began.expect_err("it has begun").reason(), "VOTING_BEGAN");
        let held = Election { results_time: Some(last), ..election() };
        assert_eq!(held.postpone(&to("2019-06-16"), last).expect_err("it was held").reason(), "VOTING_BEGAN");
    }
}
