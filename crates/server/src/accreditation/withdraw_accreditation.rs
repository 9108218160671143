//! Ends an accreditation of the caller's own organization, at any time.

use domain::accreditation::acts;
use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

pub(crate) struct WithdrawAccreditation;

impl Mutation for WithdrawAccreditation {
    const ACTION: Action = Action::WithdrawAccreditation;
    type Message = v1::WithdrawAccreditationRequest;
    type Input = request::WithdrawAccreditation;
    type Answer = v1::Accreditation;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::withdraw_accreditation(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_accreditation(by.permit, &input.accreditation).await?;
        let before = found.ok_or_else(|| Refusal::not_found(&input.accreditation))?;
        // A reason that comes in is erased with the rest, or not taken any more.
        tx.application_to_keep(by.permit, &before.application).await?;
        Ok(acts::withdraw(by, before, input.withdrawal.clone())?)
    }
}
