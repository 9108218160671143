//! Lists: pages in the order of their keys, as far as the caller's permit reaches.

use domain::name::{ElectionName, OrganizationName};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use super::{Cx, Query, page};

/// A list under an election that does not exist is not an empty list.
pub(super) async fn known(tx: &mut Tx<'_>, election: &ElectionName) -> Result<(), CommandError> {
    match tx.lookup_election(&election.election).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::not_found(election).into()),
    }
}

pub(crate) struct ListInvitations;

impl Query for ListInvitations {
    const ACTION: Action = Action::ListInvitations;
    type Message = v1::ListInvitationsRequest;
    type Input = request::List<ElectionName>;
    type Answer = v1::ListInvitationsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_invitations(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let election = &input.parent.election;
        known(tx, &input.parent).await?;
        let page = page::read(tx, cx, &input.page)?;
        let found = tx.list_invitations(cx.permit.scope(), election, &page).await?;
        let (found, next_page_token) = page::cut(tx, cx, &input.page, found, |last| last.name.organization.clone());
        let invitations = found.iter().map(convert::mission::invitation_to_message).collect();
        Ok(v1::ListInvitationsResponse { invitations, next_page_token })
    }
}

pub(crate) struct ListMissions;

impl Query for ListMissions {
    const ACTION: Action = Action::ListMissions;
    type Message = v1::ListMissionsRequest;
    type Input = request::List<ElectionName>;
    type Answer = v1::ListMissionsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_missions(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let election = &input.parent.election;
        known(tx, &input.parent).await?;
        let page = page::read(tx, cx, &input.page)?;
        let found = tx.list_missions(cx.permit.scope(), election, &page).await?;
        let (found, next_page_token) = page::cut(tx, cx, &input.page, found, |last| last.name.organization.clone());
        let missions = found.iter().map(convert::mission::to_message).collect();
        Ok(v1::ListMissionsResponse { missions, next_page_token })
    }
}

pub(crate) struct ListPresentations;

impl Query for ListPresentations {
    const ACTION: Action = Action::ListPresentations;
    type Message = v1::ListPresentationsRequest;
    type Input = request::List<ElectionName>;
    type Answer = v1::ListPresentationsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_presentations(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let election = &input.parent.election;
        known(tx, &input.parent).await?;
        let page = page::read(tx, cx, &input.page)?;
        let found = tx.list_presentations(election, &page).await?;
        let (found, next_page_token) = page::cut(tx, cx, &input.page, found, |last| last.name.number);
        let presentations = found.iter().map(convert::presentation::to_message).collect();
        Ok(v1::ListPresentationsResponse { presentations, next_page_token })
    }
}

pub(crate) struct ListDecrees;

impl Query for ListDecrees {
    const ACTION: Action = Action::ListDecrees;
    type Message = v1::ListDecreesRequest;
    type Input = request::List<ElectionName>;
    type Answer = v1::ListDecreesResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_decrees(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let election = &input.parent.election;
        known(tx, &input.parent).await?;
        let page = page::read(tx, cx, &input.page)?;
        let found = tx.list_decrees(cx.permit, election, &page).await?;
        let (found, next_page_token) = page::cut(tx, cx, &input.page, found, |last| last.name.number);
        let decrees = found.iter().map(convert::decree::to_message).collect();
        Ok(v1::ListDecreesResponse { decrees, next_page_token })
    }
}

pub(crate) struct ListAccreditations;

impl Query for ListAccreditations {
    const ACTION: Action = Action::ListAccreditations;
    type Message = v1::ListAccreditationsRequest;
    type Input = request::List<ElectionName>;
    type Answer = v1::ListAccreditationsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_accreditations(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let election = &input.parent.election;
        known(tx, &input.parent).await?;
        let page = page::read(tx, cx, &input.page)?;
        let found = tx.list_accreditations(cx.permit, election, &page).await?;
        let (found, next_page_token) = page::cut(tx, cx, &input.page, found, |last| last.name.number);
        let accreditations =
            found.iter().map(|one| convert::accreditation::to_message(one, cx.permit.view())).collect();
        Ok(v1::ListAccreditationsResponse { accreditations, next_page_token })
    }
}

pub(crate) struct ListProposals;

