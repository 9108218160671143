//! `RemoveDecreeItems`: takes applications and proposals out of the list of a draft: all that
//! are named, or none.
//!
//! - **Rule:** `domain::decree::acts::strike`. Something that the draft does not list is an
//!   error, which names it.
//! - **Locks:** nothing. The update names the version of the decree.
//! - **Two at once:** the later one runs again on the shorter list. If the other call removed
//!   the same item, it is refused.

use domain::decree::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Removes items from the list of one draft.
pub(crate) struct RemoveDecreeItems;

impl Mutation for RemoveDecreeItems {
    const ACTION: Action = Action::RemoveDecreeItems;
    type Message = v1::RemoveDecreeItemsRequest;
    type Input = request::DecreeItems;
    type Answer = v1::Decree;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::remove_decree_items(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_decree(by.permit, &input.decree).await?;
        let before = found.ok_or_else(|| Refusal::not_found(&input.decree))?;
        Ok(acts::strike(by, before, &input.applications, &input.proposals)?)
    }
}
