//! Authorization: the one place that decides who may do what.
//!
//! An action that is not in the table is denied. The rights of a caller are looked up for every call, so a suspension
//! takes effect with the next call.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::registry::organization::Holder;
use crate::vocabulary::id::{OrganizationCode, PersonId};
use crate::vocabulary::name::PrincipalName;
use crate::vocabulary::role::{OrganizationKind, Role};

mod table;

pub use table::Action;

/// The caller, as the registry knows them at the time of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The name of the principal.
    pub principal: PrincipalName,
    /// The kind of the principal's organization.
    pub kind: OrganizationKind,
    /// Who holds the private key of the principal.
    pub holder: Holder,
    /// The roles of the principal.
    pub roles: Vec<Role>,
}

/// A caller who is known to be a human. Only humans decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonActor {
    /// The principal that the human used. One human can have several.
    pub principal: PrincipalName,
    /// The human. Separation of duties compares this and never the principal.
    pub person: PersonId,
}

/// The organizations whose resources a permit gives access to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One organization. Resources of any other look as if they did not exist.
    Organization(OrganizationCode),
    /// All organizations.
    All,
}

impl Scope {
    /// The organization that the scope is limited to; `None` for all.
    pub fn organization(&self) -> Option<&OrganizationCode> {
        match self {
            Self::Organization(code) => Some(code),
            Self::All => None,
        }
    }

    /// Whether the scope includes the resources of this organization.
    pub fn covers(&self, organization: &OrganizationCode) -> bool {
        self.organization().is_none_or(|own| own == organization)
    }
}

/// Which part of an application a reader sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The application's own delegation: no findings, no reviewer, no names of the commission's staff.
    Delegation,
    /// The ministry: applications from SUBMITTED on, without findings.
    Ministry,
    /// The commission and its auditors: applications from PRESENTED on, with everything.
    Commission,
    /// A registrar: only applications that came on paper, from DRAFT on, without findings.
    Registrar,
    /// Somebody of the commission who is also a registrar: what either of the two views shows.
    CommissionAndRegistrar,
}

/// The proof that the policy allows an action, and on whose resources.
///
/// Only [`permit`] and [`Permit::for_the_service`] make one. The store asks for one before it writes, so that no write
/// can skip the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    action: Action,
    scope: Scope,
    view: View,
}

impl Permit {
    /// The action that is allowed.
    pub fn action(&self) -> Action {
        self.action
    }

    /// The organizations whose resources the action may use.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Which part of an application the caller sees.
    pub fn view(&self) -> View {
        self.view
    }

    /// The permit of the service itself, for setting itself up and for acting when a deadline has passed.
    pub fn for_the_service() -> Self {
        Self { action: Action::Tick, scope: Scope::All, view: View::Commission }
    }
}

impl Actor {
    /// The human behind the call.
    ///
    /// # Errors
    ///
    /// [`Refusal::PersonRequired`] if the certificate belongs to a system.
    pub fn person(&self) -> Result<PersonActor, Refusal> {
        let person = self.holder.person().ok_or(Refusal::PersonRequired)?.clone();
        Ok(PersonActor { principal: self.principal.clone(), person })
    }

    /// The view of a caller when these roles allow the action. A registrar role never makes the view of another role
    /// smaller.
    fn view(&self, allowing: &[Role]) -> View {
        let is_registrar = |role: &Role| *role == Role::CecRegistrar;
        match self.kind {
            OrganizationKind::ElectionCommission if allowing.iter().all(is_registrar) => View::Registrar,
            OrganizationKind::ElectionCommission if allowing.iter().any(is_registrar) => View::CommissionAndRegistrar,
            OrganizationKind::ElectionCommission => View::Commission,
            OrganizationKind::ForeignMinistry => View::Ministry,
            _ => View::Delegation,
        }
    }
}

