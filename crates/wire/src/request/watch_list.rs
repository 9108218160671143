//! `WatchListService`.

use domain::name::{ElectionName, WatchListEntryName};
use domain::policy::Action;
use domain::watch_list::ListedPerson;

use super::{RequestKey, key, named};
use crate::convert::watch_list;
use crate::violations::Violations;
use crate::{rules, v1};

/// Replaces a watch list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplaceWatchList {
    /// By what it is known.
    pub key: RequestKey,
    /// The election.
    pub election: ElectionName,
    /// The people.
    pub people: Vec<ListedPerson>,
}

/// Reads the request of `WatchListService/ReplaceWatchList`.
pub fn replace_watch_list(request: v1::ReplaceWatchListRequest) -> Result<ReplaceWatchList, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::ReplaceWatchList, &request, &request.request_id, &mut violations);
    let v1::ReplaceWatchListRequest { request_id: _, parent, entries } = request;
    let election = violations.parse(&parent, "parent");
    let people = watch_list::people(entries, "entries", &mut violations);
    violations.finish(|| Some(ReplaceWatchList { key: key?, election: election?, people: people? }))
}

/// Reads the request of `WatchListService/GetWatchListEntry`.
pub fn get_watch_list_entry(request: v1::GetWatchListEntryRequest) -> Result<WatchListEntryName, Violations> {
    let v1::GetWatchListEntryRequest { name } = &request;
    named(&request, name, "name")
}
