//! Replacements: an application for somebody who takes the place of an accredited person of the same mission.
//!
//! A mission may exchange a person at any time. The replaced accreditation ends when the decree accredits the new
//! person, so that the mission is never one short and never one too many.

use super::Application;
use crate::accreditation::Accreditation;
use crate::refusal::Refusal;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::category::Category;
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::name::{AccreditationName, MissionName};

/// The refusal about the field `replaces`.
fn wrong(problem: String) -> Refusal {
    Refusal::InvalidField { field: "application.replaces", problem }
}

/// Checks that an accreditation can be replaced. One of another organization looks like a missing one. Only the same
/// category can be replaced, while the accreditation is active or after its sender withdrew it.
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
            "must be an accreditation of the same category; the category of this one is {:?}",
            replaced.category
        )));
    }
    match replaced.state() {
        AccreditationState::Active | AccreditationState::WithdrawnBySender => Ok(()),
        ended => Err(wrong(format!("must be an active or a withdrawn accreditation; this one is {}", ended.as_str()))),
    }
}

/// The accreditation that an application says it replaces, and what was found about it.
#[derive(Debug, Clone)]
pub struct ReplacementTarget {
    /// The name of the accreditation, as the request gave it.
    pub name: AccreditationName,
    /// The accreditation, if the caller can see it.
    pub found: Option<Accreditation>,
    /// Whether another application is to replace it already.
    pub taken: bool,
}

impl ReplacementTarget {
    /// A target with only its name, where its content is not needed.
    pub fn unread(name: AccreditationName) -> Self {
        Self { name, found: None, taken: false }
    }

    /// Checks the target for an application of that mission and category, and returns the number of the
    /// accreditation. Two applications that take the same place at once are stopped by a unique index of the
    /// database.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotFound`], [`Refusal::InvalidField`] for a wrong category or state, [`Refusal::AlreadyExists`] if
    /// another application is to replace it.
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
    /// Whether a request can still change whom the application replaces: before it is submitted.
    pub fn can_replace_another(&self) -> bool {
        self.state.kind().is_unsubmitted()
    }

    /// Applies what a request says about the replacement. Before submission the request decides. Later, saying nothing
    /// keeps it, and naming another accreditation is refused: the ministry has presented this replacement.
    ///
    /// # Errors
    ///
    /// [`Refusal::InvalidField`] if it would change after submission.
    pub fn replacing(mut self, stated: Option<u32>) -> Result<Self, Refusal> {
        if self.can_replace_another() {
            self.replaces = stated;
        }
        match stated {
            Some(number) if self.replaces != Some(number) => {
                Err(wrong("must stay as it is: it can be changed only before the application is submitted".to_owned()))
            }
            _ => Ok(self),
        }
    }

    /// Checks that the category stays that of the replaced person. Before submission the replacement can still change.
    pub(super) fn check_same_category(&self, category: Category) -> Result<(), Refusal> {
        if self.replaces.is_none() || self.state.kind().is_unsubmitted() || self.category == category {
            return Ok(());
        }
        let problem = format!("must be {:?}, the category of the accreditation that it replaces", self.category);
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

    /// A delegation can replace only its own people, in the same category.
    #[test]
    fn a_replacement_is_in_the_same_organization_and_category() {
        let (own, category) = (draft().name.organization, Category::LongTermObserver);
        assert_eq!(check_replaced(&accreditation(), &own, category), Ok(()));
        let another = "another".parse().expect("a code");
        assert_eq!(check_replaced(&accreditation(), &another, category).expect_err("theirs").reason(), "NOT_FOUND");
        let other = check_replaced(&accreditation(), &own, Category::Driver);
        assert_eq!(other.expect_err("another category").reason(), "INVALID_REQUEST");
    }

    /// A place is free while its accreditation is active or withdrawn, and taken after a replacement.
    #[test]
    fn active_and_withdrawn_accreditations_can_be_replaced() {
        let (own, by) = (draft().name.organization, person("secretary", "p5").principal);
        let check = |of: &Accreditation| check_replaced(of, &own, Category::LongTermObserver);
        let withdrawal = Withdrawal { reason: Personal::default(), note_number: "1".to_owned() };
        let now = at("2019-06-01T00:00:00Z");
        let withdrawn = accreditation().withdraw(withdrawal, &by, now).expect("in force");
        assert_eq!(check(&withdrawn), Ok(()));
        let replaced = accreditation().replace("2".to_owned(), 2, &by, now).expect("in force");
        assert_eq!(check(&replaced).expect_err("taken").reason(), "INVALID_REQUEST");
    }

    /// After submission the replacement is fixed.
    #[test]
    fn a_replacement_can_change_only_before_submission() {
        let replacing = draft().replacing(Some(7)).expect("a draft");
        assert_eq!(replacing.clone().replacing(None).expect("a draft").replaces, None);
        let submitted = Application { state: State::Submitted, ..replacing };
        for stated in [None, Some(7)] {
            assert_eq!(submitted.clone().replacing(stated).expect("the same").replaces, Some(7));
        }
        assert_eq!(submitted.clone().replacing(Some(8)).expect_err("another").reason(), "INVALID_REQUEST");
        assert!(submitted.check_same_category(Category::Driver).is_err());
        assert_eq!(submitted.check_same_category(submitted.category), Ok(()));
    }
}
