//! `AddDecreeItems`: adds recommended applications and open proposals to the list of a draft.
//!
//! The caller names them, and then all are added or none. Or the caller gives a filter, and as
//! many are added as one call allows.
//!
//! - **Rule:** `domain::decree::acts::list` for names, `pick` for a filter. Both leave the order
//!   of what is listed already.
//! - **Locks:** for named proposals the rows of their applications. For applications nothing:
//!   the adoption checks again that each is still recommended.
//! - **Two at once:** the update names the version of the decree, so the later one runs again
//!   and adds to the longer list.
//! - **Repetition:** how many the filter picked is in the event alone. So the answer is restored
//!   from the event, also for a repeated request.

use domain::decree::{Candidate, Decree, Items, acts};
use domain::outcome::{CallContext, EventPayload, Outcome};
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

/// Adds items to the list of one draft.
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

    // What the filter picked and left out can change later. The event says what it was at the time
    // of the call.
    const RESTORES_FROM_EVENT: bool = true;

    fn restore_from_event(payload: &EventPayload, answer: &mut v1::Decree) {
        if let EventPayload::DecreeListed { selection, .. } = payload {
            answer.selection = selection.as_ref().map(selection_to_message);
        }
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        match input {
            Input::Named(items) => add_named(items, tx, by).await,
            Input::Picked { key: _, decree, filter } => add_picked(decree, filter, tx, by).await,
        }
    }
}

/// Reads a decree as far as the caller sees decrees.
async fn get_decree(decree: &DecreeName, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Decree, CommandError> {
    Ok(tx.lookup_decree(by.permit, decree).await?.ok_or_else(|| Refusal::not_found(decree))?)
}

/// Adds what the caller names.
async fn add_named(
    items: &request::DecreeItems,
    tx: &mut Tx<'_>,
    by: &CallContext<'_>,
) -> Result<Outcome, CommandError> {
    let before = get_decree(&items.decree, tx, by).await?;
    let election = &items.decree.election;
    let listed = Items {
        applications: tx.applications(by.permit, election, &items.applications).await?,
        proposals: tx.proposed(by.permit, election, &items.proposals).await?,
    };
    Ok(acts::list(by, before, &listed)?)
}

/// Adds the recommended applications that a filter picks, in the order of the queue.
///
/// All of them are read, also those beyond the limit of one call: the answer says how many are
/// left.
async fn add_picked(
    decree: &DecreeName,
    filter: &request::ApplicationFilter,
    tx: &mut Tx<'_>,
    by: &CallContext<'_>,
) -> Result<Outcome, CommandError> {
    let before = get_decree(decree, tx, by).await?;
    let of = list_applications::filter(filter.clone(), by)?;
    let filter = ApplicationFilter { states: acts::TO_LIST.to_vec(), in_queue: true, ..of };
    let everyone = Page { after: None, size: u32::MAX };
    let found = tx.list_applications(by.permit, &decree.election, &filter, &everyone).await?;
    // The filter leaves out what another draft lists. Read once for all candidates.
    let elsewhere = tx.listed_elsewhere(decree).await?;
    let candidate = |record: ApplicationRecord| Candidate {
        stands: !record.screening.standing().is_empty(),
        elsewhere: elsewhere.contains(&record.application.name.id),
        application: record.application,
    };
    let candidates: Vec<_> = found.into_iter().map(candidate).collect();
    Ok(acts::pick(by, before, &candidates)?)
}
