//! Opens elections, invites organizations and announces missions, up to the point where applications can be filed.

use anyhow::Context;
use jiff::Span;
use jiff::civil::Date;
use wire::v1::{self, OrganizationKind};

use super::World;
use super::names::english;
use crate::calls::request_id;

/// The code of the election commission.
pub const CEC: &str = "cec";
/// The code of the foreign ministry.
pub const MFA: &str = "mfa";
/// The commission's principal that registers organizations and opens elections.
pub const REGISTRAR: &str = "registrar";
/// The ministry's principal that invites, returns and presents.
pub const MFA_OFFICER: &str = "officer";
/// The name of every delegation's principal.
pub const SECRETARY: &str = "secretary";

impl World {
    /// Registers an election with an English name under the rule pack `kz-1` and opens it to observation.
    pub async fn open_election(&self, code: &str, name: &str, voting_day: Date) -> anyhow::Result<v1::Election> {
        self.open_named_election(code, english(name), voting_day).await
    }

    /// Like [`Self::open_election`], for an election with names in any languages.
    pub async fn open_named_election(
        &self,
        code: &str,
        names: Vec<v1::DatedName>,
        voting_day: Date,
    ) -> anyhow::Result<v1::Election> {
        // The regions of Kazakhstan changed in 2022.
        let region_set = if voting_day.year() < 2022 { "kz-2019" } else { "kz-2022" };
        let election = v1::Election {
            names,
            kind: v1::ElectionKind::Presidential.into(),
            voting_day: voting_day.to_string(),
            time_zone: "Asia/Almaty".to_owned(),
            rule_pack: "kz-1".to_owned(),
            region_set: region_set.to_owned(),
            ..Default::default()
        };
        let registrar = self.actor(CEC, REGISTRAR);
        let create = v1::CreateElectionRequest {
            request_id: request_id(),
            election_id: code.to_owned(),
            election: Some(election),
        };
        let created = self.calls.make(registrar.create_election(create)).await;
        let name = created.with_context(|| format!("cannot register the election {code}"))?.name;
        let open = v1::OpenElectionRequest { request_id: request_id(), name };
        self.calls.make(registrar.open_election(open)).await.with_context(|| format!("cannot open the election {code}"))
    }

    /// Invites an organization. The commission invites foreign commissions, and the ministry all others.
    pub async fn invite(&self, election: &str, organization: &str) -> anyhow::Result<v1::Invitation> {
        let inviter = match self.get_kind(organization)? {
            OrganizationKind::ForeignElectionCommission => self.actor(CEC, REGISTRAR),
            _ => self.actor(MFA, MFA_OFFICER),
        };
        let request = v1::CreateInvitationRequest {
            request_id: request_id(),
            parent: format!("elections/{election}"),
            organization_id: organization.to_owned(),
            invitation: None,
        };
        let made = self.calls.make(inviter.create_invitation(request)).await;
        made.with_context(|| format!("cannot invite {organization}"))
    }

    /// Accepts an invitation as the organization's secretary. Without this, no mission can be announced.
    pub async fn accept_invitation(&self, election: &str, organization: &str) -> anyhow::Result<v1::Invitation> {
        let request = v1::AcceptInvitationRequest {
            request_id: request_id(),
            name: format!("elections/{election}/invitations/{organization}"),
        };
        let accepted = self.calls.make(self.actor(organization, SECRETARY).accept_invitation(request)).await;
        accepted.with_context(|| format!("{organization} cannot accept its invitation"))
    }

    /// Announces a mission from 30 days before voting day to 11 days after it, as the organization's secretary.
    pub async fn announce_mission(
        &self,
        election: &str,
        organization: &str,
        voting_day: Date,
    ) -> anyhow::Result<v1::Mission> {
        let request = v1::CreateMissionRequest {
            request_id: request_id(),
            parent: format!("elections/{election}"),
            mission: Some(v1::Mission {
                format: "EOM".to_owned(),
                headquarters: "Nur-Sultan".to_owned(),
                start_date: voting_day.checked_sub(Span::new().days(30))?.to_string(),
                end_date: voting_day.checked_add(Span::new().days(11))?.to_string(),
                ..Default::default()
            }),
            ..Default::default()
        };
        let made = self.calls.make(self.actor(organization, SECRETARY).create_mission(request)).await;
        made.with_context(|| format!("{organization} cannot announce its mission"))
    }
}
