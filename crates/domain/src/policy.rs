//! The one place that decides who may do what. What is not in the table is denied.

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::registry::organization::Holder;
use crate::vocabulary::id::{OrganizationCode, PersonId};
use crate::vocabulary::name::PrincipalName;
use crate::vocabulary::role::{OrganizationKind, Role};

mod table;

pub use table::Action;

/// Who calls, as the registry knows them at the time of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The principal.
    pub principal: PrincipalName,
    /// The kind of its organization.
    pub kind: OrganizationKind,
    /// Who holds its key.
    pub holder: Holder,
    /// What it may do.
    pub roles: Vec<Role>,
}

/// An actor that is known to be a human.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonActor {
    /// The principal.
    pub principal: PrincipalName,
    /// The human.
    pub person: PersonId,
}

/// Whose resources a permit opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One organization's alone: any other's is as if it did not exist.
    Organization(OrganizationCode),
    /// Every organization's.
    All,
}

impl Scope {
    /// The organization that it is limited to.
    pub fn organization(&self) -> Option<&OrganizationCode> {
        match self {
            Self::Organization(code) => Some(code),
            Self::All => None,
        }
    }

    /// Whether it opens this organization's resources.
    pub fn covers(&self, organization: &OrganizationCode) -> bool {
        self.organization().is_none_or(|own| own == organization)
    }
}

/// As whom a reader sees an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Its own delegation: no findings, no reviewer, nobody's name.
    Delegation,
    /// The ministry: from SUBMITTED on, no findings.
    Ministry,
    /// The commission and its auditors: from PRESENTED on, everything.
    Commission,
    /// A registrar: what came on paper, from DRAFT on, and nothing else; no findings.
    Registrar,
    /// One of the commission who is a registrar too: what either sees.
    CommissionAndRegistrar,
}

/// That the policy allows an action, and on whose resources. Only [`permit`] makes one; the store's writes want it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    action: Action,
    scope: Scope,
    view: View,
}

impl Permit {
    /// What it allows.
    pub fn action(&self) -> Action {
        self.action
    }

    /// On whose resources.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// As whom its holder sees an application.
    pub fn view(&self) -> View {
        self.view
    }

    /// What the service itself does: set itself up, and act when a moment has passed.
    pub fn for_the_service() -> Self {
        Self { action: Action::Tick, scope: Scope::All, view: View::Commission }
    }
}

impl Actor {
    /// The human behind the call; a system is refused.
    pub fn person(&self) -> Result<PersonActor, Refusal> {
        let person = self.holder.person().ok_or(Refusal::PersonRequired)?.clone();
        Ok(PersonActor { principal: self.principal.clone(), person })
    }

    /// As whom it does what these roles allow it.
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

/// Allows or refuses an action to an actor, by its roles and by whether it is a person.
pub fn permit(actor: &Actor, action: Action) -> Result<Permit, Refusal> {
    let roles = action.roles();
    let mut allowing = actor.roles.clone();
    allowing.retain(|role| roles.contains(role) && role.fits(actor.kind));
    if allowing.is_empty() {
        return Err(Refusal::RoleRequired { roles: roles.to_vec() });
    }
    let view = actor.view(&allowing);
    // A delegation's system changes what is its own; for a registrar, who does it for a delegation, no system does.
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

    #[test]
    fn a_registrar_s_system_changes_nothing() {
        for action in Action::ALL.into_iter().filter(|action| action.is_mutation()) {
            let system = actor(OrganizationKind::ElectionCommission, Role::CecRegistrar, Holder::System);
            if action.roles().contains(&Role::CecRegistrar) {
                assert_eq!(permit(&system, action), Err(Refusal::PersonRequired), "{action:?}");
            }
        }
    }

    #[test]
    fn a_registrar_sees_paper_alone_and_another_role_s_view_is_no_smaller_for_it() {
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
        // Only one of the two may.
        assert_eq!(view(&[reviewer, registrar], Action::SubmitApplication), Ok(View::Registrar));
        assert_eq!(view(&[reviewer, registrar], Action::ClaimApplication), Ok(View::Commission));
    }

    #[test]
    fn a_sender_is_always_confined_to_its_own() {
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
