//! What the checks leave behind: what they found of an application or of an amendment. That something was found at all is the
//! commission's own affair.

use std::collections::BTreeMap;

use super::Screening;
use crate::amendment::Amendment;
use crate::application::Application;
use crate::outcome::{Deed, Happening, Outcome, RowChange, Service, Standing};
use crate::vocabulary::id::OrganizationCode;
use crate::vocabulary::log::LogName;

fn deed(after: &Screening, of: Option<&Application>) -> Deed {
    let codes: BTreeMap<_, _> = after.findings.iter().map(|found| (found.code.as_str(), found.code)).collect();
    let (findings, application) = (codes.into_values().collect(), of.map(Standing::of));
    Deed::Screened { revision: after.revision, findings, application }
}

/// Keeps what was found of an application, in the place of the version `before`.
pub fn find(
    by: &Service,
    commission: &OrganizationCode,
    application: &Application,
    before: i64,
    after: Screening,
) -> Outcome {
    let (of, log) = (application.name.clone(), LogName::Election(application.name.election.clone()));
    let found = Happening::new(log, &of, commission, deed(&after, Some(application)));
    by.only(found.row(RowChange::Screening { of, before, after }))
}

/// Keeps what was found of an amendment.
pub fn find_in_amendment(
    by: &Service,
    commission: &OrganizationCode,
    amendment: &Amendment,
    before: i64,
    after: Screening,
) -> Outcome {
    let (of, log) = (amendment.name.clone(), LogName::Election(amendment.name.election.clone()));
    let found = Happening::new(log, &of, commission, deed(&after, None));
    by.only(found.row(RowChange::AmendmentScreening { of, before, after }))
}
