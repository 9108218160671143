//! Lists accreditations in the order of their numbers: all of them, or what a run-off asks about.

use domain::outcome::Acting;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use crate::engine::{Query, page};

pub(crate) struct ListAccreditations;

impl Query for ListAccreditations {
    const ACTION: Action = Action::ListAccreditations;
    type Message = v1::ListAccreditationsRequest;
    type Input = request::ListAccreditations;
    type Answer = v1::ListAccreditationsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_accreditations(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Self::Answer, CommandError> {
        let code = &input.election.election;
        let election = tx.lookup_election(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?;
        let part = page::read(tx, by, &input.page)?;
        let found = match (input.filter.confirmed, election.to_confirm()) {
            (None, _) => tx.list_accreditations(by.permit, code, &part).await?,
            (Some(confirmed), Some(called)) => {
                tx.list_accreditations_confirmed(by.permit, code, (called, confirmed), &part).await?
            }
            // Nobody is asked to confirm anything.
            (Some(_), None) => Vec::new(),
        };
        let (found, next_page_token) = page::cut(tx, by, &input.page, found, |last| last.name.number);
        let shown = found.iter().map(|one| convert::accreditation::to_message(one, by.permit.view()));
        Ok(v1::ListAccreditationsResponse { accreditations: shown.collect(), next_page_token })
    }
}
