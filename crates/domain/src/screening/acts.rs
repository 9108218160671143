//! The acts of the screening job: storing the result for an application or an amendment. The events belong to the
//! commission, so that a delegation does not notice them.

use std::collections::BTreeMap;

use super::Screening;
use crate::amendment::Amendment;
use crate::application::Application;
use crate::outcome::{EventDraft, EventPayload, Outcome, RowChange, Service, StateAndPlace};
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::log::LogName;

/// The content of the event: each code once, without what it is about.
fn payload(after: &Screening, of: Option<&Application>) -> EventPayload {
    let codes: BTreeMap<_, _> = after.findings.iter().map(|found| (found.code.as_str(), found.code)).collect();
    let (findings, application) = (codes.into_values().collect(), of.map(StateAndPlace::of));
    EventPayload::Screened { revision: after.revision, findings, application }
}

/// Stores the result of an application's screening. `before` is the version of the result that it replaces.
pub fn find(
    by: &Service,
    commission: &OrganizationCode,
    application: &Application,
    before: i64,
    after: Screening,
) -> Outcome {
    let (of, log) = (application.name.clone(), LogName::Election(application.name.election.clone()));
    let found = EventDraft::new(log, &of, commission, payload(&after, Some(application)));
    by.single_outcome(found.with_row(RowChange::Screening { of, before, after }))
}

/// Stores the result of an amendment's screening. `before` is the version of the result that it replaces.
pub fn find_in_amendment(
    by: &Service,
    commission: &OrganizationCode,
    amendment: &Amendment,
    before: i64,
    after: Screening,
) -> Outcome {
    let (of, log) = (amendment.name.clone(), LogName::Election(amendment.name.election.clone()));
    let found = EventDraft::new(log, &of, commission, payload(&after, None));
    by.single_outcome(found.with_row(RowChange::AmendmentScreening { of, before, after }))
}
