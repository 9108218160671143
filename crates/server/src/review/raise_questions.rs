//! `RaiseQuestions`: a reviewer asks the delegation about fields. The application keeps its
//! place in the queue.
//!
//! - **Rule:** `domain::review::acts::raise_questions`. The questions must not name other
//!   organizations that filed the same person, and the answer is due before voting begins.
//! - **Reads:** the application with its findings, the other organizations, the election.
//! - **Locks:** nothing. The update names the version that was read.
//! - **Two at once:** the later one runs again and is refused by its etag.
//! - **If nobody answers:** after the due time the job `jobs::overdue` puts the application back
//!   into the queue.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::review::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::{self, get_for_review};

/// Asks questions about one application.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let read = get_for_review(tx, by, &input.application, Some(&input.etag)).await?;
        let others = act_input::list_other_organizations(tx, &read.application, &[&read.screening]).await?;
        let election = act_input::get_election_of(tx, &input.application).await?;
        Ok(acts::raise_questions(by, read, &others, &election, input.questions.clone(), input.due)?)
    }
}
