//! `AnswerQuestions`: a delegation answers what the commission asked, and corrects the
//! application if it wants to.
//!
//! - **Rule:** `domain::application::acts::answer`. Every question needs an answer. The
//!   application goes back to its old place in the queue.
//! - **Reads:** the application. With a correction also the election, the uploaded documents
//!   and, where quotas bind, the places.
//! - **Locks:** the invitation, only if places are counted. Another category needs a place of
//!   that category.
//! - **Two at once:** the update names the version that was read; the later one is refused
//!   because nothing is asked any more.
//! - **Afterwards:** corrected content is queued for the checks, and nobody reviews it before
//!   they have run.

use domain::application::acts::{self, CorrectedContent};
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::{get_election_of, lock_and_count_places};

/// Answers the questions about one application.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let application = tx.application(by.permit, &input.application).await?;
        // Answers alone change no content, so nothing else is read for them.
        let mended = match &input.filing {
            Some((filing, paper, replaces)) => {
                let election = get_election_of(tx, &application.name).await?;
                Some(CorrectedContent {
                    places: lock_and_count_places(tx, &election, &application, Some(&filing.content)).await?,
                    uploaded: tx.uploaded(&application.name).await?,
                    new_content: tx.salt(filing.clone()),
                    paper: paper.clone(),
                    replaces: replaces.as_ref().map(|new_content| new_content.number),
                    election,
                })
            }
            None => None,
        };
        Ok(acts::answer(by, application, input.answers.expose(), mended)?)
    }
}
