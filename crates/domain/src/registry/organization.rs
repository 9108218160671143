//! Who takes part: organizations and their principals.

use crate::vocabulary::role::OrganizationKind;
use crate::vocabulary::role::Role;

use jiff::Timestamp;

use crate::refusal::Refusal;
use crate::vocabulary::dated_name::Names;
use crate::vocabulary::id::{OrganizationCode, PersonId, TrustDomain};
use crate::vocabulary::name::PrincipalName;

pub mod acts;

/// A party to the accreditation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its code.
    pub code: OrganizationCode,
    /// What kind of party it is.
    pub kind: OrganizationKind,
    /// What it is called.
    pub names: Names,
    /// ISO 3166-1 alpha-3 code of its state, if it has one.
    pub state: Option<String>,
    /// The trust domain of its certificates.
    pub trust_domain: TrustDomain,
    /// PEM certificates of the authorities that alone vouch for that domain.
    pub anchors: Vec<String>,
    /// Whether it is shut out.
    pub suspended: bool,
    /// When it was registered.
    pub create_time: Timestamp,
}

impl Organization {
    /// The SPIFFE id of one of its principals.
    pub fn spiffe_id(&self, principal: &crate::vocabulary::id::PrincipalCode) -> String {
        format!("spiffe://{}/{principal}", self.trust_domain)
    }
}

/// Who holds a principal's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A registered human; one human with two certificates is still one pair of eyes.
    Person(PersonId),
    /// A partner's system: it files and reads, it never decides.
    System,
}

impl Holder {
    /// The human, if there is one.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::System => None,
        }
    }
}

/// One client-certificate identity of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Its name.
    pub name: PrincipalName,
    /// The URI in its certificates.
    pub spiffe_id: String,
    /// Who holds its key.
    pub holder: Holder,
    /// What it may do.
    pub roles: Vec<Role>,
    /// Whether it is shut out.
    pub disabled: bool,
}

/// Refuses roles that an organization of this kind cannot hold.
pub fn check_roles(kind: OrganizationKind, roles: &[Role]) -> Result<(), Refusal> {
    match roles.iter().find(|role| !role.fits(kind)) {
        Some(role) => Err(Refusal::RoleNotForKind { role: *role, kind }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sender_can_hold_a_host_role_and_no_host_files() {
        for kind in OrganizationKind::ALL {
            for role in Role::ALL {
                let sender_role = role == Role::DelegationSubmitter;
                assert!(!role.fits(kind) || sender_role == kind.sends_observers(), "{role} {kind:?}");
            }
        }
    }

    #[test]
    fn roles_read_back_as_written() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert!("cec".parse::<Role>().is_err());
    }
}
