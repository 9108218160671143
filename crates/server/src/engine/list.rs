//! Lists: pages in the order of their keys, as far as the caller's permit reaches.

use domain::outcome::Acting;
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::name::{ElectionName, OrganizationName};
use store::{CommandError, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use super::{Query, page};

/// A list under an election that does not exist is not an empty list.
pub(crate) async fn known(tx: &mut Tx<'_>, election: &ElectionName) -> Result<(), CommandError> {
    match tx.lookup_election(&election.election).await? {
        Some(_) => Ok(()),
        None => Err(Refusal::not_found(election).into()),
    }
}

/// A list of what an election has: the page that the store gives, the key of its last one, and each as a message.
macro_rules! list {
    (
        $action:ident, $request:ident, $response:ident { $items:ident }, $read:ident,
        |$tx:ident, $by:ident, $election:ident, $page:ident| $found:expr,
        |$last:ident| $key:expr,
        |$one:ident| $message:expr
    ) => {
        pub(crate) struct $action;

        impl Query for $action {
            const ACTION: Action = Action::$action;
            type Message = v1::$request;
            type Input = request::List<ElectionName>;
            type Answer = v1::$response;

            fn read(message: Self::Message) -> Result<Self::Input, Violations> {
                request::$read(message)
            }

            async fn answer(
                input: &Self::Input,
                $tx: &mut Tx<'_>,
                $by: &Acting<'_>,
            ) -> Result<Self::Answer, CommandError> {
                let $election = &input.parent.election;
                known($tx, &input.parent).await?;
                let $page = &page::read($tx, $by, &input.page)?;
                let found = $found.await?;
                let (found, next_page_token) = page::cut($tx, $by, &input.page, found, |$last| $key);
                let $items = found.iter().map(|$one| $message).collect();
                Ok(v1::$response { $items, next_page_token })
            }
        }
    };
}

list!(
    ListInvitations,
    ListInvitationsRequest,
    ListInvitationsResponse { invitations },
    list_invitations,
    |tx, by, election, page| tx.list_invitations(by.permit.scope(), election, page),
    |last| last.name.organization.clone(),
    |one| convert::mission::invitation_to_message(one)
);
list!(
    ListMissions,
    ListMissionsRequest,
    ListMissionsResponse { missions },
    list_missions,
    |tx, by, election, page| tx.list_missions(by.permit.scope(), election, page),
    |last| last.name.organization.clone(),
    |one| convert::mission::to_message(one)
);
list!(
    ListPresentations,
    ListPresentationsRequest,
    ListPresentationsResponse { presentations },
    list_presentations,
    |tx, by, election, page| tx.list_presentations(election, page),
    |last| last.name.number,
    |one| convert::presentation::to_message(one)
);
list!(
    ListDecrees,
    ListDecreesRequest,
    ListDecreesResponse { decrees },
    list_decrees,
    |tx, by, election, page| tx.list_decrees(by.permit, election, page),
    |last| last.name.number,
    |one| convert::decree::to_message(one)
);
list!(
    ListProposals,
    ListProposalsRequest,
    ListProposalsResponse { proposals },
    list_proposals,
    |tx, by, election, page| tx.list_proposals(by.permit, election, page),
    |last| last.name.number,
    |one| convert::proposal::to_message(one)
);
list!(
    ListAppeals,
    ListAppealsRequest,
    ListAppealsResponse { appeals },
    list_appeals,
    |tx, by, election, page| tx.list_appeals(by.permit, election, page),
    |last| last.name.id,
    |one| convert::appeal::to_message(one, by.permit.view())
);
list!(
    ListLegalHolds,
    ListLegalHoldsRequest,
    ListLegalHoldsResponse { legal_holds },
    list_legal_holds,
    |tx, by, election, page| tx.list_legal_holds(election, page),
    |last| last.name.id,
    |one| convert::retention::to_message(one)
);

pub(crate) struct ListPrincipals;

impl Query for ListPrincipals {
    const ACTION: Action = Action::ListPrincipals;
    type Message = v1::ListPrincipalsRequest;
    type Input = request::List<OrganizationName>;
    type Answer = v1::ListPrincipalsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_principals(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Self::Answer, CommandError> {
        let organization = &input.parent.organization;
        let covered = by.permit.scope().covers(organization);
        if !covered || tx.lookup_organization(organization).await?.is_none() {
            return Err(Refusal::not_found(&input.parent).into());
        }
        let page = page::read(tx, by, &input.page)?;
        let found = tx.list_principals(organization, &page).await?;
        let (found, next_page_token) = page::cut(tx, by, &input.page, found, |last| last.name.principal.clone());
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

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Self::Answer, CommandError> {
        let page = page::read(tx, by, input)?;
        let found = tx.list_organizations(&page).await?;
        let (found, next_page_token) = page::cut(tx, by, input, found, |last| last.code.clone());
        let organizations = found.iter().map(|one| convert::organization::to_message(one, by.now)).collect();
        Ok(v1::ListOrganizationsResponse { organizations, next_page_token })
    }
}

pub(crate) struct ListPeople;

impl Query for ListPeople {
    const ACTION: Action = Action::ListPeople;
    type Message = v1::ListPeopleRequest;
    type Input = request::Page;
    type Answer = v1::ListPeopleResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_people(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Self::Answer, CommandError> {
        let page = page::read(tx, by, input)?;
        let found = tx.list_people(&page).await?;
        let (found, next_page_token) = page::cut(tx, by, input, found, |last| last.id.clone());
        let people = found.iter().map(convert::person::to_message).collect();
        Ok(v1::ListPeopleResponse { people, next_page_token })
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

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Self::Answer, CommandError> {
        let page = page::read(tx, by, input)?;
        let found = tx.list_elections(&page).await?;
        let (found, next_page_token) = page::cut(tx, by, input, found, |last| last.code.clone());
        let mut elections = Vec::with_capacity(found.len());
        for election in &found {
            elections.push(convert::election::to_message(
                election,
                &tx.schedule(&election.code).await?,
                by.permit.view(),
                by.now,
            ));
        }
        Ok(v1::ListElectionsResponse { elections, next_page_token })
    }
}
