//! `AcceptInvitation`: an organization accepts its own invitation; a registrar does it for one
//! that accepted on paper.
//!
//! - **Rule:** `domain::mission::acts::invitation::answer`. An invitation is answered once.
//! - **Locks:** nothing. The update names the version of the invitation.
//! - **Two at once:** if one accepts and the other declines, the later one runs again and is
//!   refused: it was answered.

use domain::mission::acts::invitation;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Accepts one invitation.
pub(crate) struct AcceptInvitation;

impl Mutation for AcceptInvitation {
    const ACTION: Action = Action::AcceptInvitation;
    type Message = v1::AcceptInvitationRequest;
    type Input = request::AnswerInvitation;
    type Answer = v1::Invitation;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::accept_invitation(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        answer_invitation(input, true, tx, by).await
    }
}

/// Accepts or declines an invitation, for `AcceptInvitation` and `DeclineInvitation`.
pub(crate) async fn answer_invitation(
    input: &request::AnswerInvitation,
    accepted: bool,
    tx: &mut Tx<'_>,
    by: &CallContext<'_>,
) -> Result<Outcome, CommandError> {
    let found = tx.lookup_invitation(by.permit.scope(), &input.invitation).await?;
    let found = found.ok_or_else(|| Refusal::not_found(&input.invitation))?;
    Ok(invitation::answer(by, found, accepted)?)
}
