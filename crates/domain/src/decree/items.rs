//! The items of a decree's list, and the checks that every item has to pass.

use super::{Verdict, recommendation};
use crate::application::Application;
use crate::policy::PersonActor;
use crate::proposal::{self, Proposed};
use crate::refusal::{ItemProblem, Refusal};
use crate::vocabulary::name::{ApplicationName, ProposalName};

/// The items of a list as they were loaded: each found, or the name that was not found.
#[derive(Debug, Clone, Default)]
pub struct Items {
    /// The applications.
    pub applications: Vec<Result<Application, ApplicationName>>,
    /// The proposals.
    pub proposals: Vec<Result<Proposed, ProposalName>>,
}

impl Items {
    /// Whether the list has no items. Nobody adopts an empty decree.
    pub(super) fn is_empty(&self) -> bool {
        self.applications.is_empty() && self.proposals.is_empty()
    }

    /// Checks that every item can be listed or adopted.
    pub(super) fn check_ready(&self, ready: impl Fn(&Application) -> Result<(), String>) -> Result<(), Refusal> {
        let mut items = problems(&self.applications, ready);
        let problem = |proposed: &Proposed| proposed.check_ready().err().or_else(|| self.replaced_by_item(proposed));
        items.extend(proposal::problems(&self.proposals, problem));
        if items.is_empty() { Ok(()) } else { Err(Refusal::ItemsNotReady { items }) }
    }

    /// The problem if an application of the same list replaces the proposal's accreditation: one decree must not
    /// change an accreditation twice.
    fn replaced_by_item(&self, proposed: &Proposed) -> Option<String> {
        let number = Some(proposed.accreditation.name.number);
        let takes_place = |application: &Application| {
            let accredits = recommendation(application).is_ok_and(|made| made.verdict == Verdict::Accredit);
            application.replaces == number && accredits
        };
        let index = self.applications.iter().position(|item| item.as_ref().is_ok_and(takes_place))?;
        Some(format!("applications[{index}] replaces it: list the two in different decrees"))
    }

    /// Checks that the adopter took no part in any item, by human and not by certificate.
    pub(super) fn check_four_eyes(&self, adopter: &PersonActor) -> Result<(), Refusal> {
        let own = |application: &Application| {
            let recommended = recommendation(application).is_ok_and(|made| made.person == adopter.person);
            match recommended.then_some("the caller recommended it").or(application.exclusion_reason(&adopter.person)) {
                Some(why) => Err(why.to_owned()),
                None => Ok(()),
            }
        };
        let mut items = problems(&self.applications, own);
        items.extend(proposal::problems(&self.proposals, |one| one.exclusion_reason(adopter).map(str::to_owned)));
        if items.is_empty() { Ok(()) } else { Err(Refusal::FourEyes { items }) }
    }
}

/// Checks that every application was found and is ready.
///
/// # Errors
///
/// [`Refusal::ItemsNotReady`] with the problem of each application.
pub fn check_items(
    found: &[Result<Application, ApplicationName>],
    ready: impl Fn(&Application) -> Result<(), String>,
) -> Result<(), Refusal> {
    let items = problems(found, ready);
    if items.is_empty() { Ok(()) } else { Err(Refusal::ItemsNotReady { items }) }
}

/// The problems of the applications, each with the index of its item.
fn problems(
    found: &[Result<Application, ApplicationName>],
    ready: impl Fn(&Application) -> Result<(), String>,
) -> Vec<ItemProblem> {
    let problem = |item: &Result<Application, ApplicationName>| match item {
        Ok(application) => ready(application).err(),
        Err(_) => Some("there is no such application".to_owned()),
    };
    let placed = found.iter().enumerate();
    placed
        .filter_map(|(index, item)| Some(ItemProblem { list: "applications", index, problem: problem(item)? }))
        .collect()
}
