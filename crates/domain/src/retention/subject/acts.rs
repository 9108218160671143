//! The legal act on the data of a person: exporting it.

use crate::outcome::{Acting, Deed, Outcome};
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::ElectionName;
use crate::vocabulary::personal::Personal;

/// Records that the caller exports what is stored about a person, from this number of `applications`, and for which
/// purpose.
pub fn export(by: &Acting<'_>, election: &ElectionName, applications: usize, purpose: Personal<String>) -> Outcome {
    let log = LogName::Election(election.election.clone());
    by.single_outcome(by.own_event(log, election, Deed::SubjectExported { applications }).with_note(purpose))
}
