//! What mutations answer with: a resource by its name, as it now is, as its reader sees it.

use domain::policy::{Permit, View};
use domain::refusal::Refusal;
use domain::rule_pack::RulePack;
use domain::vocabulary::name::{
    AccreditationName, AppealName, ApplicationName, DecreeName, DeploymentPlanName, DocumentName, ElectionName,
    InvitationName, LegalHoldName, MissionName, OrganizationName, PersonName, PresentationName, PrincipalName,
    ProposalName,
};
use jiff::Timestamp;
use store::{ApplicationRecord, CommandError, Tx};
use wire::{convert, v1};

/// A resource that a mutation answers with.
pub(crate) trait Resource: wire::method::Encode + Sized + Send + 'static {
    /// Reads it by its name, as far as the permit reaches, as it is now.
    fn load(
        tx: &mut Tx<'_>,
        permit: &Permit,
        name: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<Self, CommandError>> + Send;

    /// Where its receipt goes.
    fn receipt(&mut self) -> &mut Option<v1::Receipt>;
}

pub(crate) fn parse<T: std::str::FromStr>(name: &str) -> Result<T, CommandError> {
    Ok(name.parse().map_err(|_| Refusal::not_found(name))?)
}

macro_rules! resource {
    ($message:ty, $name:ty, |$tx:ident, $permit:ident, $parsed:ident| $found:expr, $convert:expr) => {
        impl Resource for $message {
            async fn load(
                $tx: &mut Tx<'_>,
                $permit: &Permit,
                name: &str,
                _now: Timestamp,
            ) -> Result<Self, CommandError> {
                let $parsed: $name = parse(name)?;
                let found = $found;
                Ok($convert(&found.ok_or_else(|| Refusal::not_found(name))?))
            }

            fn receipt(&mut self) -> &mut Option<v1::Receipt> {
                &mut self.receipt
            }
        }
    };
}

resource!(
    v1::RegisteredPerson,
    PersonName,
    |tx, _permit, name| tx.lookup_person(&name.person).await?,
    convert::person::to_message
);
resource!(
    v1::Principal,
    PrincipalName,
    |tx, permit, name| match permit.scope().covers(&name.organization) {
        true => tx.lookup_principal(&name).await?,
        false => None,
    },
    convert::organization::principal_to_message
);
resource!(
    v1::Invitation,
    InvitationName,
    |tx, permit, name| tx.lookup_invitation(permit.scope(), &name).await?,
    convert::mission::invitation_to_message
);
resource!(
    v1::Mission,
    MissionName,
    |tx, permit, name| tx.lookup_mission(permit.scope(), &name).await?,
    convert::mission::to_message
);
resource!(
    v1::LegalHold,
    LegalHoldName,
    |tx, _permit, name| tx.lookup_legal_hold(&name).await?,
    convert::retention::to_message
);
resource!(
    v1::Presentation,
    PresentationName,
    |tx, _permit, name| tx.lookup_presentation(&name).await?,
    convert::presentation::to_message
);
resource!(
    v1::Proposal,
    ProposalName,
    |tx, permit, name| tx.lookup_proposal(permit, &name).await?,
    convert::proposal::to_message
);
resource!(
    v1::Decree,
    DecreeName,
    |tx, permit, name| tx.lookup_decree(permit, &name).await?,
    convert::decree::to_message
);

impl Resource for v1::Organization {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str, now: Timestamp) -> Result<Self, CommandError> {
        let parsed: OrganizationName = parse(name)?;
        let found = match permit.scope().covers(&parsed.organization) {
            true => tx.lookup_organization(&parsed.organization).await?,
            false => None,
        };
        Ok(convert::organization::to_message(&found.ok_or_else(|| Refusal::not_found(name))?, now))
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}

impl Resource for v1::Election {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str, now: Timestamp) -> Result<Self, CommandError> {
        let parsed: ElectionName = parse(name)?;
        let found = tx.lookup_election(&parsed.election).await?.ok_or_else(|| Refusal::not_found(name))?;
        Ok(convert::election::to_message(&found, &tx.schedule(&found.code).await?, permit.view(), now))
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}

impl Resource for v1::DeploymentPlan {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str, _now: Timestamp) -> Result<Self, CommandError> {
        let parsed: DeploymentPlanName = parse(name)?;
        let found =
            tx.lookup_deployment_plan(permit.scope(), &parsed).await?.ok_or_else(|| Refusal::not_found(name))?;
        let accreditations = tx.accreditations_of_mission(permit, &parsed.mission).await?;
        let problems = domain::deployment::problems(&found, &accreditations);
        let problems = problems.iter().map(convert::deployment::problem_to_message).collect();
        Ok(Self { problems, ..convert::deployment::to_message(&found) })
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}

impl Resource for v1::Accreditation {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str, _now: Timestamp) -> Result<Self, CommandError> {
        let parsed: AccreditationName = parse(name)?;
        let found = tx.lookup_accreditation(permit, &parsed).await?.ok_or_else(|| Refusal::not_found(name))?;
        let former = tx.former_badges(&found).await?;
        let former_badges = former.iter().map(convert::accreditation::badge_to_message).collect();
        Ok(Self { former_badges, ..convert::accreditation::to_message(&found, permit.view()) })
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}

impl Resource for v1::Appeal {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str, _now: Timestamp) -> Result<Self, CommandError> {
        let parsed: AppealName = parse(name)?;
        let found = tx.lookup_appeal(permit, &parsed).await?;
        Ok(convert::appeal::to_message(&found.ok_or_else(|| Refusal::not_found(name))?, permit.view()))
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}

impl Resource for v1::Document {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str, _now: Timestamp) -> Result<Self, CommandError> {
        let parsed: DocumentName = parse(name)?;
        let found = match permit.scope().covers(&parsed.organization) {
            true => tx.lookup_document(&parsed).await?,
            false => None,
        };
        Ok(convert::document::to_message(&found.ok_or_else(|| Refusal::not_found(name))?))
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}

impl Resource for v1::WatchList {
    async fn load(tx: &mut Tx<'_>, _permit: &Permit, name: &str, _now: Timestamp) -> Result<Self, CommandError> {
        let name: ElectionName = parse(name)?;
        Ok(convert::watch_list::to_message(&name, tx.count_listed(&name.election).await?))
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}

/// An application as its reader sees it.
pub(crate) async fn application_message(
    tx: &mut Tx<'_>,
    permit: &Permit,
    record: &ApplicationRecord,
    rules: &RulePack,
) -> Result<v1::Application, CommandError> {
    let ApplicationRecord { application, kept, screening } = record;
    let read_before = tx.kept_when_returned(application).await?;
    Ok(convert::application::to_message(application, kept, read_before.as_ref(), screening, rules, permit.view()))
}

impl Resource for v1::Application {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str, _now: Timestamp) -> Result<Self, CommandError> {
        let name: ApplicationName = parse(name)?;
        let record = tx.application_record(permit, &name).await?;
        let election = tx.lookup_election(&name.election).await?.ok_or_else(|| Refusal::not_found(&name))?;
        let message = application_message(tx, permit, &record, &election.rules).await?;
        let remarks = match permit.view() {
            View::Commission | View::CommissionAndRegistrar => tx.remarks(&name).await?,
            View::Delegation | View::Ministry | View::Registrar => Vec::new(),
        };
        Ok(v1::Application {
            remarks: remarks.iter().map(convert::application::remark_to_message).collect(),
            ..message
        })
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}
