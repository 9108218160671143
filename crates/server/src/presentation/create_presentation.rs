//! Presents a list of submitted applications under a note's number: all of them or none.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::presentation::acts::{self, ToPresent};
use domain::refusal::Refusal;
use domain::vocabulary::name::ElectionName;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let ElectionName { election: code } = &input.election;
        let (listed, note_number) = (&input.presentation.applications, &input.presentation.note_number);
        let loaded = ToPresent {
            election: tx.lookup_election(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?,
            note_known: tx.has_note(code, note_number).await?,
            found: tx.applications(by.permit, code, listed).await?,
            number: tx.take_numbers(by.permit, code, Series::Presentation, 1).await?,
        };
        Ok(acts::present(by, loaded, note_number.clone(), input.expected_count)?)
    }
}
