//! Amendments as their readers see them.

use domain::amendment::Amendment;
use domain::outcome::Acting;
use domain::policy::{Action, Permit};
use domain::refusal::Refusal;
use domain::vocabulary::name::AmendmentName;
use jiff::Timestamp;
use store::{CommandError, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use crate::engine::list::known;
use crate::engine::resource::parse;
use crate::engine::{Query, Resource, page};

/// An amendment with both versions. What was found is shown to no delegation, whose transaction would not find it either.
async fn message(tx: &mut Tx<'_>, permit: &Permit, amendment: &Amendment) -> Result<v1::Amendment, CommandError> {
    let kept = tx.kept_of_amendment(amendment).await?;
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

pub(crate) struct ListAmendments;

impl Query for ListAmendments {
    const ACTION: Action = Action::ListAmendments;
    type Message = v1::ListAmendmentsRequest;
    type Input = request::ListAmendments;
    type Answer = v1::ListAmendmentsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_amendments(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Self::Answer, CommandError> {
        let request::ListAmendments { list: request::List { parent, page: asked }, only_open } = input;
        known(tx, parent).await?;
        let page = page::read(tx, by, asked)?;
        let found = tx.list_amendments(by.permit, &parent.election, *only_open, &page).await?;
        let key = |last: &Amendment| (last.request_time, last.name.application, last.name.number);
        let (found, next_page_token) = page::cut(tx, by, asked, found, key);
        let mut amendments = Vec::with_capacity(found.len());
        for one in &found {
            amendments.push(message(tx, by.permit, one).await?);
        }
        Ok(v1::ListAmendmentsResponse { amendments, next_page_token })
    }
}
