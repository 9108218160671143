//! `CreatePresentation`: the ministry presents a list of submitted applications under the number
//! of a note: all of them or none.
//!
//! - **Rule:** `domain::presentation::acts::present`. The presentation cutoff is compared with
//!   the moment when the request was complete.
//! - **Reads:** the election, whether the note is known, and all listed applications in one
//!   statement.
//! - **Locks:** the counter of presentations, until the commit.
//! - **Two at once:** a note has one presentation; its number is a unique key. An application
//!   that was presented, withdrawn or returned meanwhile has another version. Then everything is
//!   rolled back, and the next run names the items that are not ready.
//! - **Afterwards:** every application is queued for the checks in the same commit. Nobody can
//!   claim one that has not been checked.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::presentation::acts::{self, PresentInput};
use domain::refusal::Refusal;
use domain::vocabulary::name::ElectionName;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Presents one list of applications.
pub(crate) struct CreatePresentation;

impl Mutation for CreatePresentation {
    const ACTION: Action = Action::CreatePresentation;
    type Message = v1::CreatePresentationRequest;
    type Input = request::CreatePresentation;
    type Answer = v1::Presentation;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_presentation(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let ElectionName { election: code } = &input.election;
        let (listed, note_number) = (&input.presentation.applications, &input.presentation.note_number);
        let loaded = PresentInput {
            election: tx.lookup_election(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?,
            note_known: tx.has_note(code, note_number).await?,
            found: tx.applications(by.permit, code, listed).await?,
            // Last, because it locks the counter of the whole election.
            number: tx.take_numbers(by.permit, code, Series::Presentation, 1).await?,
        };
        Ok(acts::present(by, loaded, note_number.clone(), input.expected_count)?)
    }
}
