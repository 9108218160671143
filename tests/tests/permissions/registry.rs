//! The calls of RegistryService.

use rehearsal::calls::request_id;
use wire::v1::{self, PrincipalKind};

use super::call::{Answer, Call, Relation};

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let caller = &call.caller;
    Ok(match method {
        "WhoAmI" => caller.who_am_i(v1::WhoAmIRequest {}).await.map(drop),
        "CreateOrganization" => caller.create_organization(call.registration_request()).await.map(drop),
        "GetOrganization" => {
            caller.get_organization(v1::GetOrganizationRequest { name: call.organization() }).await.map(drop)
        }
        "ListOrganizations" => caller.list_organizations(v1::ListOrganizationsRequest::default()).await.map(drop),
        "SuspendOrganization" => caller.suspend_organization(suspend(call).await?).await.map(drop),
        "CreatePerson" => caller.create_person(new_person(call)).await.map(drop),
        "GetPerson" => {
            let id = if call.is(Relation::Absent) { "no-such-person" } else { "registrar-1" };
            caller.get_person(v1::GetPersonRequest { name: format!("people/{id}") }).await.map(drop)
        }
        "ListPeople" => caller.list_people(v1::ListPeopleRequest::default()).await.map(drop),
        "CreatePrincipal" => caller.create_principal(new_principal(call)).await.map(drop),
        "ListPrincipals" => {
            let request = v1::ListPrincipalsRequest { parent: call.organization(), ..Default::default() };
            caller.list_principals(request).await.map(drop)
        }
        "DisablePrincipal" => caller.disable_principal(disable(call).await?).await.map(drop),
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// The request that suspends a new organization, which no other call uses.
async fn suspend(call: &Call<'_>) -> anyhow::Result<v1::SuspendOrganizationRequest> {
    let name = if call.is(Relation::Absent) { call.organization() } else { call.new_organization().await?.name };
    Ok(v1::SuspendOrganizationRequest { request_id: request_id(), name, reason: "It asked for it.".to_owned() })
}

/// The request that registers a new person.
fn new_person(call: &Call<'_>) -> v1::CreatePersonRequest {
    v1::CreatePersonRequest {
        request_id: request_id(),
        person_id: format!("new-{}", call.number()),
        person: Some(v1::RegisteredPerson { full_name: "Somebody New".to_owned(), ..Default::default() }),
    }
}

/// The request that registers a new principal.
fn new_principal(call: &Call<'_>) -> v1::CreatePrincipalRequest {
    v1::CreatePrincipalRequest {
        request_id: request_id(),
        parent: call.organization(),
        principal_id: format!("new-{}", call.number()),
        principal: Some(v1::Principal {
            kind: PrincipalKind::System.into(),
            roles: vec!["delegation.submitter".to_owned()],
            ..Default::default()
        }),
    }
}

/// The request that disables a new principal, or one that does not exist.
async fn disable(call: &Call<'_>) -> anyhow::Result<v1::DisablePrincipalRequest> {
    let name = if call.is(Relation::Absent) {
        "organizations/osce-odihr/principals/no-such-principal".to_owned()
    } else {
        call.fixture.scene.registrar.create_principal(new_principal(call)).await?.name
    };
    Ok(v1::DisablePrincipalRequest { request_id: request_id(), name, reason: "The key was lost.".to_owned() })
}
