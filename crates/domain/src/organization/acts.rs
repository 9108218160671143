//! What is done in the registry: organizations and principals are registered and shut out.

use super::{Holder, Organization, OrganizationKind, Principal, Role, check_roles};
use crate::dated_name::{NameDraft, Names};
use crate::event::LogName;
use crate::id::{OrganizationCode, TrustDomain};
use crate::name::{OrganizationName, PrincipalName};
use crate::outcome::{Acting, Deed, Happening, Outcome, RowChange, Service};
use crate::personal::Personal;
use crate::refusal::Refusal;

/// The action by which a service is set up.
const INIT: &str = "accreditd init";

fn happens(subject: impl ToString, organization: &OrganizationCode, deed: Deed) -> Happening {
    Happening::new(LogName::Registry, subject, organization, deed)
}

fn name(code: &OrganizationCode) -> OrganizationName {
    OrganizationName { organization: code.clone() }
}

/// What the registrar says of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationDraft {
    /// What kind of party it is.
    pub kind: OrganizationKind,
    /// What it is called.
    pub names: Vec<NameDraft>,
    /// ISO 3166-1 alpha-3 code of its state, if it has one.
    pub state: Option<String>,
    /// The trust domain of its certificates.
    pub trust_domain: TrustDomain,
    /// PEM certificates of the authorities that alone vouch for that domain.
    pub anchors: Vec<String>,
}

/// Registers an organization whose code and trust domain none of the `known` has.
pub fn register(
    by: &Acting<'_>,
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
    let deed = Deed::OrganizationRegistered { trust_domain: new.trust_domain.clone() };
    Ok(by.only(happens(name(&new.code), &new.code, deed).row(RowChange::NewOrganization(new))))
}

/// Shuts an organization out, whether it was already or not.
pub fn suspend(by: &Acting<'_>, code: &OrganizationCode, reason: &str) -> Outcome {
    let suspended = happens(name(code), code, Deed::OrganizationSuspended {});
    by.only(suspended.row(RowChange::OrganizationSuspended(code.clone())).note(Personal::new(reason.to_owned())))
}

/// Registers a principal of an organization. `before` is the one that has its name already.
pub fn register_principal(
    by: &Acting<'_>,
    organization: &Organization,
    principal: PrincipalName,
    holder: Holder,
    roles: Vec<Role>,
    before: Option<&Principal>,
) -> Result<Outcome, Refusal> {
    check_roles(organization.kind, &roles)?;
    if before.is_some() {
        return Err(Refusal::AlreadyExists { resource: principal.to_string() });
    }
    let spiffe_id = organization.spiffe_id(&principal.principal);
    let new = Principal { name: principal, spiffe_id, holder, roles, disabled: false };
    let deed = Deed::PrincipalRegistered { roles: new.roles.clone() };
    Ok(by.only(happens(&new.name, &organization.code, deed).row(RowChange::NewPrincipal(new))))
}

/// Shuts a principal out, whether it was already or not.
pub fn disable_principal(by: &Acting<'_>, principal: &PrincipalName, reason: &str) -> Outcome {
    let disabled = happens(principal, &principal.organization, Deed::PrincipalDisabled {});
    by.only(disabled.row(RowChange::PrincipalDisabled(principal.clone())).note(Personal::new(reason.to_owned())))
}

/// Sets a service up: enters the commission and its first registrars.
pub fn found(by: &Service, commission: Organization, registrars: Vec<Principal>) -> Vec<Outcome> {
    let code = commission.code.clone();
    let entered = happens(name(&code), &code, Deed::Founded {}).row(RowChange::NewOrganization(commission));
    let registrars =
        registrars.into_iter().map(|one| happens(&one.name, &code, Deed::Founded {}).row(RowChange::NewPrincipal(one)));
    [entered].into_iter().chain(registrars).map(|entered| by.as_part_of(INIT, entered)).collect()
}
