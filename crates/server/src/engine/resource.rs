//! Resources that mutations answer with, each loaded by its name, as it is now, and as its
//! reader may see it.
//!
//! A repetition of a request has only the name of what was changed. So every answer is read again
//! by [`Resource::load`], for the first request as for the repetition.
//!
//! Whether a resource is there for the caller is decided here and in the store: by the scope of
//! the permit, by its view, and by row-level security on PostgreSQL. What is not there for the
//! caller is not found.

use domain::policy::{Permit, View};
use domain::refusal::Refusal;
use domain::rule_pack::RulePack;
use domain::vocabulary::name::{
    AccreditationName, AppealName, ApplicationName, DecreeName, DeploymentPlanName, DocumentName, ElectionName,
    InvitationName, LegalHoldName, MissionName, OrganizationName, PersonName, PresentationName, PrincipalName,
    ProposalName, RulePackName,
};
use jiff::Timestamp;
use store::{ApplicationRecord, CommandError, Tx};
use wire::{convert, v1};

/// A resource that a mutation answers with.
pub(crate) trait Resource: wire::method::Encode + Sized + Send + 'static {
    /// Reads the resource. `now` is for fields that change with time, such as a name that is valid
    /// from a date.
    ///
    /// # Errors
    ///
    /// NOT_FOUND if it does not exist for the caller, or if the name is no name of such a resource.
    fn load(
        tx: &mut Tx<'_>,
        permit: &Permit,
        name: &str,
        now: Timestamp,
    ) -> impl Future<Output = Result<Self, CommandError>> + Send;

    /// The field for the receipt of a change.
    fn receipt(&mut self) -> &mut Option<v1::Receipt>;
}

/// Reads a resource name. A name that cannot be read is not found: nothing can have it.
pub(crate) fn parse<T: std::str::FromStr>(name: &str) -> Result<T, CommandError> {
    Ok(name.parse().map_err(|_| Refusal::not_found(name))?)
}

/// Implements [`Resource`] where one look-up and one conversion are all there is.
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
    convert::registry::person::to_message
);
resource!(
    v1::RulePack,
    RulePackName,
    |tx, _permit, name| tx.lookup_rule_pack(&name.rule_pack).await?,
    convert::rule_pack::to_message
);
// A delegation reads its own principals only.
resource!(
    v1::Principal,
    PrincipalName,
    |tx, permit, name| match permit.scope().covers(&name.organization) {
        true => tx.lookup_principal(&name).await?,
        false => None,
    },
    convert::registry::organization::principal_to_message
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
        Ok(convert::registry::organization::to_message(&found.ok_or_else(|| Refusal::not_found(name))?, now))
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
        // Computed on every read: an accreditation can end after the plan was written.
        let problems = domain::deployment::problems(&found, &accreditations);
        let problems = problems.iter().map(convert::deployment::problem_to_message).collect();
        Ok(Self { problems, ..convert::deployment::to_message(&found) })
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}

// With all former badges, so that a reader can tell a void badge from the one in force. They are
// rows of their own, because a badge is never changed after it was issued.
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

// The row of a document, without its bytes. Only `DownloadDocument` reads those, and is recorded.
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

// A watch list is named by its election, which has one at most. Only its size is shown.
impl Resource for v1::WatchList {
    async fn load(tx: &mut Tx<'_>, _permit: &Permit, name: &str, _now: Timestamp) -> Result<Self, CommandError> {
        let name: ElectionName = parse(name)?;
        Ok(convert::watch_list::to_message(&name, tx.count_listed(&name.election).await?))
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}

/// The message of an application, as its reader may see it.
///
/// A delegation also reads how the application was when it was last returned, to compare. Lists and
/// single reads share this function, so they show the same.
pub(crate) async fn application_message(
    tx: &mut Tx<'_>,
    permit: &Permit,
    record: &ApplicationRecord,
    rules: &RulePack,
) -> Result<v1::Application, CommandError> {
    let ApplicationRecord { application, kept, screening } = record;
    let read_before = tx.filing_when_returned(application).await?;
    Ok(convert::application::to_message(application, kept, read_before.as_ref(), screening, rules, permit.view()))
}

impl Resource for v1::Application {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str, _now: Timestamp) -> Result<Self, CommandError> {
        let name: ApplicationName = parse(name)?;
        let record = tx.application_record(permit, &name).await?;
        let election = tx.lookup_election(&name.election).await?.ok_or_else(|| Refusal::not_found(&name))?;
        let message = application_message(tx, permit, &record, &election.rules).await?;
        // Remarks are notes of reviewers for each other. Nobody outside the commission reads them.
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
