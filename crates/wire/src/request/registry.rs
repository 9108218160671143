//! `RegistryService`.

use domain::policy::Action;
use domain::registry::organization::acts::OrganizationDraft;
use domain::vocabulary::id::{OrganizationCode, PersonId};
use domain::vocabulary::name::{OrganizationName, PersonName, PrincipalName};
use domain::vocabulary::personal::Personal;

use super::{List, Page, RequestKey, read_list, read_name, read_page_of_all, request_key};
use crate::convert::registry::organization::{self, PrincipalDraft};
use crate::convert::registry::person;
use crate::violations::Violations;
use crate::{rules, v1};

/// Registers an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateOrganization {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The code of the new organization.
    pub code: OrganizationCode,
    /// The values that the registrar sets.
    pub organization: OrganizationDraft,
}

/// Reads the request of `RegistryService/CreateOrganization`.
pub fn create_organization(request: v1::CreateOrganizationRequest) -> Result<CreateOrganization, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::CreateOrganization, &request, &request.request_id, &mut violations);
    let v1::CreateOrganizationRequest { request_id: _, organization_id, organization } = request;
    let code = violations.parse(&organization_id, "organization_id");
    let organization = violations.require(organization, "organization");
    let organization = organization.and_then(|message| organization::draft(message, "organization", &mut violations));
    violations.finish(|| Some(CreateOrganization { key: key?, code: code?, organization: organization? }))
}

/// Reads the request of `RegistryService/GetOrganization`.
pub fn get_organization(request: v1::GetOrganizationRequest) -> Result<OrganizationName, Violations> {
    let v1::GetOrganizationRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Reads the request of `RegistryService/ListOrganizations`.
pub fn list_organizations(request: v1::ListOrganizationsRequest) -> Result<Page, Violations> {
    let v1::ListOrganizationsRequest { page_size, page_token } = &request;
    read_page_of_all(Action::ListOrganizations, &request, (*page_size, page_token))
}

/// Suspends an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspendOrganization {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The organization.
    pub organization: OrganizationName,
    /// The reason in the caller's words.
    pub reason: Personal<String>,
}

/// Reads the request of `RegistryService/SuspendOrganization`.
pub fn suspend_organization(request: v1::SuspendOrganizationRequest) -> Result<SuspendOrganization, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::SuspendOrganization, &request, &request.request_id, &mut violations);
    let v1::SuspendOrganizationRequest { request_id: _, name, reason } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(SuspendOrganization { key: key?, organization: name?, reason: Personal::new(reason) }))
}

/// Registers a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePerson {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The id of the new person.
    pub id: PersonId,
    /// Their name as in an identity document.
    pub full_name: Personal<String>,
}

/// Reads the request of `RegistryService/CreatePerson`.
pub fn create_person(request: v1::CreatePersonRequest) -> Result<CreatePerson, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::CreatePerson, &request, &request.request_id, &mut violations);
    let v1::CreatePersonRequest { request_id: _, person_id, person } = request;
    let id = violations.parse(&person_id, "person_id");
    let full_name = violations.require(person, "person").map(person::full_name);
    violations.finish(|| Some(CreatePerson { key: key?, id: id?, full_name: full_name? }))
}

/// Reads the request of `RegistryService/GetPerson`.
pub fn get_person(request: v1::GetPersonRequest) -> Result<PersonName, Violations> {
    let v1::GetPersonRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Reads the request of `RegistryService/ListPeople`.
pub fn list_people(request: v1::ListPeopleRequest) -> Result<Page, Violations> {
    let v1::ListPeopleRequest { page_size, page_token } = &request;
    read_page_of_all(Action::ListPeople, &request, (*page_size, page_token))
}

/// Registers a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePrincipal {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The name of the new principal.
    pub name: PrincipalName,
    /// The values that the registrar sets.
    pub principal: PrincipalDraft,
}

/// Reads the request of `RegistryService/CreatePrincipal`.
pub fn create_principal(request: v1::CreatePrincipalRequest) -> Result<CreatePrincipal, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::CreatePrincipal, &request, &request.request_id, &mut violations);
    let v1::CreatePrincipalRequest { request_id: _, parent, principal_id, principal } = request;
    let parent: Option<OrganizationName> = violations.parse(&parent, "parent");
    let code = violations.parse(&principal_id, "principal_id");
    let name =
        parent.zip(code).map(|(parent, principal)| PrincipalName { organization: parent.organization, principal });
    let principal = violations.require(principal, "principal");
    let principal = principal.and_then(|message| organization::principal_draft(message, "principal", &mut violations));
    violations.finish(|| Some(CreatePrincipal { key: key?, name: name?, principal: principal? }))
}

/// Reads the request of `RegistryService/ListPrincipals`.
pub fn list_principals(request: v1::ListPrincipalsRequest) -> Result<List<OrganizationName>, Violations> {
    let v1::ListPrincipalsRequest { parent, page_size, page_token } = &request;
    read_list(Action::ListPrincipals, &request, parent, (*page_size, page_token))
}

/// Disables a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisablePrincipal {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The principal.
    pub principal: PrincipalName,
    /// The reason in the caller's words.
    pub reason: Personal<String>,
}

/// Reads the request of `RegistryService/DisablePrincipal`.
pub fn disable_principal(request: v1::DisablePrincipalRequest) -> Result<DisablePrincipal, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::DisablePrincipal, &request, &request.request_id, &mut violations);
    let v1::DisablePrincipalRequest { request_id: _, name, reason } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(DisablePrincipal { key: key?, principal: name?, reason: Personal::new(reason) }))
}
