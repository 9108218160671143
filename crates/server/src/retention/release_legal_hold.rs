//! Ends a legal hold.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::retention::legal_hold::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

pub(crate) struct ReleaseLegalHold;

impl Mutation for ReleaseLegalHold {
    const ACTION: Action = Action::ReleaseLegalHold;
    type Message = v1::ReleaseLegalHoldRequest;
    type Input = request::ReleaseLegalHold;
    type Answer = v1::LegalHold;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::release_legal_hold(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_legal_hold(&input.hold).await?.ok_or_else(|| Refusal::not_found(&input.hold))?;
        Ok(acts::release(by, found, input.reason.clone())?)
    }
}
