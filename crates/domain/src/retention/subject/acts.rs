//! What is done with all that is kept of a person: given out.

use crate::outcome::{Acting, Deed, Outcome};
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::ElectionName;
use crate::vocabulary::personal::Personal;

/// Records that the caller is given what is kept of a person in so many applications, and what for.
pub fn export(by: &Acting<'_>, election: &ElectionName, applications: usize, purpose: Personal<String>) -> Outcome {
    let log = LogName::Election(election.election.clone());
    by.only(by.happens(log, election, Deed::SubjectExported { applications }).note(purpose))
}
