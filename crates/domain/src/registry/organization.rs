//! Organizations and their principals.

use crate::vocabulary::role::OrganizationKind;
use crate::vocabulary::role::Role;

use jiff::Timestamp;

use crate::refusal::Refusal;
use crate::vocabulary::dated_name::Names;
use crate::vocabulary::id::{OrganizationCode, PersonId, TrustDomain};
use crate::vocabulary::name::PrincipalName;

pub mod acts;

/// A party of the accreditation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its code.
    pub code: OrganizationCode,
    /// Its kind.
    pub kind: OrganizationKind,
    /// Its names, by language and date.
    pub names: Names,
    /// The state that it belongs to, as an ISO 3166-1 alpha-3 code; `None` for international organizations.
    pub state: Option<String>,
    /// The trust domain in its certificates.
    pub trust_domain: TrustDomain,
    /// The PEM certificates of the only authorities that may issue certificates for this trust domain.
    pub anchors: Vec<String>,
    /// Whether all of its principals are refused.
    pub suspended: bool,
    /// When it was registered.
    pub create_time: Timestamp,
}

impl Organization {
    /// The SPIFFE id of one of its principals. It is the URI in the principal's certificates.
    pub fn spiffe_id(&self, principal: &crate::vocabulary::id::PrincipalCode) -> String {
        format!("spiffe://{}/{principal}", self.trust_domain)
    }
}

/// Who holds the private key of a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A registered human. Separation of duties counts humans, not certificates.
    Person(PersonId),
    /// A system of the organization. It files and reads, and never decides.
    System,
}

impl Holder {
    /// The human; `None` for a system.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::System => None,
        }
    }
}

/// One identity of an organization in client certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The resource name.
    pub name: PrincipalName,
    /// The URI in its certificates.
    pub spiffe_id: String,
    /// Who holds its private key.
    pub holder: Holder,
    /// Its roles.
    pub roles: Vec<Role>,
    /// Whether it is refused.
    pub disabled: bool,
}

/// Checks that an organization of this kind may have principals with these roles.
///
/// # Errors
///
/// [`Refusal::RoleNotForKind`] with the first role that it may not have.
pub fn check_roles(kind: OrganizationKind, roles: &[Role]) -> Result<(), Refusal> {
    match roles.iter().find(|role| !role.fits(kind)) {
        Some(role) => Err(Refusal::RoleNotForKind { role: *role, kind }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sender that could review, or a host that could file, would break the separation of the parties.
    #[test]
    fn no_sender_can_hold_a_host_role_and_no_host_files() {
        for kind in OrganizationKind::ALL {
            for role in Role::ALL {
                let sender_role = role == Role::DelegationSubmitter;
                assert!(!role.fits(kind) || sender_role == kind.sends_observers(), "{role} {kind:?}");
            }
        }
    }

    /// Roles are stored and sent as text.
    #[test]
    fn roles_are_parsed_from_their_text() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert!("cec".parse::<Role>().is_err());
    }
}
