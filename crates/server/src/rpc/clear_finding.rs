//! Clears one finding with a reason.

use domain::application::Verb;
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

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
        let screening = tx.screening(&before.name).await?;
        before.check_etag_with(&screening, &input.etag)?;
        let (version, caller, reason) = (screening.version, &cx.actor.principal, input.reason.clone());
        let cleared = before.clear_finding(screening, caller, input.code, reason, cx.now)?;
        tx.put_screening(cx.permit, &before.name, version, &cleared).await?;
        let effect = Effect::transition(Verb::ClearFinding, &before.state, &before);
        Ok(effect.of(&caller.organization).fact("finding", input.code.as_str()))
    }
}
