//! Lists recommended applications and open proposals in a draft: all that are named or none, or whom a filter picks.

use domain::decree::{Candidate, Decree, Items, acts};
use domain::outcome::{Acting, Deed, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::name::DecreeName;
use store::{ApplicationFilter, ApplicationRecord, CommandError, Page, Tx};
use wire::convert::decree::selection_to_message;
use wire::request::{self, AddDecreeItems as Input, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::application::list_applications;
use crate::engine::Mutation;

pub(crate) struct AddDecreeItems;

impl Mutation for AddDecreeItems {
    const ACTION: Action = Action::AddDecreeItems;
    type Message = v1::AddDecreeItemsRequest;
    type Input = Input;
    type Answer = v1::Decree;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::add_decree_items(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        match input {
            Input::Named(items) => items.key,
            Input::Picked { key, .. } => *key,
        }
    }

    const RESTORES_FROM_EVENT: bool = true;

    fn restore_from_event(deed: &Deed, answer: &mut v1::Decree) {
        if let Deed::DecreeListed { selection, .. } = deed {
            answer.selection = selection.as_ref().map(selection_to_message);
        }
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        match input {
            Input::Named(items) => name(items, tx, by).await,
            Input::Picked { key: _, decree, filter } => pick(decree, filter, tx, by).await,
        }
    }
}

async fn read(decree: &DecreeName, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Decree, CommandError> {
    Ok(tx.lookup_decree(by.permit, decree).await?.ok_or_else(|| Refusal::not_found(decree))?)
}

/// Lists what is named.
async fn name(items: &request::DecreeItems, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
    let before = read(&items.decree, tx, by).await?;
    let election = &items.decree.election;
    let listed = Items {
        applications: tx.applications(by.permit, election, &items.applications).await?,
        proposals: tx.proposed(by.permit, election, &items.proposals).await?,
    };
    Ok(acts::list(by, before, &listed)?)
}

/// Lists every recommended application that a filter picks, in the order of the queue, or as many as are listed at once.
async fn pick(
    decree: &DecreeName,
    filter: &request::ApplicationFilter,
    tx: &mut Tx<'_>,
    by: &Acting<'_>,
) -> Result<Outcome, CommandError> {
    let before = read(decree, tx, by).await?;
    let of = list_applications::filter(filter.clone(), by)?;
    let filter = ApplicationFilter { states: acts::TO_LIST.to_vec(), in_queue: true, ..of };
    let everyone = Page { after: None, size: u32::MAX };
    let found = tx.list_applications(by.permit, &decree.election, &filter, &everyone).await?;
    let elsewhere = tx.listed_elsewhere(decree).await?;
    let candidate = |record: ApplicationRecord| Candidate {
        stands: !record.screening.standing().is_empty(),
        elsewhere: elsewhere.contains(&record.application.name.id),
        application: record.application,
    };
    let candidates: Vec<_> = found.into_iter().map(candidate).collect();
    Ok(acts::pick(by, before, &candidates)?)
}
