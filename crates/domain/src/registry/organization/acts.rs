//! The legal acts of the registry: registering organizations and principals, and suspending or disabling them.

use super::{Holder, Organization, Principal, check_roles};
use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange, Service};
use crate::refusal::Refusal;
use crate::registry::person::Person;
use crate::vocabulary::dated_name::{NameDraft, Names};
use crate::vocabulary::id::{OrganizationCode, TrustDomain};
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{OrganizationName, PersonName, PrincipalName};
use crate::vocabulary::personal::Personal;
use crate::vocabulary::role::OrganizationKind;
use crate::vocabulary::role::Role;

/// An event in the log of the registry.
fn registry_event(subject: impl ToString, organization: &OrganizationCode, payload: EventPayload) -> EventDraft {
    EventDraft::new(LogName::Registry, subject, organization, payload)
}

/// The resource name of an organization.
fn name(code: &OrganizationCode) -> OrganizationName {
    OrganizationName { organization: code.clone() }
}

/// The data of an organization, as the registrar gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationDraft {
    /// Its kind.
    pub kind: OrganizationKind,
    /// Its names.
    pub names: Vec<NameDraft>,
    /// The state that it belongs to, as an ISO 3166-1 alpha-3 code.
    pub state: Option<String>,
    /// The trust domain in its certificates.
    pub trust_domain: TrustDomain,
    /// The PEM certificates of the only authorities that may issue certificates for this trust domain.
    pub anchors: Vec<String>,
}

/// Registers an organization. `known` are the organizations that have the same code or trust domain.
///
/// # Errors
///
/// [`Refusal::AlreadyExists`] for the code or the trust domain, [`Refusal::InvalidField`] for the names.
pub fn register(
    by: &CallContext<'_>,
    code: OrganizationCode,
    draft: OrganizationDraft,
    known: &[Organization],
) -> Result<Outcome, Refusal> {
    let OrganizationDraft { kind, names, state, trust_domain, anchors } = draft;
    for known in known {
        if known.code == code {
            return Err(Refusal::AlreadyExists { resource: name(&code).to_string() });
        }
        if known.trust_domain == trust_domain {
            return Err(Refusal::AlreadyExists { resource: format!("the trust domain {trust_domain}") });
        }
    }
    let names = Names::register(names, "organization.names", by.now)?;
    let (suspended, create_time) = (false, by.now);
    let new = Organization { code, kind, names, state, trust_domain, anchors, suspended, create_time };
    let payload = EventPayload::OrganizationRegistered { trust_domain: new.trust_domain.clone() };
    Ok(by.single_outcome(registry_event(name(&new.code), &new.code, payload).with_row(RowChange::NewOrganization(new))))
}

/// Suspends an organization. A repetition is recorded and changes nothing.
pub fn suspend(by: &CallContext<'_>, code: &OrganizationCode, reason: Personal<String>) -> Outcome {
    let suspended = registry_event(name(code), code, EventPayload::OrganizationSuspended {});
    by.single_outcome(suspended.with_row(RowChange::OrganizationSuspended(code.clone())).with_note(reason))
}

/// Registers a principal of an organization. `before` is the principal that has the name already. `person` is the
/// human whom `holder` names, if that human is registered.
///
/// # Errors
///
/// [`Refusal::RoleNotForKind`], [`Refusal::AlreadyExists`], [`Refusal::PersonNotRegistered`].
pub fn register_principal(
    by: &CallContext<'_>,
    organization: &Organization,
    principal: PrincipalName,
    holder: Holder,
    roles: Vec<Role>,
    before: Option<&Principal>,
    person: Option<&Person>,
) -> Result<Outcome, Refusal> {
    check_roles(organization.kind, &roles)?;
    if before.is_some() {
        return Err(Refusal::AlreadyExists { resource: principal.to_string() });
    }
    if let Some(named) = holder.person()
        && person.is_none_or(|known| known.id != *named)
    {
        return Err(Refusal::PersonNotRegistered { person: PersonName { person: named.clone() } });
    }
    let spiffe_id = organization.spiffe_id(&principal.principal);
    let new = Principal { name: principal, spiffe_id, holder, roles, disabled: false };
    let payload = EventPayload::PrincipalRegistered { roles: new.roles.clone() };
    Ok(by.single_outcome(registry_event(&new.name, &organization.code, payload).with_row(RowChange::NewPrincipal(new))))
}

