//! The kinds of organizations, and the roles of their principals.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

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
