//! The small world in which most tests begin: the host organizations and three delegations.

use jiff::civil::{Date, date};
use wire::v1::OrganizationKind;

use super::election::{CEC, MFA, MFA_OFFICER, SECRETARY};
use super::names::{ELECTION_OF_2019, MINISTRY, in_each_language};
use super::{Options, World};

/// The election of a small world: 9 June 2019, under the rule pack `kz-1`.
pub const ELECTION: &str = "kz-president-2019";

/// The voting day of [`ELECTION`].
pub const VOTING_DAY: Date = date(2019, 6, 9);

/// The commission's principals beside the registrars, each with its role.
const COMMISSION: [(&str, &str); 6] = [
    ("reviewer-1", "cec.reviewer"),
    ("reviewer-2", "cec.reviewer"),
    ("adopter", "cec.adopter"),
    ("auditor", "auditor"),
    ("operator", "operator"),
    ("verifier", "verifier"),
];

/// How far the delegations of a small world are. Each stage includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The election is open, and nobody is invited.
    Opened,
    /// Invitations are sent, and none is answered.
    Invited,
    /// Invitations are accepted, and no mission is announced.
    Accepted,
    /// Missions are announced, so applications can be filed.
    Announced,
}

impl World {
    /// A temporary world at 1 May 2019.
    ///
    /// It has the commission with a principal for every role, the ministry with its `officer`, and the delegations
    /// `osce-odihr`, `cis` and `state-deu`. Each delegation has a `secretary` who can file for [`ELECTION`].
    pub async fn small() -> anyhow::Result<Self> {
        Self::small_until(Stage::Announced).await
    }

    /// A small world whose delegations are at an earlier stage.
    pub async fn small_until(stage: Stage) -> anyhow::Result<Self> {
        Self::small_in(Options::default(), stage).await
    }

    /// A small world with other options, such as PostgreSQL or several servers.
    pub async fn small_in(options: Options, stage: Stage) -> anyhow::Result<Self> {
        let mut world = Self::start(options).await?;
        world.add_host_organizations().await?;
        let senders = [
            ("osce-odihr", "OSCE/ODIHR", OrganizationKind::InternationalOrganization, None),
            ("cis", "CIS", OrganizationKind::InternationalOrganization, None),
            ("state-deu", "Germany (embassy)", OrganizationKind::State, Some("DEU")),
        ];
        world.open_named_election(ELECTION, in_each_language(ELECTION_OF_2019), VOTING_DAY).await?;
        for (code, name, kind, state) in senders {
            world.add_delegation(code, name, kind, state).await?;
            world.advance_to(ELECTION, code, VOTING_DAY, stage).await?;
        }
        Ok(world)
    }

    /// Registers the commission's people, and the ministry with its officer.
    pub(crate) async fn add_host_organizations(&mut self) -> anyhow::Result<()> {
        for (principal, role) in COMMISSION {
            self.add_person(CEC, principal, &[role]).await?;
        }
        self.add_named_organization(MFA, in_each_language(MINISTRY), OrganizationKind::ForeignMinistry, None).await?;
        self.add_person(MFA, MFA_OFFICER, &["mfa.officer"]).await?;
        Ok(())
    }

    /// Registers a sending organization and its secretary. It is not invited to any election yet.
    pub(crate) async fn add_delegation(
        &mut self,
        code: &str,
        name: &str,
        kind: OrganizationKind,
        state: Option<&str>,
    ) -> anyhow::Result<()> {
        self.add_organization(code, name, kind, state).await?;
        self.add_person(code, SECRETARY, &["delegation.submitter"]).await?;
        Ok(())
    }

    /// Takes an organization that is not invited yet to a stage.
    pub(crate) async fn advance_to(
        &self,
        election: &str,
        code: &str,
        voting_day: Date,
        stage: Stage,
    ) -> anyhow::Result<()> {
        if stage >= Stage::Invited {
            self.invite(election, code).await?;
        }
        if stage >= Stage::Accepted {
            self.accept_invitation(election, code).await?;
        }
        if stage >= Stage::Announced {
            self.announce_mission(election, code, voting_day).await?;
        }
        Ok(())
    }
}
