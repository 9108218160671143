//! What is done with an accreditation itself: withdrawn, or ended with the observation. A decree or a proposal does the rest.

use super::{Accreditation, Withdrawal};
use crate::outcome::{AccreditationChanged, Acting, Cause, Deed, Happening, Outcome, RowChange, Service};
use crate::refusal::Refusal;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::log::LogName;

/// Ends an accreditation of the sender's own, at any time.
pub fn withdraw(by: &Acting<'_>, accreditation: Accreditation, withdrawal: Withdrawal) -> Result<Outcome, Refusal> {
    let from = accreditation.state();
    let after = accreditation.withdraw(withdrawal, &by.actor.principal, by.now)?;
    Ok(by.only(ended(from, after)))
}

/// Ends an accreditation for a reason, or with the observation.
pub fn end_by_itself(by: &Service, accreditation: Accreditation, reason: &str) -> Result<Outcome, Refusal> {
    let from = accreditation.state();
    Ok(by.only(ended(from, accreditation.end_by_itself(reason, by.now)?)))
}

/// An accreditation that ended.
pub(crate) fn ended(from: AccreditationState, after: Accreditation) -> Happening {
    let deed = Deed::AccreditationChanged { changed: AccreditationChanged::of(from, &after, Cause::Withdrawal) };
    let log = LogName::Election(after.name.election.clone());
    Happening::new(log, &after.name, &after.application.organization, deed).row(RowChange::Accreditation(after))
}
