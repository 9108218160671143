//! `WithdrawAmendment`: a delegation gives up an open amendment, so that it can ask for another
//! one.
//!
//! - **Rule:** `domain::amendment::acts::withdraw`. A registrar withdraws only amendments of
//!   applications that came on paper.
//! - **Reads:** the amendment before the lock, to refuse what is not there, and again after it.
//! - **Locks:** the row of the application, as `DecideAmendment` does. So one of the two sees
//!   what the other did.
//! - **Afterwards:** the application is queued for the checks. Others that were found to be like
//!   the amendment no longer are.

use domain::amendment::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Withdraws one open amendment.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let (name, missing) = (&input.amendment, || Refusal::not_found(&input.amendment));
        tx.lookup_amendment(by.permit, name).await?.ok_or_else(missing)?;
        // From here on no reviewer decides on the amendment until this transaction ends.
        let application = tx.lock_application(by.permit, &name.application()).await?;
        let amendment = tx.lookup_amendment(by.permit, name).await?.ok_or_else(missing)?;
        Ok(acts::withdraw(by, amendment, &application)?)
    }
}
