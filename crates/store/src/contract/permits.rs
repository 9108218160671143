//! The people who act in the tests, and their permits.

use domain::policy::{Action, Actor, Permit, PersonActor};
use domain::registry::organization::Holder;
use domain::vocabulary::role::{OrganizationKind, Role};

/// A principal of `organization`, held by a person with the same code as the
/// principal.
fn actor(organization: &str, principal: &str, kind: OrganizationKind, role: Role) -> Actor {
    Actor {
        principal: format!("organizations/{organization}/principals/{principal}").parse().expect("a name"),
        kind,
        holder: Holder::Person(principal.parse().expect("an id")),
        roles: vec![role],
    }
}

/// The permit of an actor for an action. Panics if the policy does not allow
/// it: then the test is wrong.
fn permitted(actor: &Actor, action: Action) -> Permit {
    domain::policy::permit(actor, action).expect("the policy allows it")
}

/// A delegation's permit.
pub fn delegation(organization: &str, action: Action) -> Permit {
    let kind = OrganizationKind::InternationalOrganization;
    permitted(&actor(organization, "secretary", kind, Role::DelegationSubmitter), action)
}

/// The foreign ministry's permit.
pub fn ministry(action: Action) -> Permit {
    permitted(&actor("mfa", "officer", OrganizationKind::ForeignMinistry, Role::MfaOfficer), action)
}

/// A registrar's permit.
pub fn registrar(action: Action) -> Permit {
    permitted(&actor("cec", "registrar", OrganizationKind::ElectionCommission, Role::CecRegistrar), action)
}

/// A reviewer's permit.
pub fn reviewer(action: Action) -> Permit {
    permitted(&actor("cec", "reviewer", OrganizationKind::ElectionCommission, Role::CecReviewer), action)
}

/// The permit of a person who is reviewer and registrar.
pub fn reviewing_registrar(action: Action) -> Permit {
    let mut both = actor("cec", "reviewer", OrganizationKind::ElectionCommission, Role::CecReviewer);
    both.roles.push(Role::CecRegistrar);
    permitted(&both, action)
}

/// The permit of a person who adopts decrees.
pub fn adopter(action: Action) -> Permit {
    permitted(&actor("cec", "adopter", OrganizationKind::ElectionCommission, Role::CecAdopter), action)
}

/// The person who reviews or adopts under this principal.
pub fn person(principal: &str) -> PersonActor {
    let kind = OrganizationKind::ElectionCommission;
    actor("cec", principal, kind, Role::CecReviewer).person().expect("a person")
}
