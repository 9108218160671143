//! The kinds of organizations, and the roles of their principals.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The kind of an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrganizationKind {
    /// An international organization, such as OSCE/ODIHR, CIS or SCO.
    InternationalOrganization,
    /// A parliamentary assembly, such as OSCE PA, IPA CIS or TURKPA.
    ParliamentaryAssembly,
    /// A foreign state, usually represented by its embassy.
    State,
    /// The election commission of a foreign state.
    ForeignElectionCommission,
    /// The host's ministry of foreign affairs. It invites and presents, and never accredits.
    ForeignMinistry,
    /// The host's central election commission. It reviews and accredits.
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

    /// Whether organizations of this kind send observers.
    pub fn sends_observers(self) -> bool {
        !matches!(self, Self::ForeignMinistry | Self::ElectionCommission)
    }

    /// The kind of organization that invites this kind; `None` for the hosts themselves.
    pub fn inviter(self) -> Option<OrganizationKind> {
        match self {
            Self::InternationalOrganization | Self::ParliamentaryAssembly | Self::State => Some(Self::ForeignMinistry),
            Self::ForeignElectionCommission => Some(Self::ElectionCommission),
            Self::ForeignMinistry | Self::ElectionCommission => None,
        }
    }
}

/// A role of a principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Role {
    /// Files and submits applications for its delegation.
    DelegationSubmitter,
    /// Presents and returns applications for the ministry.
    MfaOfficer,
    /// Reviews applications and recommends decisions.
    CecReviewer,
    /// Adopts decrees.
    CecAdopter,
    /// Registers organizations, principals and elections, and files applications that came on paper.
    CecRegistrar,
    /// Checks badges at a station.
    Verifier,
    /// Reads everything and decides nothing.
    Auditor,
    /// Runs the service and decides nothing.
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

    /// The role in messages and in the database. It must not change.
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

    /// Whether an organization of this kind may have principals with this role.
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
