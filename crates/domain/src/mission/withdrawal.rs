//! The withdrawal of a whole mission, and what happened to each of its people.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Mission;
use crate::accreditation::{Accreditation, Withdrawal};
use crate::application::{Application, State};
use crate::refusal::Refusal;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::name::{AccreditationName, ApplicationName};
use crate::vocabulary::personal::Personal;
use crate::vocabulary::state::StateKind;

/// The withdrawal of a whole mission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissionWithdrawal {
    /// When it was withdrawn.
    pub time: Timestamp,
    /// The number of the note verbale that announces it.
    pub note_number: String,
    /// The reason in free text; empty after the retention ended.
    pub reason: Personal<String>,
}

/// What the withdrawal of the mission did to one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemOutcome {
    /// The application was open and was withdrawn with the mission.
    Withdrawn,
    /// The accreditation was active and ended with the mission.
    Ended,
    /// The application or accreditation was over before; its state says how.
    OverAlready,
}

/// One person of a withdrawn mission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawnItem {
    /// The application.
    pub application: ApplicationName,
    /// The state of the application.
    pub state: StateKind,
    /// The accreditation and its state, if there is one.
    pub accreditation: Option<(AccreditationName, AccreditationState)>,
    /// What the withdrawal did.
    pub outcome: ItemOutcome,
}

impl Mission {
    /// Withdraws the whole mission.
    ///
    /// # Errors
    ///
    /// [`Refusal::MissionWithdrawn`] if it was withdrawn before; the caller handles repetitions.
    pub fn withdraw(mut self, withdrawal: Withdrawal, now: Timestamp) -> Result<Self, Refusal> {
        self.check_not_withdrawn()?;
        let Withdrawal { reason, note_number } = withdrawal;
        self.withdrawal = Some(MissionWithdrawal { time: now, note_number, reason });
        self.version += 1;
        Ok(self)
    }

    /// Erases the reason of the withdrawal; `None` if there is none.
    pub fn erase_reason(mut self) -> Option<Self> {
        let withdrawal = self.withdrawal.as_mut().filter(|withdrawal| !withdrawal.reason.expose().is_empty())?;
        withdrawal.reason = Personal::default();
        self.version += 1;
        Some(self)
    }

    /// Checks that the mission was not withdrawn.
    ///
    /// # Errors
    ///
    /// [`Refusal::MissionWithdrawn`] with the time of the withdrawal.
    pub fn check_not_withdrawn(&self) -> Result<(), Refusal> {
        match &self.withdrawal {
            Some(withdrawal) => Err(Refusal::MissionWithdrawn { time: withdrawal.time }),
            None => Ok(()),
        }
    }
}

/// What the withdrawal did to everybody, in the order of the applications. It is derived from stored data, so that a
/// repeated call gives the same answer as the first.
pub fn withdrawn_items(
    withdrawal: &MissionWithdrawal,
    applications: &[Application],
    accreditations: &[Accreditation],
) -> Vec<WithdrawnItem> {
    let by_application: BTreeMap<_, _> = accreditations.iter().map(|one| (&one.application, one)).collect();
    let item = |application: &Application| {
        let accreditation = by_application.get(&application.name);
        let with_mission =
            |state: &State| matches!(state, State::Withdrawn { note_number, .. } if !note_number.is_empty());
        let outcome = match accreditation {
            Some(accreditation) if ended_with(withdrawal, accreditation) => ItemOutcome::Ended,
            _ if with_mission(&application.state) => ItemOutcome::Withdrawn,
            _ => ItemOutcome::OverAlready,
        };
        WithdrawnItem {
            application: application.name.clone(),
            state: application.state.kind(),
            accreditation: accreditation.map(|one| (one.name.clone(), one.state())),
            outcome,
        }
    };
    applications.iter().map(item).collect()
}

