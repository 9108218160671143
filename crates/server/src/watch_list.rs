//! `WatchListService`: lists of people whom the commission must not accredit without a closer
//! look.
//!
//! Nobody outside the commission learns that an entry or a list exists.

pub(crate) mod replace_watch_list;

use crate::engine::Query;
use domain::outcome::CallContext;
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::name::WatchListEntryName;
pub(crate) use replace_watch_list::ReplaceWatchList;
use store::{CommandError, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

/// Reads one entry, which a finding names. An entry of a list that was replaced is not found.
pub(crate) struct GetWatchListEntry;

impl Query for GetWatchListEntry {
    const ACTION: Action = Action::GetWatchListEntry;
    type Message = v1::GetWatchListEntryRequest;
    type Input = WatchListEntryName;
    type Answer = v1::WatchListEntry;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::get_watch_list_entry(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, _cx: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let found = tx.lookup_listed(input).await?;
        Ok(convert::watch_list::entry_to_message(&found.ok_or_else(|| Refusal::not_found(input))?))
    }
}
