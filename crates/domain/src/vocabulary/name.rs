//! Resource names, as messages, events and logs use them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::vocabulary::id::{
    ApplicationId, ElectionCode, InvalidId, OrganizationCode, PersonId, PrincipalCode, RulePackId,
};

/// The values of a name, whose parts alternate with fixed collection ids. `None` if the text has another form.
fn values<'a, const N: usize>(text: &'a str, collections: [&str; N]) -> Option<[&'a str; N]> {
    let mut parts = text.split('/');
    let mut found = [""; N];
    for (value, collection) in found.iter_mut().zip(collections) {
        if parts.next() != Some(collection) {
            return None;
        }
        *value = parts.next()?;
    }
    parts.next().is_none().then_some(found)
}

/// A number from 1, in its only form: without leading zeros, so that one resource has one name.
fn ordinal(text: &str) -> Option<u32> {
    let plain = !text.starts_with('0') && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Defines the type of a resource name: its values, and the collection id before each.
macro_rules! name {
    (
        $(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty = $collection:literal $parse:expr),+ },
        $pattern:literal
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name { $($(#[$fdoc])* pub $field: $type),+ }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let parse = || {
                    let [$($field),+] = values(text, [$($collection),+])?;
                    Some(Self { $($field: ($parse)($field)?),+ })
                };
                parse().ok_or(InvalidId { expected: concat!("a name of the form `", $pattern, "`") })
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut separator = "";
                $(
                    write!(f, "{separator}{}/{}", $collection, self.$field)?;
                    separator = "/";
                )+
                let _ = separator;
                Ok(())
            }
        }
    };
}

/// A code of a name.
fn code<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

name!(
    /// `organizations/{organization}`
    OrganizationName { /// The code of the organization.
        organization: OrganizationCode = "organizations" code },
    "organizations/{organization}"
);
name!(
    /// `people/{person}`
    PersonName { /// The id of the person.
        person: PersonId = "people" code },
    "people/{person}"
);
name!(
    /// `organizations/{organization}/principals/{principal}`
    PrincipalName { /// The code of its organization.
        organization: OrganizationCode = "organizations" code,
        /// The code of the principal.
        principal: PrincipalCode = "principals" code },
    "organizations/{organization}/principals/{principal}"
);
name!(
    /// `rulePacks/{rule_pack}`
    RulePackName { /// The id of the pack.
        rule_pack: RulePackId = "rulePacks" code },
    "rulePacks/{rule_pack}"
);
name!(
    /// `elections/{election}`
    ElectionName { /// The code of the election.
        election: ElectionCode = "elections" code },
    "elections/{election}"
);
name!(
    /// `elections/{election}/invitations/{organization}`
    InvitationName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The code of the invited organization.
        organization: OrganizationCode = "invitations" code },
    "elections/{election}/invitations/{organization}"
);
name!(
    /// `elections/{election}/missions/{organization}`
    MissionName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The code of the organization that sends the mission.
        organization: OrganizationCode = "missions" code },
    "elections/{election}/missions/{organization}"
);
name!(
    /// `elections/{election}/missions/{organization}/applications/{uuid}`
    ApplicationName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The code of the organization that sends the person.
        organization: OrganizationCode = "missions" code,
        /// The id of the application.
        id: ApplicationId = "applications" application_id },
    "elections/{election}/missions/{organization}/applications/{uuid}"
);
name!(
    /// `elections/{election}/missions/{organization}/applications/{uuid}/documents/{uuid}`
    DocumentName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The code of the organization that sends the person.
        organization: OrganizationCode = "missions" code,
        /// The application's id.
        application: ApplicationId = "applications" application_id,
        /// The id of the document.
        id: Uuid = "documents" canonical_uuid },
    "elections/{election}/missions/{organization}/applications/{uuid}/documents/{uuid}"
);
name!(
    /// `elections/{election}/presentations/{n}`
    PresentationName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The number of the presentation, from 1.
        number: u32 = "presentations" ordinal },
    "elections/{election}/presentations/{n}"
);
name!(
    /// `elections/{election}/decrees/{n}`
    DecreeName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The number of the decree, from 1.
        number: u32 = "decrees" ordinal },
    "elections/{election}/decrees/{n}"
);
name!(
    /// `elections/{election}/accreditations/{n}`
    AccreditationName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The number of the accreditation, from 1.
        number: u32 = "accreditations" ordinal },
    "elections/{election}/accreditations/{n}"
);
name!(
    /// `elections/{election}/proposals/{n}`
    ProposalName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The number of the proposal, from 1.
        number: u32 = "proposals" ordinal },
    "elections/{election}/proposals/{n}"
);
name!(
    /// `elections/{election}/missions/{organization}/applications/{uuid}/amendments/{n}`
    AmendmentName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The code of the organization that sends the person.
        organization: OrganizationCode = "missions" code,
        /// The application's id.
        application: ApplicationId = "applications" application_id,
        /// The number of the amendment, from 1.
        number: u32 = "amendments" ordinal },
    "elections/{election}/missions/{organization}/applications/{uuid}/amendments/{n}"
);
name!(
    /// `elections/{election}/watchListEntries/{uuid}`
    WatchListEntryName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The id of the watch list entry.
        id: Uuid = "watchListEntries" canonical_uuid },
    "elections/{election}/watchListEntries/{uuid}"
);

