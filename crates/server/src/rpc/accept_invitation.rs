//! Accepts the caller's own invitation, or that of an organization that accepted it on paper.

use domain::event::LogName;
use domain::mission::InvitationState;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        answer(input, InvitationState::Accepted, tx, cx).await
    }
}

/// Answers the caller's own invitation.
pub(super) async fn answer(
    input: &request::AnswerInvitation,
    answer: InvitationState,
    tx: &mut Tx<'_>,
    cx: &Cx<'_>,
) -> Result<Effect, CommandError> {
    let found = tx.lookup_invitation(cx.permit.scope(), &input.invitation).await?;
    let found = found.ok_or_else(|| Refusal::not_found(&input.invitation))?;
    let before = found.version;
    let answered = found.answer(answer, cx.now)?;
    tx.answer_invitation(cx.permit, &answered, before).await?;
    let log = LogName::Election(answered.name.election.clone());
    let to = if answer == InvitationState::Accepted { "ACCEPTED" } else { "DECLINED" };
    let effect = Effect::new(log, &answered.name, &answered.name.organization).fact("to", to);
    Ok(effect.marked(cx.registrar()?.is_some()))
}
