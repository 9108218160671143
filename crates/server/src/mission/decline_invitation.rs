//! `DeclineInvitation`: an organization declines its own invitation. See `accept_invitation`,
//! which shares the code.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::mission::accept_invitation::answer_invitation;

/// Declines one invitation.
pub(crate) struct DeclineInvitation;

impl Mutation for DeclineInvitation {
    const ACTION: Action = Action::DeclineInvitation;
    type Message = v1::DeclineInvitationRequest;
    type Input = request::AnswerInvitation;
    type Answer = v1::Invitation;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::decline_invitation(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        answer_invitation(input, false, tx, by).await
    }
}