/// Disables a principal. A repetition is recorded and changes nothing.
pub fn disable_principal(by: &CallContext<'_>, principal: &PrincipalName, reason: Personal<String>) -> Outcome {
    let disabled = registry_event(principal, &principal.organization, EventPayload::PrincipalDisabled {});
    by.single_outcome(disabled.with_row(RowChange::PrincipalDisabled(principal.clone())).with_note(reason))
}

/// Sets a service up: enters the commission, and its first registrars with the people who hold their keys. Everybody
/// else is registered by them.
pub fn found(by: &Service, commission: Organization, people: Vec<Person>, registrars: Vec<Principal>) -> Vec<Outcome> {
    let code = commission.code.clone();
    let entered = registry_event(name(&code), &code, EventPayload::ServiceInitialized {})
        .with_row(RowChange::NewOrganization(commission));
    let people = people.into_iter().map(|one| {
        registry_event(one.name(), &code, EventPayload::ServiceInitialized {}).with_row(RowChange::NewPerson(one))
    });
    let registrars = registrars.into_iter().map(|one| {
        registry_event(&one.name, &code, EventPayload::ServiceInitialized {}).with_row(RowChange::NewPrincipal(one))
    });
    [entered].into_iter().chain(people).chain(registrars).map(|entered| by.setup_outcome(entered)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture::at;
    use crate::policy::{Action, Actor, permit};

    fn organization() -> Organization {
        let registered = at("2019-04-01T00:00:00Z");
        Organization {
            code: "osce".parse().expect("a code"),
            kind: OrganizationKind::InternationalOrganization,
            names: Names::register(vec!["en=OSCE".parse().expect("a name")], "names", registered).expect("a name"),
            state: None,
            trust_domain: "osce.example".parse().expect("a domain"),
            anchors: vec!["an anchor".to_owned()],
            suspended: false,
            create_time: registered,
        }
    }

    fn person(id: &str) -> Person {
        let (id, full_name) = (id.parse().expect("an id"), Personal::new("A Specimen".to_owned()));
        Person { id, full_name, create_time: at("2019-04-01T00:00:00Z") }
    }

    /// A person nobody registered could not be compared in separation of duties.
    #[test]
    fn a_principal_of_a_person_needs_a_registered_person() {
        let actor = Actor {
            principal: "organizations/cec/principals/registrar".parse().expect("a name"),
            kind: OrganizationKind::ElectionCommission,
            holder: Holder::Person("p1".parse().expect("an id")),
            roles: vec![Role::CecRegistrar],
        };
        let permit = permit(&actor, Action::CreatePrincipal).expect("a registrar");
        let by = CallContext { actor: &actor, permit: &permit, now: at("2019-05-10T00:00:00Z"), received: None };
        let registered = |holder: &Holder, person: Option<&Person>| {
            let principal = "organizations/osce/principals/secretary".parse().expect("a name");
            let roles = vec![Role::DelegationSubmitter];
            let outcome = register_principal(&by, &organization(), principal, holder.clone(), roles, None, person)?;
            Ok(outcome.main().rows().to_vec())
        };
        let named = Holder::Person("p7".parse().expect("an id"));
        let refused = Err(Refusal::PersonNotRegistered { person: "people/p7".parse().expect("a name") });
        assert_eq!(registered(&named, None), refused);
        assert_eq!(registered(&named, Some(&person("p8"))), refused);
        for (holder, person) in [(named, Some(&person("p7"))), (Holder::System, None)] {
            let rows = registered(&holder, person).expect("nothing is missing");
            let [RowChange::NewPrincipal(new)] = &rows[..] else { panic!("{rows:?}") };
            assert_eq!(new.holder, holder);
        }
    }

    /// Events of the registrars need the people whom they name.
    #[test]
    fn a_service_begins_with_the_people_of_its_registrars() {
        let name: PrincipalName = "organizations/osce/principals/r1".parse().expect("a name");
        let registrar = Principal {
            spiffe_id: organization().spiffe_id(&name.principal),
            name,
            holder: Holder::Person("p1".parse().expect("an id")),
            roles: vec![Role::CecRegistrar],
            disabled: false,
        };
        let service = Service { now: at("2019-04-01T00:00:00Z") };
        let entered = found(&service, organization(), vec![person("p1")], vec![registrar.clone()]);
        let rows: Vec<_> = entered.iter().flat_map(|outcome| outcome.main().rows()).cloned().collect();
        let expected = [
            RowChange::NewOrganization(organization()),
            RowChange::NewPerson(person("p1")),
            RowChange::NewPrincipal(registrar),
        ];
        assert_eq!(rows, expected);
    }
}
