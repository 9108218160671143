//! `ListApplications`: lists applications, the oldest first or in the order of the review queue.
//!
//! - **Reads:** the election, the mission if one is named, and one page of applications as far
//!   as the permit reaches.
//! - **Rule:** filters that only the commission may use are refused for everybody else. A
//!   delegation could find out from an empty list what the checks found.
//! - **Pages:** the key is the application's id, which is ordered by time.

use domain::outcome::CallContext;
use domain::policy::{Action, View};
use domain::refusal::Refusal;
use store::{ApplicationFilter, CommandError, Tx};
use wire::violations::Violations;
use wire::{request, v1};

use crate::engine::resource::application_message;
use crate::engine::{Query, page};

/// Lists the applications of an election or of one mission.
pub(crate) struct ListApplications;

impl Query for ListApplications {
    const ACTION: Action = Action::ListApplications;
    type Message = v1::ListApplicationsRequest;
    type Input = request::ListApplications;
    type Answer = v1::ListApplicationsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_applications(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let code = &input.election.election;
        let election = tx.lookup_election(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?;
        // An empty list of a mission that the caller must not see would tell that the mission
        // exists.
        if let Some(organization) = &input.organization {
            let mission =
                domain::vocabulary::name::MissionName { election: code.clone(), organization: organization.clone() };
            if tx.lookup_mission(by.permit.scope(), &mission).await?.is_none() {
                return Err(Refusal::not_found(mission).into());
            }
        }
        let of = filter(input.filter.clone(), by)?;
        let organization = input.organization.clone().or(of.organization);
        let filter = ApplicationFilter { organization, in_queue: input.in_queue, ..of };
        let page = page::read(tx, by, &input.page)?;
        let found = tx.list_applications(by.permit, code, &filter, &page).await?;
        let (found, next_page_token) = page::cut(tx, by, &input.page, found, |last| last.application.name.id);
        let mut applications = Vec::with_capacity(found.len());
        // Each message needs one more read: what the application said when it was returned.
        for record in &found {
            applications.push(application_message(tx, by.permit, record, &election.rules).await?);
        }
        Ok(v1::ListApplicationsResponse { applications, next_page_token })
    }
}

/// Translates the filter of a request to that of the store. `AddDecreeItems` uses it too.
///
/// # Errors
///
/// `INVALID_FIELD` if somebody else filters by what only the commission reads.
pub(crate) fn filter(asked: request::ApplicationFilter, by: &CallContext<'_>) -> Result<ApplicationFilter, Refusal> {
    let commission = matches!(by.permit.view(), View::Commission | View::CommissionAndRegistrar);
    if let Some(field) = asked.of_commission().filter(|_| !commission) {
        let problem = format!("expected no term for {field}: the commission alone filters by it");
        return Err(Refusal::InvalidField { field: "filter", problem });
    }
    let request::ApplicationFilter {
        states,
        category,
        presentation,
        decree,
        paper,
        organization,
        findings,
        reviewer,
        accredit,
        due_before,
    } = asked;
    Ok(ApplicationFilter {
        organization,
        states: states.map(<[_]>::to_vec).unwrap_or_default(),
        category,
        presentation,
        decree,
        paper,
        findings,
        reviewer: reviewer.map(|reviewer| match reviewer {
            request::Reviewer::Me => by.actor.principal.clone(),
            request::Reviewer::Principal(name) => name,
        }),
        accredit,
        due_before,
        in_queue: false,
    })
}
