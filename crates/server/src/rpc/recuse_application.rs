//! The caller, with whichever certificate, decides on an application no more.

use domain::application::{Application, State, Verb};
use domain::id::PersonId;
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::transition;
use super::{Cx, Effect, Mutation};

pub(crate) struct RecuseApplication;

impl Mutation for RecuseApplication {
    const ACTION: Action = Action::RecuseApplication;
    type Message = v1::RecuseApplicationRequest;
    type Input = request::ChangeOfHands;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::recuse_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        let caller = cx.actor.person()?;
        if before.is_recused(&caller.person) {
            return Ok(Effect::transition(Verb::Recuse, &before.state, &before));
        }
        before.check_etag_with(&tx.screening(&before.name).await?, &input.etag)?;
        let holder = holder(tx, &before).await?;
        let recuse = |before: Application| before.recuse(&caller, holder.as_ref());
        Ok(transition(tx, cx, Verb::Recuse, before, recuse).await?.note(&input.reason))
    }
}

/// The human behind the certificate that holds an application in review.
async fn holder(tx: &mut Tx<'_>, application: &Application) -> Result<Option<PersonId>, CommandError> {
    let State::InReview { reviewer, .. } = &application.state else { return Ok(None) };
    let principal = tx.lookup_principal(reviewer).await?;
    Ok(principal.and_then(|found| found.holder.person().cloned()))
}
