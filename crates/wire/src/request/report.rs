//! `ReportService`.

use domain::name::ElectionName;
use domain::policy::Action;

use super::{Page, list_all, named};
use crate::v1;
use crate::violations::Violations;

/// Reads the request of `ReportService/GetTotals`.
pub fn get_totals(request: v1::GetTotalsRequest) -> Result<ElectionName, Violations> {
    let v1::GetTotalsRequest { election } = &request;
    named(&request, election, "election")
}

/// Reads the request of `ReportService/ListAccessAttempts`.
pub fn list_access_attempts(request: v1::ListAccessAttemptsRequest) -> Result<Page, Violations> {
    let v1::ListAccessAttemptsRequest { page_size, page_token } = &request;
    list_all(Action::ListAccessAttempts, &request, (*page_size, page_token))
}
