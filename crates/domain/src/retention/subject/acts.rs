//! The legal act on the data of a person: exporting it.

use crate::outcome::{CallContext, EventPayload, Outcome};
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::ElectionName;
use crate::vocabulary::personal::Personal;

/// Records that the caller exports what is stored about a person, from this number of `applications`, and for which
/// purpose.
pub fn export(
    by: &CallContext<'_>,
    election: &ElectionName,
    applications: usize,
    purpose: Personal<String>,
) -> Outcome {
    let log = LogName::Election(election.election.clone());
    by.single_outcome(by.own_event(log, election, EventPayload::SubjectExported { applications }).with_note(purpose))
}
