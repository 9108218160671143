//! `accredit totals`, `accredit report` and `accredit attempts`: statistics, and denied access.
//!
//! The counts that a delegation sees are its own; the commission and the ministry see all organizations. Denied
//! attempts are for auditors.

mod chart;
mod figures;
pub mod register;

use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::printer::Printable;
use crate::terminal::proto_enum::enum_label;
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

pub use figures::Report;

/// Prints the applications of an election, counted by organization.
pub async fn totals(session: &Session, election: &str) -> Result<(), Failure> {
    let request = v1::GetTotalsRequest { election: full_name("elections", election) };
    let totals = session.client.get_totals(request).await?;
    session.printer.print_list(&totals, &totals.organizations)?;
    let v1::Totals { election, accredited, states, documents, .. } = &totals;
    session.printer.message(&format!("{election}: {accredited} accredited, {states} states, {documents} documents"));
    Ok(())
}

/// Prints the denied attempts to access resources, the newest first.
pub async fn attempts(session: &Session) -> Result<(), Failure> {
    let access_attempts = session.client.all_access_attempts(v1::ListAccessAttemptsRequest::default()).await?;
    let page = v1::ListAccessAttemptsResponse { access_attempts, ..Default::default() };
    session.printer.print_list(&page, &page.access_attempts)
}

impl Printable for v1::OrganizationTotals {
    const HEADINGS: &'static [&'static str] = &[
        "ORGANIZATION",
        "KIND",
        "STATE",
        "SUBMITTED",
        "RETURNED",
        "REFUSED",
        "WITHDRAWN",
        "LAPSED",
        "ACCREDITED",
        "ENDED",
    ];

    fn cells(&self) -> Vec<String> {
        let counts =
            [self.submitted, self.returned, self.refused, self.withdrawn, self.lapsed, self.accredited, self.ended];
        let mut cells = vec![
            self.organization.clone(),
            enum_label::<v1::OrganizationKind>(self.kind).to_owned(),
            self.state.clone(),
        ];
        cells.extend(counts.map(|count| count.to_string()));
        cells
    }
}

impl Printable for v1::AccessAttempt {
    const HEADINGS: &'static [&'static str] = &["TIME", "PRINCIPAL", "METHOD", "RESOURCE"];

    fn cells(&self) -> Vec<String> {
        vec![format_time(self.attempt_time), self.principal.clone(), self.method.clone(), self.resource.clone()]
    }
}
