//! The legal acts on an accreditation itself: withdrawal by the sender, and the automatic end. Decrees do the rest.

use super::{Accreditation, Withdrawal};
use crate::outcome::{
    AccreditationChanged, CallContext, ChangeCause, EventDraft, EventPayload, Outcome, RowChange, Service,
};
use crate::refusal::Refusal;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::log::LogName;

/// Withdraws an accreditation of the caller's organization, at any time.
///
/// # Errors
///
/// [`Refusal::AccreditationEnded`] if it has ended before.
pub fn withdraw(
    by: &CallContext<'_>,
    accreditation: Accreditation,
    withdrawal: Withdrawal,
) -> Result<Outcome, Refusal> {
    let from = accreditation.state();
    let after = accreditation.withdraw(withdrawal, &by.actor.principal, by.now)?;
    Ok(by.single_outcome(end_event(from, after)))
}

/// Ends an accreditation automatically, for a reason or because the observation is over.
///
/// # Errors
///
/// [`Refusal::AccreditationEnded`] if it has ended before.
pub fn end_by_itself(by: &Service, accreditation: Accreditation, reason: &str) -> Result<Outcome, Refusal> {
    let from = accreditation.state();
    Ok(by.single_outcome(end_event(from, accreditation.end_by_itself(reason, by.now)?)))
}

/// The event of an accreditation that ended without a decree.
pub(crate) fn end_event(from: AccreditationState, after: Accreditation) -> EventDraft {
    let payload =
        EventPayload::AccreditationChanged { changed: AccreditationChanged::of(from, &after, ChangeCause::Withdrawal) };
    let log = LogName::Election(after.name.election.clone());
    EventDraft::new(log, &after.name, &after.application.organization, payload)
        .with_row(RowChange::Accreditation(after))
}
