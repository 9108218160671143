//! `UpdateDecree`: corrects the number, the date and the signatories of a draft. Its list stays.
//!
//! - **Rule:** `domain::decree::acts::correct`. Two decrees of an election never have the same
//!   official number.
//! - **Locks:** nothing. The update names the version of the decree.
//! - **Two at once:** the later one runs again and is refused by its etag. If two drafts want
//!   one number, the unique key stops the later one.

use domain::decree::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Corrects one draft.
pub(crate) struct UpdateDecree;

impl Mutation for UpdateDecree {
    const ACTION: Action = Action::UpdateDecree;
    type Message = v1::UpdateDecreeRequest;
    type Input = request::UpdateDecree;
    type Answer = v1::Decree;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::update_decree(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_decree(by.permit, &input.name).await?;
        let found = found.ok_or_else(|| Refusal::not_found(&input.name))?;
        let holder = tx.decree_of_number(&found.name.election, &input.decree.decree_number).await?;
        Ok(acts::correct(by, found, &input.etag, input.decree.clone(), holder)?)
    }
}
