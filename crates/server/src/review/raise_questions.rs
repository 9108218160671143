//! Asks the delegation about fields; the application keeps its place in the queue.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::review::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::loading::{self, read};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let read = read(tx, by, &input.application, Some(&input.etag)).await?;
        let others = loading::others(tx, &read.application, &[&read.screening]).await?;
        let election = loading::election_of(tx, &input.application).await?;
        Ok(acts::raise_questions(by, read, &others, &election, input.questions.clone(), input.due)?)
    }
}
