//! The legal acts on a watch list: replacing and erasing it.

use uuid::Uuid;

use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange, Service};
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::ElectionName;

/// Replaces the list in force by an uploaded one with this number of `entries`. Everybody is screened again.
pub fn replace(by: &CallContext<'_>, election: &ElectionName, list: Uuid, entries: usize) -> Outcome {
    let code = election.election.clone();
    let replaced = by.own_event(LogName::Election(code.clone()), election, EventPayload::WatchListReplaced { entries });
    let in_force = RowChange::WatchListInForce { election: code.clone(), list };
    by.single_outcome(
        replaced.with_row(in_force).with_row(RowChange::ToCheckAgain { election: code, organization: None }),
    )
}

/// Erases the lists of an election after their entries are gone. `entries` is the size of the last list in force.
pub fn erase(by: &Service, election: &ElectionName, commission: &OrganizationCode, entries: u64) -> Outcome {
    let (code, payload) = (election.election.clone(), EventPayload::WatchListErased { entries });
    let erased = EventDraft::new(LogName::Election(code.clone()), election, commission, payload);
    by.single_outcome(erased.with_row(RowChange::WatchListsErased(code)))
}
