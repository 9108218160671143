//! Claims one application.

use domain::application::{Application, ClaimGuard, Verb};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct ClaimApplication;

impl Mutation for ClaimApplication {
    const ACTION: Action = Action::ClaimApplication;
    type Message = v1::ClaimApplicationRequest;
    type Input = request::ClaimApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::claim_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let found = tx.application(cx.permit, &input.application).await?;
        claim(found, tx, cx).await
    }
}

/// Claims an application for the caller.
pub(super) async fn claim(before: Application, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
    let election = tx.lookup_election(&before.name.election).await?;
    let rules = election.ok_or_else(|| Refusal::not_found(&before.name))?.rules;
    let (state, version) = (before.state.clone(), before.version);
    let guard = ClaimGuard { reviewer: cx.actor.principal.clone(), rules: &rules, now: cx.now };
    let changed = before.claim(guard)?;
    tx.update_application(cx.permit, &changed, version).await?;
    Ok(Effect::transition(Verb::Claim, &state, &changed))
}
