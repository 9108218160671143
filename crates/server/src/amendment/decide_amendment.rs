//! A reviewer decides on an open amendment. Accepted, the application says what the amendment says, under the same number and
//! with another badge.

use domain::amendment::acts::{self, ToDecide};
use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::loading::others;

pub(crate) struct DecideAmendment;

impl Mutation for DecideAmendment {
    const ACTION: Action = Action::DecideAmendment;
    type Message = v1::DecideAmendmentRequest;
    type Input = request::DecideAmendment;
    type Answer = v1::Amendment;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::decide_amendment(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let (name, missing) = (&input.amendment, || Refusal::not_found(&input.amendment));
        tx.lookup_amendment(by.permit, name).await?.ok_or_else(missing)?;
        // Nobody withdraws it or ends the accreditation meanwhile.
        let application = tx.application_to_keep(by.permit, &name.application()).await?;
        let amendment = tx.lookup_amendment(by.permit, name).await?.ok_or_else(missing)?;
        let screening = tx.amendment_screening(name).await?;
        let own = tx.screening(&application.name).await?;
        let others = others(tx, &application, &[&screening, &own]).await?;
        let mut reissue = None;
        if input.ruling.reissues()
            && let Some(found) = tx.lookup_accreditation(by.permit, &amendment.accreditation()).await?
        {
            reissue = Some((found, tx.take_numbers(by.permit, &name.election, Series::Badge, 1).await?));
        }
        let loaded = ToDecide { amendment, screening, application, others, reissue };
        Ok(acts::decide(by, loaded, input.ruling.clone())?)
    }
}