impl Query for ListProposals {
    const ACTION: Action = Action::ListProposals;
    type Message = v1::ListProposalsRequest;
    type Input = request::List<ElectionName>;
    type Answer = v1::ListProposalsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_proposals(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let election = &input.parent.election;
        known(tx, &input.parent).await?;
        let page = page::read(tx, cx, &input.page)?;
        let found = tx.list_proposals(cx.permit, election, &page).await?;
        let (found, next_page_token) = page::cut(tx, cx, &input.page, found, |last| last.name.number);
        let proposals = found.iter().map(convert::proposal::to_message).collect();
        Ok(v1::ListProposalsResponse { proposals, next_page_token })
    }
}

pub(crate) struct ListAppeals;

impl Query for ListAppeals {
    const ACTION: Action = Action::ListAppeals;
    type Message = v1::ListAppealsRequest;
    type Input = request::List<ElectionName>;
    type Answer = v1::ListAppealsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_appeals(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let election = &input.parent.election;
        known(tx, &input.parent).await?;
        let page = page::read(tx, cx, &input.page)?;
        let found = tx.list_appeals(cx.permit, election, &page).await?;
        let (found, next_page_token) = page::cut(tx, cx, &input.page, found, |last| last.name.id);
        let appeals = found.iter().map(|one| convert::appeal::to_message(one, cx.permit.view())).collect();
        Ok(v1::ListAppealsResponse { appeals, next_page_token })
    }
}

pub(crate) struct ListLegalHolds;

impl Query for ListLegalHolds {
    const ACTION: Action = Action::ListLegalHolds;
    type Message = v1::ListLegalHoldsRequest;
    type Input = request::List<ElectionName>;
    type Answer = v1::ListLegalHoldsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_legal_holds(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let election = &input.parent.election;
        known(tx, &input.parent).await?;
        let page = page::read(tx, cx, &input.page)?;
        let found = tx.list_legal_holds(election, &page).await?;
        let (found, next_page_token) = page::cut(tx, cx, &input.page, found, |last| last.name.id);
        let legal_holds = found.iter().map(convert::retention::to_message).collect();
        Ok(v1::ListLegalHoldsResponse { legal_holds, next_page_token })
    }
}

pub(crate) struct ListPrincipals;

impl Query for ListPrincipals {
    const ACTION: Action = Action::ListPrincipals;
    type Message = v1::ListPrincipalsRequest;
    type Input = request::List<OrganizationName>;
    type Answer = v1::ListPrincipalsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_principals(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let organization = &input.parent.organization;
        let covered = cx.permit.scope().covers(organization);
        if !covered || tx.lookup_organization(organization).await?.is_none() {
            return Err(Refusal::not_found(&input.parent).into());
        }
        let page = page::read(tx, cx, &input.page)?;
        let found = tx.list_principals(organization, &page).await?;
        let (found, next_page_token) = page::cut(tx, cx, &input.page, found, |last| last.name.principal.clone());
        let principals = found.iter().map(convert::organization::principal_to_message).collect();
        Ok(v1::ListPrincipalsResponse { principals, next_page_token })
    }
}

pub(crate) struct ListOrganizations;

impl Query for ListOrganizations {
    const ACTION: Action = Action::ListOrganizations;
    type Message = v1::ListOrganizationsRequest;
    type Input = request::Page;
    type Answer = v1::ListOrganizationsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_organizations(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let page = page::read(tx, cx, input)?;
        let found = tx.list_organizations(&page).await?;
        let (found, next_page_token) = page::cut(tx, cx, input, found, |last| last.code.clone());
        let organizations = found.iter().map(convert::organization::to_message).collect();
        Ok(v1::ListOrganizationsResponse { organizations, next_page_token })
    }
}

pub(crate) struct ListElections;

impl Query for ListElections {
    const ACTION: Action = Action::ListElections;
    type Message = v1::ListElectionsRequest;
    type Input = request::Page;
    type Answer = v1::ListElectionsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_elections(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Self::Answer, CommandError> {
        let page = page::read(tx, cx, input)?;
        let found = tx.list_elections(&page).await?;
        let (found, next_page_token) = page::cut(tx, cx, input, found, |last| last.code.clone());
        let elections = found.iter().map(convert::election::to_message).collect();
        Ok(v1::ListElectionsResponse { elections, next_page_token })
    }
}
