//! An application for somebody in the place of somebody who is accredited.

use super::Application;
use crate::accreditation::Accreditation;
use crate::refusal::Refusal;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::category::Category;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::name::{AccreditationName, MissionName};

fn wrong(problem: String) -> Refusal {
    Refusal::InvalidField { field: "application.replaces", problem }
}

/// Refuses an accreditation that an application cannot take the place of: another organization's is a missing one, and
/// its place is taken in the same category, while it is in force or after its sender has withdrawn it.
fn check_replaced(
    replaced: &Accreditation,
    organization: &OrganizationCode,
    category: Category,
) -> Result<(), Refusal> {
    if replaced.application.organization != *organization {
        return Err(Refusal::not_found(&replaced.name));
    }
    if replaced.category != category {
        return Err(wrong(format!(
            "expected an accreditation of the application's own category, it is {:?}",
            replaced.category
        )));
    }
    match replaced.state() {
        AccreditationState::Active | AccreditationState::WithdrawnBySender => Ok(()),
        ended => Err(wrong(format!("expected an accreditation in force or withdrawn, it is {}", ended.as_str()))),
    }
}

/// The accreditation whose place an application says that it is to take, as it was found.
#[derive(Debug, Clone)]
pub struct PlaceToTake {
    /// Its name, as it was said.
    pub name: AccreditationName,
    /// The accreditation, if there is one within the caller's reach.
    pub found: Option<Accreditation>,
    /// Whether another application is to take the place already.
    pub taken: bool,
}

impl PlaceToTake {
    /// That name, where nothing is to be read of it.
    pub fn unread(name: AccreditationName) -> Self {
        Self { name, found: None, taken: false }
    }

    /// The number of the accreditation, if an application of that mission and category can take its place. Two that take it at
    /// once meet at the database's own index.
    pub fn check(&self, mission: &MissionName, category: Category) -> Result<u32, Refusal> {
        let Self { name, found, taken } = self;
        let replaced = found.as_ref().filter(|_| name.election == mission.election);
        check_replaced(replaced.ok_or_else(|| Refusal::not_found(name))?, &mission.organization, category)?;
        if *taken {
            return Err(Refusal::AlreadyExists { resource: format!("a replacement of {name}") });
        }
        Ok(name.number)
    }
}

impl Application {
    /// Whether it can still replace another person than it says: it is not submitted.
    pub fn can_replace_another(&self) -> bool {
        self.state.kind().is_unsubmitted()
    }

    /// Takes what a request says of whom it replaces. What is not submitted replaces whom it says, or nobody; later, saying nothing
    /// leaves it as it is, and saying another is refused.
    pub fn replacing(mut self, said: Option<u32>) -> Result<Self, Refusal> {
        if self.can_replace_another() {
            self.replaces = said;
        }
        match said {
            Some(number) if self.replaces != Some(number) => {
                Err(wrong("expected it as it is: it can be changed before the application is submitted".to_owned()))
            }
            _ => Ok(self),
        }
    }

    /// Refuses another category than that of the person replaced; before it is submitted it can still replace another.
    pub(super) fn check_same_category(&self, category: Category) -> Result<(), Refusal> {
        if self.replaces.is_none() || self.state.kind().is_unsubmitted() || self.category == category {
            return Ok(());
        }
        let problem = format!("expected {:?}, the category of the accreditation that it replaces", self.category);
        Err(Refusal::InvalidField { field: "application.category", problem })
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::super::fixture::{at, draft, person};
    use super::*;
    use crate::accreditation::Withdrawal;
    use crate::vocabulary::personal::Personal;

    fn accreditation() -> Accreditation {
        let by = person("adopter", "p2").principal;
        Accreditation {
            name: "elections/kz-2019/accreditations/7".parse().expect("a name"),
            application: draft().name,
            category: Category::LongTermObserver,
            decree: 1,
            recommended_by: by.clone(),
            adopted_by: by,
            accredit_time: at("2019-05-14T00:00:00Z"),
            badge: None,
            last_change: None,
            replaced_by: None,
            confirm_time: None,
        }
    }

    #[test]
    fn a_place_is_taken_in_the_same_organization_and_category() {
        let (own, category) = (draft().name.organization, Category::LongTermObserver);
        assert_eq!(check_replaced(&accreditation(), &own, category), Ok(()));
        let another = "another".parse().expect("a code");
        assert_eq!(check_replaced(&accreditation(), &another, category).expect_err("theirs").reason(), "NOT_FOUND");
        let other = check_replaced(&accreditation(), &own, Category::Driver);
        assert_eq!(other.expect_err("another category").reason(), "INVALID_REQUEST");
    }

    #[test]
    fn a_place_is_taken_of_whoever_is_in_force_or_was_withdrawn() {
        let (own, by) = (draft().name.organization, person("secretary", "p5").principal);
        let check = |of: &Accreditation| check_replaced(of, &own, Category::LongTermObserver);
        let withdrawal = Withdrawal { reason: Personal::default(), note_number: "1".to_owned() };
        let now = at("2019-06-01T00:00:00Z");
        let withdrawn = accreditation().withdraw(withdrawal, &by, now).expect("in force");
        assert_eq!(check(&withdrawn), Ok(()));
        let replaced = accreditation().replace("2".to_owned(), 2, &by, now).expect("in force");
        assert_eq!(check(&replaced).expect_err("taken").reason(), "INVALID_REQUEST");
    }

    #[test]
    fn a_draft_says_whom_it_replaces_and_later_it_stays() {
        let replacing = draft().replacing(Some(7)).expect("a draft");
        assert_eq!(replacing.clone().replacing(None).expect("a draft").replaces, None);
        let submitted = Application { state: State::Submitted, ..replacing };
        for said in [None, Some(7)] {
            assert_eq!(submitted.clone().replacing(said).expect("the same").replaces, Some(7));
        }
        assert_eq!(submitted.clone().replacing(Some(8)).expect_err("another").reason(), "INVALID_REQUEST");
        assert!(submitted.check_same_category(Category::Driver).is_err());
        assert_eq!(submitted.check_same_category(submitted.category), Ok(()));
    }
}
