//! Asks the delegation about fields; the application keeps its place in the queue.

use domain::application::Verb;
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::transition::{election_of, transition};
use super::{Cx, Effect, Mutation, discretion};

pub(crate) struct RaiseQuestions;

impl Mutation for RaiseQuestions {
    const ACTION: Action = Action::RaiseQuestions;
    type Message = v1::RaiseQuestionsRequest;
    type Input = request::RaiseQuestions;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::raise_questions(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        let screening = tx.screening(&before.name).await?;
        before.check_etag_with(&screening, &input.etag)?;
        let texts: Vec<_> = input.questions.iter().map(|question| question.text.expose().as_str()).collect();
        discretion::check(tx, &before, &[&screening], "questions.text", &texts).await?;
        election_of(tx, &before.name).await?.check_before_voting("due_time", input.due)?;
        let (caller, questions) = (&cx.actor.principal, input.questions.clone());
        transition(tx, cx, Verb::RaiseQuestions, before, |before| {
            before.raise_questions(caller, questions, input.due, cx.now)
        })
        .await
    }
}
