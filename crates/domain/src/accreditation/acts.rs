//! What is done with an accreditation itself: withdrawn. A decree or a proposal does the rest.

use super::{Accreditation, Withdrawal};
use crate::event::LogName;
use crate::outcome::{AccreditationChanged, Acting, Cause, Deed, Happening, Outcome, RowChange};
use crate::refusal::Refusal;

/// Ends an accreditation of the sender's own, at any time.
pub fn withdraw(by: &Acting<'_>, accreditation: Accreditation, withdrawal: Withdrawal) -> Result<Outcome, Refusal> {
    let from = accreditation.state();
    let after = accreditation.withdraw(withdrawal, &by.actor.principal, by.now)?;
    let deed = Deed::AccreditationChanged(AccreditationChanged::of(from, &after, Cause::Withdrawal));
    let log = LogName::Election(after.name.election.clone());
    let ended = Happening::new(log, &after.name, &after.application.organization, deed);
    Ok(by.outcome(ended.row(RowChange::Accreditation(after)), Vec::new()))
}
