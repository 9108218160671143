//! `RegistryService`: organizations, principals and people. The registry decides who may call,
//! and as whom.
//!
//! A change takes effect on this server before its reply leaves (`TrustReloader`), and on the
//! others within about a second.

pub(crate) mod create_organization;
pub(crate) mod create_person;
pub(crate) mod create_principal;
pub(crate) mod disable_principal;
pub(crate) mod suspend_organization;
pub(crate) mod who_am_i;

use crate::engine::get::get;
use crate::engine::{Query, page};
pub(crate) use create_organization::CreateOrganization;
pub(crate) use create_person::CreatePerson;
pub(crate) use create_principal::CreatePrincipal;
pub(crate) use disable_principal::DisablePrincipal;
use domain::outcome::CallContext;
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::name::{OrganizationName, PersonName};
use store::{CommandError, Tx};
pub(crate) use suspend_organization::SuspendOrganization;
pub(crate) use who_am_i::WhoAmI;
use wire::violations::Violations;
use wire::{convert, request, v1};

get!(GetOrganization, OrganizationName, GetOrganizationRequest, v1::Organization, get_organization);
get!(GetPerson, PersonName, GetPersonRequest, v1::RegisteredPerson, get_person);

/// Lists the certificate identities of one organization, with their roles.
pub(crate) struct ListPrincipals;

impl Query for ListPrincipals {
    const ACTION: Action = Action::ListPrincipals;
    type Message = v1::ListPrincipalsRequest;
    type Input = request::List<OrganizationName>;
    type Answer = v1::ListPrincipalsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_principals(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let organization = &input.parent.organization;
        // A delegation sees its own principals only. Another organization looks like one that does
        // not exist.
        let covered = by.permit.scope().covers(organization);
        if !covered || tx.lookup_organization(organization).await?.is_none() {
            return Err(Refusal::not_found(&input.parent).into());
        }
        let page = page::read(tx, by, &input.page)?;
        let found = tx.list_principals(organization, &page).await?;
        let (found, next_page_token) = page::cut(tx, by, &input.page, found, |last| last.name.principal.clone());
        let principals = found.iter().map(convert::registry::organization::principal_to_message).collect();
        Ok(v1::ListPrincipalsResponse { principals, next_page_token })
    }
}

/// Lists every organization with its trust domain and its anchors.
pub(crate) struct ListOrganizations;

impl Query for ListOrganizations {
    const ACTION: Action = Action::ListOrganizations;
    type Message = v1::ListOrganizationsRequest;
    type Input = request::Page;
    type Answer = v1::ListOrganizationsResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_organizations(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let page = page::read(tx, by, input)?;
        let found = tx.list_organizations(&page).await?;
        let (found, next_page_token) = page::cut(tx, by, input, found, |last| last.code.clone());
        let organizations = found.iter().map(|one| convert::registry::organization::to_message(one, by.now)).collect();
        Ok(v1::ListOrganizationsResponse { organizations, next_page_token })
    }
}

/// Lists the registered people, who hold keys of principals.
pub(crate) struct ListPeople;

impl Query for ListPeople {
    const ACTION: Action = Action::ListPeople;
    type Message = v1::ListPeopleRequest;
    type Input = request::Page;
    type Answer = v1::ListPeopleResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::list_people(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Self::Answer, CommandError> {
        let page = page::read(tx, by, input)?;
        let found = tx.list_people(&page).await?;
        let (found, next_page_token) = page::cut(tx, by, input, found, |last| last.id.clone());
        let people = found.iter().map(convert::registry::person::to_message).collect();
        Ok(v1::ListPeopleResponse { people, next_page_token })
    }
}
