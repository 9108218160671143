//! Clears one finding with a reason.

use domain::application::{Application, Verb};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::transition;
use super::{Cx, Effect, Mutation};

pub(crate) struct ClearFinding;

impl Mutation for ClearFinding {
    const ACTION: Action = Action::ClearFinding;
    type Message = v1::ClearFindingRequest;
    type Input = request::ClearFinding;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::clear_finding(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        before.check_etag(&input.etag)?;
        let (caller, reason) = (&cx.actor.principal, input.reason.clone());
        let clear = |before: Application| before.clear_finding(caller, input.code, reason, cx.now);
        let effect = transition(tx, cx, Verb::ClearFinding, before, clear).await?;
        Ok(effect.fact("finding", input.code.as_str()))
    }
}
