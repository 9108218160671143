//! `accredit totals`, `report` and `attempts`: figures, and who asked for what is not theirs.

mod chart;
mod figures;
pub mod register;

use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{time, word};

pub use figures::Report;

/// Counts an election's applications by organization.
pub async fn totals(session: &Session, election: &str) -> Result<(), Failure> {
    let request = v1::GetTotalsRequest { election: full_name("elections", election) };
    let totals = session.client.get_totals(request).await?;
    session.screen.list(&totals, &totals.organizations)?;
    let v1::Totals { election, accredited, states, documents, .. } = &totals;
    session.screen.note(&format!("{election}: {accredited} accredited, {states} states, {documents} documents"));
    Ok(())
}

/// Lists access attempts, newest first.
pub async fn attempts(session: &Session) -> Result<(), Failure> {
    let access_attempts = session.client.all_access_attempts(v1::ListAccessAttemptsRequest::default()).await?;
    let page = v1::ListAccessAttemptsResponse { access_attempts, ..Default::default() };
    session.screen.list(&page, &page.access_attempts)
}

impl Resource for v1::OrganizationTotals {
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
        let mut cells =
            vec![self.organization.clone(), word::<v1::OrganizationKind>(self.kind).to_owned(), self.state.clone()];
        cells.extend(counts.map(|count| count.to_string()));
        cells
    }

    fn facts(&self) -> Facts {
        Self::HEADINGS.iter().zip(self.cells()).fold(Facts::default(), |facts, (label, cell)| facts.and(*label, cell))
    }
}

impl Resource for v1::AccessAttempt {
    const HEADINGS: &'static [&'static str] = &["TIME", "PRINCIPAL", "METHOD", "RESOURCE"];

    fn cells(&self) -> Vec<String> {
        vec![time(self.attempt_time), self.principal.clone(), self.method.clone(), self.resource.clone()]
    }

    fn facts(&self) -> Facts {
        Self::HEADINGS.iter().zip(self.cells()).fold(Facts::default(), |facts, (label, cell)| facts.and(*label, cell))
    }
}