/// Whether the last change of an accreditation comes from the mission's withdrawal.
fn ended_with(withdrawal: &MissionWithdrawal, accreditation: &Accreditation) -> bool {
    accreditation.last_change.as_ref().is_some_and(|last| {
        last.state == AccreditationState::WithdrawnBySender
            && last.time == withdrawal.time
            && last.note_number == withdrawal.note_number
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::{at, draft, person, place};
    use crate::application::{AccreditedFacts, Recommendation};
    use crate::decree::Verdict;

    fn withdrawal() -> Withdrawal {
        Withdrawal { reason: Personal::new("No visas.".to_owned()), note_number: "12-3/456".to_owned() }
    }

    fn mission() -> Mission {
        Mission {
            name: "elections/kz-2019/missions/osce-odihr".parse().expect("a name"),
            format: "EOM".to_owned(),
            head: Personal::default(),
            headquarters: String::new(),
            start_date: "2019-05-10".parse().expect("a date"),
            end_date: "2019-06-20".parse().expect("a date"),
            version: 1,
            create_time: Timestamp::UNIX_EPOCH,
            withdrawal: None,
        }
    }

    /// A withdrawn mission accepts nothing, and its first withdrawal stays on record.
    #[test]
    fn a_mission_withdraws_once_and_accepts_nothing_afterwards() {
        let now = at("2019-06-05T00:00:00Z");
        assert_eq!(mission().check_not_withdrawn(), Ok(()));
        let withdrawn = mission().withdraw(withdrawal(), now).expect("it goes on");
        let kept = withdrawn.withdrawal.clone().expect("withdrawn");
        assert_eq!((kept.time, &*kept.note_number, withdrawn.version), (now, "12-3/456", 2));
        let refused = Err(Refusal::MissionWithdrawn { time: now });
        assert_eq!(withdrawn.check_not_withdrawn(), refused);
        assert_eq!(withdrawn.withdraw(withdrawal(), at("2019-06-06T00:00:00Z")).map(drop), refused);
    }

    /// Somebody who withdrew alone before must not be counted with the mission.
    #[test]
    fn each_outcome_is_derived_from_what_ended_the_item() {
        let (now, by) = (at("2019-06-05T00:00:00Z"), person("secretary", "p5").principal);
        let kept = MissionWithdrawal { time: now, note_number: "12-3/456".to_owned(), reason: Personal::default() };
        let alone = draft().withdraw(Personal::new("Ill.".to_owned())).expect("it is open");
        let with_mission =
            draft().withdraw_with_mission(Personal::default(), "12-3/456".to_owned()).expect("it is open");
        let accredited = Application { state: State::Accredited(facts()), ..draft() };
        let accreditation = Accreditation {
            name: "elections/kz-2019/accreditations/7".parse().expect("a name"),
            application: accredited.name.clone(),
            category: accredited.category,
            decree: 1,
            recommended_by: by.clone(),
            adopted_by: by.clone(),
            accredit_time: at("2019-05-14T00:00:00Z"),
            badge: None,
            last_change: None,
            replaced_by: None,
            confirm_time: None,
        };
        let ended = |time: &str| accreditation.clone().withdraw(withdrawal(), &by, at(time)).expect("it is in force");
        let check = |application: &Application, accreditation: Option<Accreditation>, expected: ItemOutcome| {
            let accreditations: Vec<_> = accreditation.into_iter().collect();
            let items = withdrawn_items(&kept, std::slice::from_ref(application), &accreditations);
            assert_eq!(items.iter().map(|item| item.outcome).collect::<Vec<_>>(), [expected]);
        };
        check(&alone, None, ItemOutcome::OverAlready);
        check(&with_mission, None, ItemOutcome::Withdrawn);
        check(&Application { state: State::Lapsed, ..draft() }, None, ItemOutcome::OverAlready);
        check(&accredited, Some(ended("2019-06-05T00:00:00Z")), ItemOutcome::Ended);
        check(&accredited, Some(ended("2019-06-01T00:00:00Z")), ItemOutcome::OverAlready);
    }

    /// The facts of an accredited application.
    fn facts() -> AccreditedFacts {
        let recommendation = Recommendation {
            verdict: Verdict::Accredit,
            by: person("reviewer", "p1").principal,
            person: "p1".parse().expect("an id"),
            time: at("2019-05-02T00:00:00Z"),
            content_digest: [1; 32],
        };
        AccreditedFacts { place: place(), decree: 1, accreditation: 7, recommendation }
    }
}