name!(
    /// `elections/{election}/appeals/{uuid}`
    AppealName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The id of the appeal.
        id: Uuid = "appeals" canonical_uuid },
    "elections/{election}/appeals/{uuid}"
);

name!(
    /// `elections/{election}/legalHolds/{uuid}`
    LegalHoldName { /// The code of the election.
        election: ElectionCode = "elections" code,
        /// The id of the legal hold.
        id: Uuid = "legalHolds" canonical_uuid },
    "elections/{election}/legalHolds/{uuid}"
);

/// `elections/{election}/missions/{organization}/deploymentPlan`: a mission has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentPlanName {
    /// The mission.
    pub mission: MissionName,
}

impl FromStr for DeploymentPlanName {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let mission = text.strip_suffix("/deploymentPlan").and_then(|mission| mission.parse().ok());
        let expected = "a name of the form `elections/{election}/missions/{organization}/deploymentPlan`";
        mission.map(|mission| Self { mission }).ok_or(InvalidId { expected })
    }
}

impl fmt::Display for DeploymentPlanName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/deploymentPlan", self.mission)
    }
}

/// An application id, in its canonical form only, so that one application has one name.
fn application_id(text: &str) -> Option<ApplicationId> {
    canonical_uuid(text).map(ApplicationId)
}

/// A UUID in its canonical form: lower case with hyphens.
fn canonical_uuid(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (id.hyphenated().to_string() == text).then_some(id)
}

impl ApplicationName {
    /// The mission that the application belongs to.
    pub fn mission(&self) -> MissionName {
        MissionName { election: self.election.clone(), organization: self.organization.clone() }
    }
}

impl DocumentName {
    /// The application that the document belongs to.
    pub fn application(&self) -> ApplicationName {
        let Self { election, organization, application: id, id: _ } = self.clone();
        ApplicationName { election, organization, id }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A second form of a name could get around a check that compares names.
    #[test]
    fn resource_names_have_one_form() {
        let text = "elections/kz-2019/missions/cis/applications/0190b0a0-0000-7000-8000-000000000001";
        let name: ApplicationName = text.parse().expect("a name");
        assert_eq!(name.to_string(), text);
        assert_eq!(name.mission().to_string(), "elections/kz-2019/missions/cis");
        assert_eq!("elections/e1/decrees/12".parse::<DecreeName>().expect("a name").number, 12);
        for bad in [
            "elections/kz-2019/missions/cis/applications/0190B0A0-0000-7000-8000-000000000001",
            "elections/kz-2019/missions/cis/applications/x",
            "elections/kz-2019/missions/-/applications/0190b0a0-0000-7000-8000-000000000001",
            "/elections/kz-2019",
        ] {
            assert!(bad.parse::<ApplicationName>().is_err(), "{bad}");
        }
        let plan = "elections/kz-2019/missions/cis/deploymentPlan";
        assert_eq!(plan.parse::<DeploymentPlanName>().expect("a name").to_string(), plan);
        for bad in ["elections/kz-2019/missions/cis", "elections/kz-2019/missions/cis/deploymentPlan/1"] {
            assert!(bad.parse::<DeploymentPlanName>().is_err(), "{bad}");
        }
        for bad in ["elections/e1/decrees/0", "elections/e1/decrees/01", "elections/e1/decrees/1/"] {
            assert!(bad.parse::<DecreeName>().is_err(), "{bad}");
        }
    }
}
