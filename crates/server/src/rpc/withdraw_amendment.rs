//! Gives up an open amendment, so that another can be asked for.

use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::amend_accreditation::effect;
use super::{Cx, Effect, Mutation};

pub(crate) struct WithdrawAmendment;

impl Mutation for WithdrawAmendment {
    const ACTION: Action = Action::WithdrawAmendment;
    type Message = v1::WithdrawAmendmentRequest;
    type Input = request::WithdrawAmendment;
    type Answer = v1::Amendment;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::withdraw_amendment(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let name = &input.amendment;
        let missing = || Refusal::not_found(name);
        tx.lookup_amendment(cx.permit, name).await?.ok_or_else(missing)?;
        // Nobody decides on it meanwhile.
        let application = tx.application_to_keep(cx.permit, &name.application()).await?;
        application.check_amendment_of(cx.registrar()?.as_ref())?;
        let before = tx.lookup_amendment(cx.permit, name).await?.ok_or_else(missing)?;
        let withdrawn = before.withdraw(&cx.actor.principal, cx.now)?;
        tx.close_amendment(cx.permit, &withdrawn).await?;
        // Whoever is found to be like it is no longer.
        tx.queue_screening(cx.permit, &application.name).await?;
        Ok(effect(&withdrawn).marked(application.paper.is_some()))
    }
}
