//! Run-offs: another round on a later day. The rule pack says what happens to the accreditations of the first round.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Election, Reschedule};
use crate::accreditation::Accreditation;
use crate::refusal::{ItemProblem, Refusal, Stage};
use crate::rule_pack::RunOff;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::name::AccreditationName;

/// Which accreditations of a mission are to be confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfirmationChoice {
    /// Only these.
    These(Vec<AccreditationName>),
    /// All that have to be confirmed, except these.
    AllBut(Vec<AccreditationName>),
}

impl Election {
    /// Calls a run-off on a later day than any before, and computes both cutoffs. If the rule pack asks delegations
    /// to confirm or to file again, the new submission cutoff must leave them time for it.
    ///
    /// # Errors
    ///
    /// [`Refusal::ElectionNotOpen`], [`Refusal::EtagMismatch`] if the registrar knows another voting day,
    /// [`Refusal::ResultsPublished`], [`Refusal::VotingNotBegun`], and [`Refusal::InvalidField`] for the new day.
    pub fn call_run_off(mut self, to: &Reschedule, now: Timestamp) -> Result<Self, Refusal> {
        self.check_open()?;
        if self.voting_day != to.expected {
            return Err(Refusal::EtagMismatch);
        }
        if self.results_time.is_some() {
            return Err(Refusal::ResultsPublished);
        }
        if self.voting_start().is_none_or(|begin| now < begin) {
            return Err(Refusal::VotingNotBegun { voting_day: self.voting_day, time_zone: self.time_zone });
        }
        let invalid = |problem: String| Refusal::InvalidField { field: "voting_day", problem };
        let zone = TimeZone::get(&self.time_zone).map_err(|_| {
            invalid("cannot be computed: this machine does not know the time zone of the election".to_owned())
        })?;
        let today = zone.to_datetime(now).date();
        let last = self.voting_day.max(today);
        if to.voting_day <= last {
            return Err(invalid(format!("must be after {last}: later than the last voting day and than today")));
        }
        let cutoffs = self.cutoffs_for(to.voting_day)?;
        if self.rules.run_off.value != RunOff::CarryOver && cutoffs.is_past(Stage::Submission, now) {
            let cutoff = cutoffs.submission;
            return Err(invalid(format!(
                "must leave the delegations time: the submission cutoff would be {cutoff}, and it is {now} now"
            )));
        }
        (self.voting_day, self.cutoffs, self.run_off_time) = (to.voting_day, cutoffs, Some(now));
        Ok(self)
    }

    /// When the run-off was called for which the rule pack asks for confirmations; `None` if there is none.
    pub fn to_confirm(&self) -> Option<Timestamp> {
        self.run_off_time.filter(|_| self.rules.run_off.value == RunOff::ReConfirm)
    }

    /// When the run-off was called for which accreditations can be confirmed now.
    ///
    /// # Errors
    ///
    /// [`Refusal::NothingToConfirm`], and [`Refusal::CutoffPassed`] after the submission cutoff.
    pub fn check_confirming(&self, received: Timestamp) -> Result<Timestamp, Refusal> {
        let called = self.to_confirm().ok_or(Refusal::NothingToConfirm)?;
        self.cutoffs.check(Stage::Submission, received, &self.time_zone)?;
        Ok(called)
    }

    /// Those of the accreditations that end at the submission cutoff unless they are confirmed.
    pub fn unconfirmed<'a>(&self, of: &'a [Accreditation]) -> Vec<&'a Accreditation> {
        let called = self.to_confirm();
        let waits = |one: &&Accreditation| called.is_some_and(|called| one.needs_confirmation(called));
        of.iter().filter(waits).collect()
    }
}

