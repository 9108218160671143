//! Withdraws an undecided application, at any time.

use domain::application::acts;
use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

pub(crate) struct WithdrawApplication;

impl Mutation for WithdrawApplication {
    const ACTION: Action = Action::WithdrawApplication;
    type Message = v1::WithdrawApplicationRequest;
    type Input = request::WithdrawApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::withdraw_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let application = tx.application(by.permit, &input.application).await?;
        Ok(acts::withdraw(by, application, input.reason.clone())?)
    }
}
