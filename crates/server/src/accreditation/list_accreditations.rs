//! `ListAccreditations`: lists accreditations in the order of their numbers, all of them or
//! those that a run-off asks about.
//!
//! - **Reads:** the election, then one page of its accreditations as far as the permit reaches.
//! - **Rule:** `Election::to_confirm` says whether a run-off asks for confirmations. If it does
//!   not, a filter by confirmation finds nobody. That is an empty list and no error.
//! - **Pages:** the key of a page is the accreditation's number. Numbers only grow, so a new
//!   accreditation never moves an old one to another page.

use domain::outcome::CallContext;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use crate::engine::{Query, page};

/// Lists accreditations for a delegation, the ministry or the commission.
pub(crate) struct ListAccreditations;

impl Query for ListAccreditations {
    const ACTION: Action = Action::ListAccreditations;
    type Message = v1::ListAccreditationsRequest;
    type Input = request::ListAccreditations;
    type Answer = v1::ListAccreditationsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_accreditations(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let code = &input.election.election;
        let election = tx.lookup_election(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?;
        let part = page::read(tx, by, &input.page)?;
        let found = match (input.filter.confirmed, election.to_confirm()) {
            (None, _) => tx.list_accreditations(by.permit, code, &part).await?,
            (Some(confirmed), Some(called)) => {
                tx.list_accreditations_confirmed(by.permit, code, (called, confirmed), &part).await?
            }
            // No run-off asks for confirmations, so nobody is confirmed and nobody is missing.
            (Some(_), None) => Vec::new(),
        };
        let (found, next_page_token) = page::cut(tx, by, &input.page, found, |last| last.name.number);
        let shown = found.iter().map(|one| convert::accreditation::to_message(one, by.permit.view()));
        Ok(v1::ListAccreditationsResponse { accreditations: shown.collect(), next_page_token })
    }
}
