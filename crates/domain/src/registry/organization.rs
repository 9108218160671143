//! Who takes part: organizations and their principals.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::vocabulary::dated_name::Names;
use crate::vocabulary::id::{OrganizationCode, PersonId, TrustDomain};
use crate::vocabulary::name::PrincipalName;

pub mod acts;

/// What kind of party an organization is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrganizationKind {
    /// OSCE/ODIHR, CIS, SCO and the like.
    InternationalOrganization,
    /// OSCE PA, IPA CIS, TURKPA and the like.
    ParliamentaryAssembly,
    /// A foreign state, usually through its embassy.
    State,
    /// The election commission of a foreign state.
    ForeignElectionCommission,
    /// The host's ministry of foreign affairs.
    ForeignMinistry,
    /// The host's central election commission.
    ElectionCommission,
}

impl OrganizationKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::InternationalOrganization,
        Self::ParliamentaryAssembly,
        Self::State,
        Self::ForeignElectionCommission,
        Self::ForeignMinistry,
        Self::ElectionCommission,
    ];

    /// Whether it sends observers.
    pub fn sends_observers(self) -> bool {
        !matches!(self, Self::ForeignMinistry | Self::ElectionCommission)
    }

    /// Who invites an organization of this kind; `None` for the hosts themselves.
    pub fn inviter(self) -> Option<OrganizationKind> {
        match self {
            Self::InternationalOrganization | Self::ParliamentaryAssembly | Self::State => Some(Self::ForeignMinistry),
            Self::ForeignElectionCommission => Some(Self::ElectionCommission),
            Self::ForeignMinistry | Self::ElectionCommission => None,
        }
    }
}

/// What a principal may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Role {
    /// Files and submits for its delegation.
    DelegationSubmitter,
    /// Presents and returns for the ministry.
    MfaOfficer,
    /// Reviews and recommends.
    CecReviewer,
    /// Adopts decrees.
    CecAdopter,
    /// Registers organizations, principals and elections, and files what comes on paper.
    CecRegistrar,
    /// Checks badges.
    Verifier,
    /// Reads everything, decides nothing.
    Auditor,
    /// Runs the service, decides nothing.
    Operator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::DelegationSubmitter,
        Self::MfaOfficer,
        Self::CecReviewer,
        Self::CecAdopter,
        Self::CecRegistrar,
        Self::Verifier,
        Self::Auditor,
        Self::Operator,
    ];

    /// The role's name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DelegationSubmitter => "delegation.submitter",
            Self::MfaOfficer => "mfa.officer",
            Self::CecReviewer => "cec.reviewer",
            Self::CecAdopter => "cec.adopter",
            Self::CecRegistrar => "cec.registrar",
            Self::Verifier => "verifier",
            Self::Auditor => "auditor",
            Self::Operator => "operator",
        }
    }

    /// Whether an organization of this kind may hold the role.
    pub fn fits(self, kind: OrganizationKind) -> bool {
        match self {
            Self::DelegationSubmitter => kind.sends_observers(),
            Self::MfaOfficer => kind == OrganizationKind::ForeignMinistry,
            _ => kind == OrganizationKind::ElectionCommission,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Self::ALL.map(Self::as_str).join(", ");
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| format!("expected one of {}", names()))
    }
}

impl TryFrom<String> for Role {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Role> for String {
    fn from(role: Role) -> String {
        role.as_str().to_owned()
    }
}

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
