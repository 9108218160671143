//! A mission withdraws as a whole, and what became of each of its people.

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

/// That a mission was withdrawn as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissionWithdrawal {
    /// When.
    pub time: Timestamp,
    /// The number of the note verbale that announces it.
    pub note_number: String,
    /// Why, in words; empty once the retention is over.
    pub reason: Personal<String>,
}

/// What became of one of a mission's people when it was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemOutcome {
    /// The application was open, and was withdrawn with the mission.
    Withdrawn,
    /// The accreditation was in force, and ended with the mission.
    Ended,
    /// It was over already; its state says how.
    OverAlready,
}

/// One of a mission's people after its withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawnItem {
    /// The application.
    pub application: ApplicationName,
    /// Where it stands.
    pub state: StateKind,
    /// The accreditation that answers it, and where that stands, if there is one.
    pub accreditation: Option<(AccreditationName, AccreditationState)>,
    /// What became of it.
    pub outcome: ItemOutcome,
}

impl Mission {
    /// Withdraws it as a whole; whoever asks has looked whether it was withdrawn before.
    pub fn withdraw(mut self, withdrawal: Withdrawal, now: Timestamp) -> Result<Self, Refusal> {
        self.check_goes_on()?;
        let Withdrawal { reason, note_number } = withdrawal;
        self.withdrawal = Some(MissionWithdrawal { time: now, note_number, reason });
        self.version += 1;
        Ok(self)
    }

    /// Empties the reason of its withdrawal, if there is one that says something.
    pub fn erase_reason(mut self) -> Option<Self> {
        let withdrawal = self.withdrawal.as_mut().filter(|withdrawal| !withdrawal.reason.expose().is_empty())?;
        withdrawal.reason = Personal::default();
        self.version += 1;
        Some(self)
    }

    /// Refuses to add anything to a mission that was withdrawn.
    pub fn check_goes_on(&self) -> Result<(), Refusal> {
        match &self.withdrawal {
            Some(withdrawal) => Err(Refusal::MissionWithdrawn { time: withdrawal.time }),
            None => Ok(()),
        }
    }
}

/// What became of everyone, in the order of the applications. It is read from what is kept, so that a repetition says the
/// same as the first answer did.
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

/// Whether an accreditation's last change is the one of the mission's withdrawal.
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

    #[test]
    fn a_mission_withdraws_once_and_nothing_is_added_to_it_any_more() {
        let now = at("2019-06-05T00:00:00Z");
        assert_eq!(mission().check_goes_on(), Ok(()));
        let withdrawn = mission().withdraw(withdrawal(), now).expect("it goes on");
        let kept = withdrawn.withdrawal.clone().expect("withdrawn");
        assert_eq!((kept.time, &*kept.note_number, withdrawn.version), (now, "12-3/456", 2));
        let refused = Err(Refusal::MissionWithdrawn { time: now });
        assert_eq!(withdrawn.check_goes_on(), refused);
        assert_eq!(withdrawn.withdraw(withdrawal(), at("2019-06-06T00:00:00Z")).map(drop), refused);
    }

    #[test]
    fn each_is_told_apart_by_what_ended_it() {
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
