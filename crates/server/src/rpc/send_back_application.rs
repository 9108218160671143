//! Sends a recommended application back to its reviewer, with a reason.

use domain::application::{Application, Verb};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::{election_of, transition};
use super::{Cx, Effect, Mutation};

pub(crate) struct SendBackApplication;

impl Mutation for SendBackApplication {
    const ACTION: Action = Action::SendBackApplication;
    type Message = v1::SendBackApplicationRequest;
    type Input = request::SendBackApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::send_back_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        before.check_etag_with(&tx.screening(&before.name).await?, &input.etag)?;
        let rules = election_of(tx, &before.name).await?.rules;
        let caller = cx.actor.person()?;
        let send_back = |before: Application| before.send_back(&caller, &rules, cx.now);
        let effect = transition(tx, cx, Verb::SendBack, before, send_back).await?;
        Ok(effect.note(&input.reason))
    }
}
