//! Withdraws an undecided application, at any time.

use domain::application::Verb;
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::transition;
use super::{Cx, Effect, Mutation};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        // Whoever was found to be like it is checked again; what is queued does not tell whether there is anyone.
        if before.place().is_some() {
            tx.queue_screening(cx.permit, &before.name).await?;
        }
        transition(tx, cx, Verb::Withdraw, before, |before| before.withdraw(input.reason.clone())).await
    }
}
