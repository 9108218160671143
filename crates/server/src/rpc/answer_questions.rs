//! Answers the commission's questions; the application goes back to its place in the queue.

use domain::application::{Application, Verb};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::quota::Places;
use super::transition::{election_of, transition};
use super::{Cx, Effect, Mutation};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let before = tx.application(cx.permit, &input.application).await?;
        let registrar = cx.registrar()?;
        // A delegation answers about what came on paper as well.
        let before = if registrar.is_some() { before.entered_by(registrar.as_ref())? } else { before };
        let answers = input.answers.expose();
        let Some((filing, paper, replaces)) = &input.filing else {
            return transition(tx, cx, Verb::Answer, before, |before| before.answer(answers, None)).await;
        };
        // What was mended is checked again before it is reviewed again.
        tx.queue_screening(cx.permit, &before.name).await?;
        let election = election_of(tx, &before.name).await?;
        let before = before.with_paper(paper.as_ref(), registrar.as_ref(), &election, cx.now)?;
        let before = before.replacing(replaces.as_ref().map(|said| said.number))?;
        let (from, to) = (before.category, filing.content.category);
        let places = Places::hold(tx, &election, &before, to).await?;
        let uploaded = tx.uploaded(&before.name).await?;
        let mend = |before: Application, category, digest| {
            let answered = before.answer(answers, Some((category, digest)))?;
            filing.content.check_documents(&election.rules, answered.paper.is_some())?;
            filing.content.check_uploads(&uploaded)?;
            // It keeps the place that it has; another category wants one of that category's.
            if from != to {
                places.check(&election)?;
            }
            Ok(answered)
        };
        let state = before.state.clone();
        let changed = tx.revise_application(cx.permit, before, filing, cx.now, mend).await?;
        Ok(Effect::transition(Verb::Answer, &state, &changed))
    }
}
