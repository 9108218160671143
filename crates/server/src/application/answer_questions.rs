//! Answers the commission's questions; the application goes back to its place in the queue.

use domain::application::acts::{self, Mended};
use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::loading::{election_of, places};

pub(crate) struct AnswerQuestions;

impl Mutation for AnswerQuestions {
    const ACTION: Action = Action::AnswerQuestions;
    type Message = v1::AnswerQuestionsRequest;
    type Input = request::AnswerQuestions;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::answer_questions(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let application = tx.application(by.permit, &input.application).await?;
        let mended = match &input.filing {
            Some((filing, paper, replaces)) => {
                let election = election_of(tx, &application.name).await?;
                Some(Mended {
                    places: places(tx, &election, &application, Some(&filing.content)).await?,
                    uploaded: tx.uploaded(&application.name).await?,
                    said: tx.salt(filing.clone()),
                    paper: paper.clone(),
                    replaces: replaces.as_ref().map(|said| said.number),
                    election,
                })
            }
            None => None,
        };
        Ok(acts::answer(by, application, input.answers.expose(), mended)?)
    }
}
