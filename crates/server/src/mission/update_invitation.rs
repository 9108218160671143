//! `UpdateInvitation`: changes how many people an invitation expects in each category. People
//! who are there already stay.
//!
//! - **Rule:** `domain::mission::acts::invitation::expect`. Only who may invite this kind of
//!   organization may change its quotas.
//! - **Locks:** nothing. The update names the version of the invitation. A transaction that
//!   counts places holds the row, so this one waits and the next count uses the new quota.
//! - **Two at once:** the later one runs again and is refused by its etag.

use domain::mission::acts::invitation;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Changes the quotas of one invitation.
pub(crate) struct UpdateInvitation;

impl Mutation for UpdateInvitation {
    const ACTION: Action = Action::UpdateInvitation;
    type Message = v1::UpdateInvitationRequest;
    type Input = request::UpdateInvitation;
    type Answer = v1::Invitation;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::update_invitation(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let missing = || Refusal::not_found(&input.invitation);
        let found = tx.lookup_invitation(by.permit.scope(), &input.invitation).await?.ok_or_else(missing)?;
        let invited = tx.lookup_organization(&found.name.organization).await?.ok_or_else(missing)?;
        Ok(invitation::expect(by, found, invited.kind, &input.etag, input.quotas.clone())?)
    }
}