impl ConfirmationChoice {
    /// The accreditations that are to be confirmed and were not yet. `own` are the mission's accreditations, `called`
    /// is when the run-off was called. An accreditation that was issued later needs no confirmation.
    ///
    /// # Errors
    ///
    /// [`Refusal::ItemsNotReady`] if the mission has no such accreditation, or if a named one is not active. Then
    /// none is confirmed.
    pub fn among(&self, own: &[Accreditation], called: Timestamp) -> Result<Vec<Accreditation>, Refusal> {
        let (list, names) = match self {
            Self::These(names) => ("accreditations", names),
            Self::AllBut(names) => ("except", names),
        };
        let problem = |name: &AccreditationName| match own.iter().find(|one| one.name == *name) {
            None => Some("the mission has no such accreditation".to_owned()),
            Some(one) if matches!(self, Self::These(_)) && one.state() != AccreditationState::Active => {
                Some(format!("it is {}; what is in force can be confirmed", one.state().as_str()))
            }
            Some(_) => None,
        };
        let items = names.iter().enumerate();
        let items: Vec<_> =
            items.filter_map(|(index, name)| Some(ItemProblem { list, index, problem: problem(name)? })).collect();
        if !items.is_empty() {
            return Err(Refusal::ItemsNotReady { items });
        }
        let is_chosen = |one: &Accreditation| names.contains(&one.name) == matches!(self, Self::These(_));
        let waits = own.iter().filter(|one| one.needs_confirmation(called) && is_chosen(one));
        Ok(waits.cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::{at, election, issued, rules};
    use crate::election::{ElectionState, ScheduleKind};

    /// Voting day, 9 June, begins in the capital at 18:00 UTC of the day before.
    const BEGUN: &str = "2019-06-08T18:00:00Z";

    /// A run-off on this day, called by a registrar who knows the first voting day.
    fn to(voting_day: &str) -> Reschedule {
        let date = |text: &str| text.parse().expect("a date");
        let (reason, act) = ("Nobody has half of the votes.".to_owned(), "Decree 20".to_owned());
        Reschedule { expected: date("2019-06-09"), voting_day: date(voting_day), reason, act }
    }

    /// An election under this rule pack.
    fn under(pack: &str) -> Election {
        Election { rules: rules(pack), ..election() }
    }

    /// A run-off is a round of its own. A third round follows by the same rules.
    #[test]
    fn a_run_off_has_its_own_voting_day_and_cutoffs() {
        let called = under("kz-1").call_run_off(&to("2019-06-23"), at(BEGUN)).expect("voting day has begun");
        assert_eq!((called.run_off_time, called.voting_day), (Some(at(BEGUN)), to("2019-06-23").voting_day));
        assert_eq!(called.cutoffs.submission, at("2019-06-17T12:00:00Z"));
        assert_eq!(called.cutoffs.presentation, at("2019-06-18T12:00:00Z"));
        let entry = called.scheduled(ScheduleKind::RunOff, &to("2019-06-23"), at(BEGUN));
        assert_eq!((entry.kind, entry.cutoffs, &*entry.act), (ScheduleKind::RunOff, called.cutoffs, "Decree 20"));
        // The results are those of the last round. A third round follows the second by the same rules.
        let early = called.clone().publish_results(at("2019-06-10T06:00:00Z"), false, at("2019-06-10T06:00:00Z"));
        assert_eq!(early.expect_err("the second round is to come").reason(), "INVALID_REQUEST");
        let third = Reschedule { expected: called.voting_day, ..to("2019-07-07") };
        let refused = called.clone().call_run_off(&third, at("2019-06-22T17:59:59Z"));
        assert_eq!(refused.expect_err("it has not begun").reason(), "VOTING_NOT_BEGUN");
        assert!(called.call_run_off(&third, at("2019-06-22T18:00:00Z")).is_ok());
    }

    /// Before voting begins there is no result that could ask for a run-off; after the results it is too late.
    #[test]
    fn a_run_off_is_called_between_voting_and_results_for_a_later_day() {
        let call = |election: Election, day: &str, now: &str| election.call_run_off(&to(day), at(now)).map(drop);
        let reason = |answer: Result<(), Refusal>| answer.expect_err("refused").reason();
        assert_eq!(reason(call(under("kz-1"), "2019-06-23", "2019-06-08T17:59:59Z")), "VOTING_NOT_BEGUN");
        let over = Election { results_time: Some(at("2019-06-10T00:00:00Z")), ..under("kz-1") };
        assert_eq!(reason(call(over, "2019-06-23", "2019-06-11T00:00:00Z")), "RESULTS_PUBLISHED");
        let closed = Election { state: ElectionState::Registered, ..under("kz-1") };
        assert_eq!(reason(call(closed, "2019-06-23", BEGUN)), "ELECTION_NOT_OPEN");
        let moved = Election { voting_day: to("2019-06-16").voting_day, ..under("kz-1") };
        assert_eq!(reason(call(moved, "2019-06-23", "2019-06-17T00:00:00Z")), "ETAG_MISMATCH");
        // 18:00 UTC of 19 June is 20 June in the capital.
        for (day, now, good) in [
            ("2019-06-09", BEGUN, false),
            ("2019-06-10", BEGUN, true),
            ("2019-06-20", "2019-06-19T18:00:00Z", false),
            ("2019-06-20", "2019-06-19T17:59:59Z", true),
        ] {
            assert_eq!(call(under("kz-1"), day, now).is_ok(), good, "{day} at {now}");
        }
        // Delegations that have to confirm or to file again need time for it.
        for pack in ["kz-3", "kz-4"] {
            assert_eq!(reason(call(under(pack), "2019-06-14", BEGUN)), "INVALID_REQUEST");
            assert_eq!(call(under(pack), "2019-06-23", BEGUN), Ok(()));
        }
    }

    /// Only one rule pack asks for confirmations, up to the submission cutoff.
    #[test]
    fn confirming_is_possible_until_the_submission_cutoff_if_the_rules_ask_for_it() {
        let reason = |election: &Election, now: &str| election.check_confirming(at(now)).map_err(|no| no.reason());
        let call = |pack: &str| under(pack).call_run_off(&to("2019-06-23"), at(BEGUN)).expect("called");
        assert_eq!(reason(&under("kz-3"), BEGUN), Err("NOTHING_TO_CONFIRM"));
        for pack in ["kz-1", "kz-4"] {
            assert_eq!(reason(&call(pack), BEGUN), Err("NOTHING_TO_CONFIRM"), "{pack}");
        }
        assert_eq!(reason(&call("kz-3"), "2019-06-17T12:00:00Z"), Ok(at(BEGUN)));
        assert_eq!(reason(&call("kz-3"), "2019-06-17T12:00:00.000001Z"), Err("SUBMISSION_CUTOFF_PASSED"));
    }

    /// A wrong name in the list must not confirm half of it.
    #[test]
    fn a_list_of_confirmations_is_processed_as_a_whole() {
        let called = at("2019-06-10T00:00:00Z");
        let number = |number: u32, accredited: &str| {
            let name = format!("elections/kz-2019/accreditations/{number}").parse().expect("a name");
            Accreditation { name, accredit_time: at(accredited), ..issued() }
        };
        let first = number(1, "2019-05-14T00:00:00Z");
        let confirmed = Accreditation { confirm_time: Some(called), ..number(2, "2019-05-14T00:00:00Z") };
        let later = number(3, "2019-06-10T00:00:00Z");
        let withdrawn = number(4, "2019-05-14T00:00:00Z").end_by_itself("", called).expect("in force");
        let own = [first, confirmed, later, withdrawn];
        let names = |numbers: &[usize]| numbers.iter().map(|number| own[number - 1].name.clone()).collect::<Vec<_>>();
        let chosen = |chosen: ConfirmationChoice| {
            let found = chosen.among(&own, called)?;
            Ok::<_, Refusal>(found.into_iter().map(|one| one.name.number).collect::<Vec<_>>())
        };
        assert_eq!(chosen(ConfirmationChoice::AllBut(Vec::new())), Ok(vec![1]));
        assert_eq!(chosen(ConfirmationChoice::AllBut(names(&[1, 4]))), Ok(vec![]));
        assert_eq!(chosen(ConfirmationChoice::These(names(&[1, 2, 3]))), Ok(vec![1]));
        let problems = |refused: Result<_, Refusal>| match refused {
            Err(Refusal::ItemsNotReady { items }) => items.iter().map(|one| (one.list, one.index)).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        let absent: AccreditationName = "elections/kz-2019/accreditations/9".parse().expect("a name");
        let with_absent = [names(&[1, 4]), vec![absent]].concat();
        assert_eq!(
            problems(chosen(ConfirmationChoice::These(with_absent.clone()))),
            [("accreditations", 1), ("accreditations", 2)]
        );
        assert_eq!(problems(chosen(ConfirmationChoice::AllBut(with_absent))), [("except", 2)]);
    }
}
