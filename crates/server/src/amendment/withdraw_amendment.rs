//! Gives up an open amendment, so that another can be asked for.

use domain::amendment::acts;
use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let (name, missing) = (&input.amendment, || Refusal::not_found(&input.amendment));
        tx.lookup_amendment(by.permit, name).await?.ok_or_else(missing)?;
        // Nobody decides on it meanwhile.
        let application = tx.application_to_keep(by.permit, &name.application()).await?;
        let amendment = tx.lookup_amendment(by.permit, name).await?.ok_or_else(missing)?;
        Ok(acts::withdraw(by, amendment, &application)?)
    }
}