/// Decides whether an actor may do an action, by its roles and by whether it is a person.
///
/// # Errors
///
/// [`Refusal::RoleRequired`] if no role of the actor allows it, [`Refusal::PersonRequired`] if only a person may.
pub fn permit(actor: &Actor, action: Action) -> Result<Permit, Refusal> {
    let roles = action.roles();
    let mut allowing = actor.roles.clone();
    allowing.retain(|role| roles.contains(role) && role.fits(actor.kind));
    if allowing.is_empty() {
        return Err(Refusal::RoleRequired { roles: roles.to_vec() });
    }
    let view = actor.view(&allowing);
    // A system of a delegation may change what belongs to the delegation. A registrar enters for others, so a person
    // must.
    let decides = action.wants_person() || (action.is_mutation() && view == View::Registrar);
    if decides && actor.holder.person().is_none() {
        return Err(Refusal::PersonRequired);
    }
    let scope = if actor.kind.sends_observers() {
        Scope::Organization(actor.principal.organization.clone())
    } else {
        Scope::All
    };
    Ok(Permit { action, scope, view })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(kind: OrganizationKind, role: Role, holder: Holder) -> Actor {
        let principal = "organizations/x1/principals/p1".parse().expect("a name");
        Actor { principal, kind, holder, roles: vec![role] }
    }

    /// A system that decided could not answer for the decision.
    #[test]
    fn a_system_never_decides() {
        for action in Action::ALL.into_iter().filter(|action| action.wants_person()) {
            for role in action.roles() {
                let kind =
                    OrganizationKind::ALL.into_iter().find(|kind| role.fits(*kind)).expect("every role fits a kind");
                let system = actor(kind, *role, Holder::System);
                assert_eq!(permit(&system, action), Err(Refusal::PersonRequired), "{action:?}");
            }
        }
    }

    /// A registrar acts for somebody else, so a human has to answer for every entry.
    #[test]
    fn a_registrar_s_system_changes_nothing() {
        for action in Action::ALL.into_iter().filter(|action| action.is_mutation()) {
            let system = actor(OrganizationKind::ElectionCommission, Role::CecRegistrar, Holder::System);
            if action.roles().contains(&Role::CecRegistrar) {
                assert_eq!(permit(&system, action), Err(Refusal::PersonRequired), "{action:?}");
            }
        }
    }

    /// A registrar who is also a reviewer must not lose sight of what a reviewer sees.
    #[test]
    fn a_registrar_sees_only_paper_and_keeps_the_view_of_other_roles() {
        let view = |roles: &[Role], action| {
            let person = Holder::Person("p".parse().expect("an id"));
            let actor = actor(OrganizationKind::ElectionCommission, Role::CecRegistrar, person);
            permit(&Actor { roles: roles.to_vec(), ..actor }, action).map(|permit| permit.view())
        };
        let (registrar, reviewer) = (Role::CecRegistrar, Role::CecReviewer);
        assert_eq!(view(&[registrar], Action::GetApplication), Ok(View::Registrar));
        assert_eq!(view(&[registrar, registrar], Action::GetApplication), Ok(View::Registrar));
        assert_eq!(view(&[reviewer], Action::GetApplication), Ok(View::Commission));
        assert_eq!(view(&[reviewer, registrar], Action::GetApplication), Ok(View::CommissionAndRegistrar));
        // Only one of the two roles allows the action.
        assert_eq!(view(&[reviewer, registrar], Action::SubmitApplication), Ok(View::Registrar));
        assert_eq!(view(&[reviewer, registrar], Action::ClaimApplication), Ok(View::Commission));
    }

    /// The scope comes from the certificate. A sender must never reach the resources of another organization.
    #[test]
    fn a_sender_reaches_only_its_own_resources() {
        for action in Action::ALL {
            for kind in OrganizationKind::ALL.into_iter().filter(|kind| kind.sends_observers()) {
                for role in Role::ALL {
                    let person = Holder::Person("p".parse().expect("an id"));
                    if let Ok(permit) = permit(&actor(kind, role, person), action) {
                        assert_eq!(role, Role::DelegationSubmitter, "{action:?}");
                        assert!(matches!(permit.scope(), Scope::Organization(_)), "{action:?}");
                    }
                }
            }
        }
    }

    /// The ministry presents or returns. Auditors, verifiers and operators read.
    #[test]
    fn the_ministry_never_decides_and_no_reader_changes_anything() {
        let deciding =
            [Action::RecommendApplication, Action::AdoptDecree, Action::AddDecreeItems, Action::SendBackApplication];
        for action in deciding {
            assert!(!action.roles().contains(&Role::MfaOfficer), "{action:?}");
        }
        for action in Action::ALL.into_iter().filter(|action| action.is_mutation()) {
            for reader in [Role::Auditor, Role::Verifier, Role::Operator] {
                assert!(!action.roles().contains(&reader), "{action:?} {reader}");
            }
        }
    }
}
