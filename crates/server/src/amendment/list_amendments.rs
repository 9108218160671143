//! `ListAmendments` and `GetAmendment`: amendments with both versions, as their readers may see
//! them.
//!
//! - **Reads:** for each amendment of a page the two revisions that it compares, and what the
//!   checks found in it.
//! - **Rule:** `convert::amendment::to_message` leaves the findings out for a delegation.
//!   Row-level security hides them from its transaction as well, so a mistake in one place tells
//!   nothing.

use domain::amendment::Amendment;
use domain::outcome::CallContext;
use domain::policy::{Action, Permit};
use domain::refusal::Refusal;
use domain::vocabulary::name::AmendmentName;
use jiff::Timestamp;
use store::{CommandError, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use crate::engine::list::check_election_exists;
use crate::engine::resource::parse;
use crate::engine::{Query, Resource, page};

/// Builds the message of an amendment, with the content before and after it. Content that was
/// erased is left out.
async fn message(tx: &mut Tx<'_>, permit: &Permit, amendment: &Amendment) -> Result<v1::Amendment, CommandError> {
    let kept = tx.stored_filing_of_amendment(amendment).await?;
    let screening = tx.amendment_screening(&amendment.name).await?;
    Ok(convert::amendment::to_message(amendment, &kept, &screening, permit.view()))
}

impl Resource for v1::Amendment {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str, _now: Timestamp) -> Result<Self, CommandError> {
        let parsed: AmendmentName = parse(name)?;
        let found = tx.lookup_amendment(permit, &parsed).await?.ok_or_else(|| Refusal::not_found(name))?;
        message(tx, permit, &found).await
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}

/// Lists the amendments of an election, or only those that are open.
pub(crate) struct ListAmendments;

impl Query for ListAmendments {
    const ACTION: Action = Action::ListAmendments;
    type Message = v1::ListAmendmentsRequest;
    type Input = request::ListAmendments;
    type Answer = v1::ListAmendmentsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_amendments(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let request::ListAmendments { list: request::List { parent, page: asked }, only_open } = input;
        check_election_exists(tx, parent).await?;
        let page = page::read(tx, by, asked)?;
        let found = tx.list_amendments(by.permit, &parent.election, *only_open, &page).await?;
        // The time first, so that the oldest request is decided first. Two requests of one moment
        // differ in the rest of the key.
        let key = |last: &Amendment| (last.request_time, last.name.application, last.name.number);
        let (found, next_page_token) = page::cut(tx, by, asked, found, key);
        let mut amendments = Vec::with_capacity(found.len());
        for one in &found {
            amendments.push(message(tx, by.permit, one).await?);
        }
        Ok(v1::ListAmendmentsResponse { amendments, next_page_token })
    }
}
