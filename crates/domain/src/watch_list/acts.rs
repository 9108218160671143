//! What is done with a watch list: put in force, and erased.

use uuid::Uuid;

use crate::outcome::{Acting, Deed, Happening, Outcome, RowChange, Service};
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::ElectionName;

/// Puts a list of so many entries in the place of the one in force; everyone is checked again.
pub fn replace(by: &Acting<'_>, election: &ElectionName, list: Uuid, entries: usize) -> Outcome {
    let code = election.election.clone();
    let replaced = by.happens(LogName::Election(code.clone()), election, Deed::WatchListReplaced { entries });
    let in_force = RowChange::WatchListInForce { election: code.clone(), list };
    by.only(replaced.row(in_force).row(RowChange::ToCheckAgain { election: code, organization: None }))
}

/// Erases what is left of an election's lists once their entries are gone. The one in force had so many.
pub fn erase(by: &Service, election: &ElectionName, commission: &OrganizationCode, entries: u64) -> Outcome {
    let (code, deed) = (election.election.clone(), Deed::WatchListErased { entries });
    let erased = Happening::new(LogName::Election(code.clone()), election, commission, deed);
    by.only(erased.row(RowChange::WatchListsErased(code)))
}
