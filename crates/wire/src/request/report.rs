//! `ReportService`.

use domain::name::ElectionName;
use domain::policy::Action;
use domain::report::ReportGroup;
use jiff::Timestamp;

use super::{Page, list_all, named};
use crate::convert::{enums, time};
use crate::violations::Violations;
use crate::{rules, v1};

/// Asks for a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetReport {
    /// The election.
    pub election: ElectionName,
    /// The moment; now, if there is none.
    pub as_of: Option<Timestamp>,
    /// By what it has its rows.
    pub group_by: Vec<ReportGroup>,
}

/// Reads the request of `ReportService/GetReport`.
pub fn get_report(request: v1::GetReportRequest) -> Result<GetReport, Violations> {
    let mut violations = rules::check(&request);
    let v1::GetReportRequest { election, as_of, group_by } = &request;
    let election = violations.parse(election, "election");
    let as_of = match as_of {
        Some(as_of) => time::moment(*as_of, "as_of", &mut violations).map(Some),
        None => Some(None),
    };
    let group = |(index, number): (usize, &i32)| enums::read(*number, &format!("group_by[{index}]"), &mut violations);
    let group_by: Option<Vec<ReportGroup>> = group_by.iter().enumerate().map(group).collect();
    violations.finish(|| Some(GetReport { election: election?, as_of: as_of?, group_by: group_by? }))
}

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
