//! The methods of `ReportService`.
//!
//! Reports read a whole election. They use the heavy lane, so that no call of a reviewer waits
//! for them.

use domain::deployment;
use domain::outcome::CallContext;
use domain::policy::Action;
use domain::report::{self, Deployed, ReportGroup};
use domain::vocabulary::name::ElectionName;
use store::{CommandError, Lane, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use crate::engine::{Query, list, page};

/// Counts applications and documents by organization, as of now.
pub(crate) struct GetTotals;

impl Query for GetTotals {
    const ACTION: Action = Action::GetTotals;
    const LANE: Lane = Lane::Heavy;
    type Message = v1::GetTotalsRequest;
    type Input = ElectionName;
    type Answer = v1::Totals;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::get_totals(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        list::check_election_exists(tx, input).await?;
        let totals = tx.totals(by.permit, &input.election, by.now).await?;
        Ok(convert::report::totals(input, &totals))
    }
}

/// Counts applications as of a moment, grouped as the caller asks.
///
/// The count starts from the stored summary (ADR 28) and reads only what changed since.
pub(crate) struct GetReport;

impl Query for GetReport {
    const ACTION: Action = Action::GetReport;
    const LANE: Lane = Lane::Heavy;
    type Message = v1::GetReportRequest;
    type Input = request::GetReport;
    type Answer = v1::Report;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::get_report(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        list::check_election_exists(tx, &input.election).await?;
        // A moment in the future is refused: nobody knows what will have changed.
        let as_of = report::moment(input.as_of, by.now)?;
        let (election, groups) = (&input.election.election, &input.group_by);
        let whole = tx.count_applications(by.permit, election, as_of).await?;
        // A person counts in every region where one of the teams is. A person without a team counts in
        // no region.
        let rows = if groups.contains(&ReportGroup::Region) {
            let teams = tx.teams_at(by.permit, election, as_of).await?;
            let Deployed { areas, people } = Deployed::new(deployment::areas(&teams));
            let deployed = tx.count_applications_of(by.permit, election, as_of, &people).await?;
            report::rows_by_area(&whole, &deployed, &areas, groups)
        } else {
            report::rows(&whole, groups)
        };
        Ok(convert::report::report(&input.election, as_of, &rows))
    }
}

/// Lists the public register of accreditations, the same for everybody.
pub(crate) struct ListRegister;

impl Query for ListRegister {
    const ACTION: Action = Action::ListRegister;
    type Message = v1::ListRegisterRequest;
    type Input = request::ListRegister;
    type Answer = v1::ListRegisterResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_register(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        list::check_election_exists(tx, &input.election).await?;
        let page = page::read(tx, by, &input.page)?;
        let found = tx.register(by.permit, &input.election.election, &input.filter, &page).await?;
        let (found, next_page_token) = page::cut(tx, by, &input.page, found, |last| last.number);
        let entries = found.iter().map(|entry| convert::report::register::to_message(entry, by.now)).collect();
        Ok(v1::ListRegisterResponse { entries, next_page_token })
    }
}

/// Lists calls that asked for something that is not there for their caller. Only auditors may ask.
pub(crate) struct ListAccessAttempts;

impl Query for ListAccessAttempts {
    const ACTION: Action = Action::ListAccessAttempts;
    type Message = v1::ListAccessAttemptsRequest;
    type Input = request::Page;
    type Answer = v1::ListAccessAttemptsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_access_attempts(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let page = page::read(tx, by, input)?;
        let found = tx.list_access_attempts(&page).await?;
        let (found, next_page_token) = page::cut(tx, by, input, found, |last| last.id);
        let message = |attempt: &store::AccessAttempt| {
            let store::AccessAttempt { id: _, time, principal, method, resource } = attempt;
            convert::report::access_attempt(principal, method, resource, *time)
        };
        let access_attempts = found.iter().map(message).collect();
        Ok(v1::ListAccessAttemptsResponse { access_attempts, next_page_token })
    }
}
