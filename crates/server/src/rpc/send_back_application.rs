//! Sends a recommended application back to its reviewer, with a reason.

use domain::application::Verb;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

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
        before.check_etag(&input.etag)?;
        let election = tx.lookup_election(&before.name.election).await?;
        let rules = election.ok_or_else(|| Refusal::not_found(&input.application))?.rules;
        let (state, version) = (before.state.clone(), before.version);
        let changed = before.send_back(&rules, cx.now)?;
        tx.update_application(cx.permit, &changed, version).await?;
        Ok(Effect::transition(Verb::SendBack, &state, &changed).note(&input.reason))
    }
}
