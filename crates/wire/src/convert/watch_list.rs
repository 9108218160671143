//! The commission's watch list.

use domain::screening::Listed;
use domain::vocabulary::name::ElectionName;
use domain::vocabulary::personal::Personal;
use domain::watch_list::ListedPerson;

use super::time;
use crate::v1;
use crate::violations::Violations;

/// Reads an entry of a watch list.
pub fn person(message: v1::WatchListEntry, path: &str, violations: &mut Violations) -> Option<ListedPerson> {
    let v1::WatchListEntry { name: _, spellings, birth_date, issuing_state, document_number } = message;
    if issuing_state.is_empty() != document_number.is_empty() {
        violations
            .add_if_absent(&format!("{path}.document_number"), "must be set if issuing_state is set, and else empty");
        return None;
    }
    let birth_date = match birth_date.as_str() {
        "" => None,
        date => Some(Personal::new(time::date(date, &format!("{path}.birth_date"), violations)?)),
    };
    let names = spellings.into_iter().map(Personal::new).collect();
    Some(ListedPerson { names, birth_date, issuing_state, document_number: Personal::new(document_number) })
}

/// An entry, for the reviewers of a match.
pub fn entry_to_message(listed: &Listed) -> v1::WatchListEntry {
    let ListedPerson { names, birth_date, issuing_state, document_number } = &listed.person;
    v1::WatchListEntry {
        name: listed.name.to_string(),
        spellings: names.iter().map(|name| name.expose().clone()).collect(),
        birth_date: birth_date.as_ref().map(|date| date.expose().to_string()).unwrap_or_default(),
        issuing_state: issuing_state.clone(),
        document_number: document_number.expose().clone(),
    }
}

/// The watch list without its entries.
pub fn to_message(election: &ElectionName, entries: i64) -> v1::WatchList {
    let entry_count = i32::try_from(entries).unwrap_or(i32::MAX);
    v1::WatchList { election: election.to_string(), entry_count, receipt: None }
}
