//! Claims one application.

use domain::application::{Application, ClaimGuard, Verb};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::{election_of, transition};
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
    let rules = election_of(tx, &before.name).await?.rules;
    let (reviewer, screening) = (cx.actor.person()?, tx.screening(&before.name).await?);
    let guard = ClaimGuard { reviewer: &reviewer, rules: &rules, screening: &screening, now: cx.now };
    transition(tx, cx, Verb::Claim, before, |before| before.claim(guard)).await
}
