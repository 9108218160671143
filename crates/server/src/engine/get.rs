//! Reading one resource by its name.

use domain::outcome::Acting;
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::name::{
    AccreditationName, AmendmentName, AppealName, ApplicationName, DecreeName, DeploymentPlanName, ElectionName,
    InvitationName, MissionName, OrganizationName, PersonName, PresentationName, ProposalName, WatchListEntryName,
};
use store::{CommandError, Tx};
use wire::violations::Violations;
use wire::{convert, request, v1};

use super::{Query, Resource as _};

macro_rules! get {
    ($action:ident, $name:ty, $message:ident, $resource:ty, $read:ident) => {
        pub(crate) struct $action;

        impl Query for $action {
            const ACTION: Action = Action::$action;
            type Message = v1::$message;
            type Input = $name;
            type Answer = $resource;

            fn read(message: Self::Message) -> Result<Self::Input, Violations> {
                request::$read(message)
            }

            async fn answer(name: &$name, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Self::Answer, CommandError> {
                <$resource>::load(tx, by.permit, &name.to_string(), by.now).await
            }
        }
    };
}

get!(GetOrganization, OrganizationName, GetOrganizationRequest, v1::Organization, get_organization);
get!(GetPerson, PersonName, GetPersonRequest, v1::RegisteredPerson, get_person);
get!(GetElection, ElectionName, GetElectionRequest, v1::Election, get_election);
get!(GetInvitation, InvitationName, GetInvitationRequest, v1::Invitation, get_invitation);
get!(GetMission, MissionName, GetMissionRequest, v1::Mission, get_mission);
get!(GetDeploymentPlan, DeploymentPlanName, GetDeploymentPlanRequest, v1::DeploymentPlan, get_deployment_plan);
get!(GetApplication, ApplicationName, GetApplicationRequest, v1::Application, get_application);
get!(GetPresentation, PresentationName, GetPresentationRequest, v1::Presentation, get_presentation);
get!(GetAccreditation, AccreditationName, GetAccreditationRequest, v1::Accreditation, get_accreditation);
get!(GetProposal, ProposalName, GetProposalRequest, v1::Proposal, get_proposal);
get!(GetAppeal, AppealName, GetAppealRequest, v1::Appeal, get_appeal);
get!(GetAmendment, AmendmentName, GetAmendmentRequest, v1::Amendment, get_amendment);
get!(GetDecree, DecreeName, GetDecreeRequest, v1::Decree, get_decree);

pub(crate) struct GetWatchListEntry;

impl Query for GetWatchListEntry {
    const ACTION: Action = Action::GetWatchListEntry;
    type Message = v1::GetWatchListEntryRequest;
    type Input = WatchListEntryName;
    type Answer = v1::WatchListEntry;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::get_watch_list_entry(message)
    }

    async fn answer(input: &Self::Input, tx: &mut Tx<'_>, _cx: &Acting<'_>) -> Result<Self::Answer, CommandError> {
        let found = tx.lookup_listed(input).await?;
        Ok(convert::watch_list::entry_to_message(&found.ok_or_else(|| Refusal::not_found(input))?))
    }
}
