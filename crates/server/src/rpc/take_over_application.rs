//! Takes an application over from the reviewer who holds it.

use domain::application::{ClaimGuard, State, Verb};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::{election_of, transition};
use super::{Cx, Effect, Mutation};

pub(crate) struct TakeOverApplication;

impl Mutation for TakeOverApplication {
    const ACTION: Action = Action::TakeOverApplication;
    type Message = v1::TakeOverApplicationRequest;
    type Input = request::ChangeOfHands;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::take_over_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        let (screening, caller) = (tx.screening(&before.name).await?, cx.actor.person()?);
        before.check_etag_with(&screening, &input.etag)?;
        let rules = election_of(tx, &before.name).await?.rules;
        let from = match &before.state {
            State::InReview { reviewer, .. } => reviewer.to_string(),
            _ => String::new(),
        };
        let guard = ClaimGuard { reviewer: &caller, rules: &rules, screening: &screening, now: cx.now };
        let effect = transition(tx, cx, Verb::TakeOver, before, |before| before.take_over(guard)).await?;
        Ok(effect.fact("reviewer_before", from).fact("reviewer", &caller.principal).note(&input.reason))
    }
}
