//! Puts an application that the caller holds back into the queue.

use domain::application::Verb;
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::transition;
use super::{Cx, Effect, Mutation};

pub(crate) struct ReleaseApplication;

impl Mutation for ReleaseApplication {
    const ACTION: Action = Action::ReleaseApplication;
    type Message = v1::ReleaseApplicationRequest;
    type Input = request::ReleaseApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::release_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        before.check_etag_with(&tx.screening(&before.name).await?, &input.etag)?;
        transition(tx, cx, Verb::Release, before, |before| before.release(&cx.actor.principal)).await
    }
}
