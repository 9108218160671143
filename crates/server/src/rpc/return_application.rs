//! Returns a submitted application to its delegation, with a reason for each field.

use domain::application::Verb;
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::transition;
use super::{Cx, Effect, Mutation};

pub(crate) struct ReturnApplication;

impl Mutation for ReturnApplication {
    const ACTION: Action = Action::ReturnApplication;
    type Message = v1::ReturnApplicationRequest;
    type Input = request::ReturnApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::return_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        before.check_etag(&input.etag)?;
        let questions = input.questions.clone();
        transition(tx, cx, Verb::Return, before, |before| before.return_by_ministry(questions, cx.now)).await
    }
}
