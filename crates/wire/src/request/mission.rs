//! `MissionService`.

use domain::accreditation::Withdrawal;
use domain::deployment::Team;
use domain::mission::{MissionDraft, Quota};
use domain::policy::Action;
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::name::{DeploymentPlanName, ElectionName, InvitationName, MissionName};
use domain::vocabulary::personal::Personal;

use super::{List, RequestKey, read_list, read_name, request_key};
use crate::convert::{deployment, mission};
use crate::violations::Violations;
use crate::{rules, v1};

/// Invites an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateInvitation {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The name of the new invitation: the election and the organization.
    pub name: InvitationName,
    /// The number of people expected in each category.
    pub quotas: Vec<Quota>,
}

/// Reads the request of `MissionService/CreateInvitation`.
pub fn create_invitation(request: v1::CreateInvitationRequest) -> Result<CreateInvitation, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::CreateInvitation, &request, &request.request_id, &mut violations);
    let v1::CreateInvitationRequest { request_id: _, parent, organization_id, invitation } = request;
    let parent: Option<ElectionName> = violations.parse(&parent, "parent");
    let code = violations.parse(&organization_id, "organization_id");
    let name =
        parent.zip(code).map(|(parent, organization)| InvitationName { election: parent.election, organization });
    let quotas = mission::quotas(invitation.unwrap_or_default(), "invitation", &mut violations);
    violations.finish(|| Some(CreateInvitation { key: key?, name: name?, quotas: quotas? }))
}

/// Changes the quotas of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateInvitation {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The invitation.
    pub invitation: InvitationName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// The number of people expected in each category.
    pub quotas: Vec<Quota>,
}

/// Reads the request of `MissionService/UpdateInvitation`.
pub fn update_invitation(request: v1::UpdateInvitationRequest) -> Result<UpdateInvitation, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::UpdateInvitation, &request, &request.request_id, &mut violations);
    let v1::UpdateInvitationRequest { request_id: _, name, etag, invitation } = request;
    let name = violations.parse(&name, "name");
    let invitation = violations.require(invitation, "invitation");
    let quotas = invitation.and_then(|message| mission::quotas(message, "invitation", &mut violations));
    violations.finish(|| Some(UpdateInvitation { key: key?, invitation: name?, etag, quotas: quotas? }))
}

/// Accepts or declines an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerInvitation {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The invitation.
    pub invitation: InvitationName,
}

/// Reads the request of `MissionService/AcceptInvitation`.
pub fn accept_invitation(request: v1::AcceptInvitationRequest) -> Result<AnswerInvitation, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::AcceptInvitation, &request, &request.request_id, &mut violations);
    let v1::AcceptInvitationRequest { request_id: _, name } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(AnswerInvitation { key: key?, invitation: name? }))
}

/// Reads the request of `MissionService/DeclineInvitation`.
pub fn decline_invitation(request: v1::DeclineInvitationRequest) -> Result<AnswerInvitation, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::DeclineInvitation, &request, &request.request_id, &mut violations);
    let v1::DeclineInvitationRequest { request_id: _, name } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(AnswerInvitation { key: key?, invitation: name? }))
}

/// Reads the request of `MissionService/GetInvitation`.
pub fn get_invitation(request: v1::GetInvitationRequest) -> Result<InvitationName, Violations> {
    let v1::GetInvitationRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Reads the request of `MissionService/ListInvitations`.
pub fn list_invitations(request: v1::ListInvitationsRequest) -> Result<List<ElectionName>, Violations> {
    let v1::ListInvitationsRequest { parent, page_size, page_token } = &request;
    read_list(Action::ListInvitations, &request, parent, (*page_size, page_token))
}

/// Announces a mission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateMission {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The election.
    pub election: ElectionName,
    /// The organization; none for that of the caller.
    pub organization: Option<OrganizationCode>,
    /// The values that the delegation sets.
    pub mission: MissionDraft,
}

/// Reads the request of `MissionService/CreateMission`.
pub fn create_mission(request: v1::CreateMissionRequest) -> Result<CreateMission, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::CreateMission, &request, &request.request_id, &mut violations);
    let v1::CreateMissionRequest { request_id: _, parent, mission, organization_id } = request;
    let parent = violations.parse(&parent, "parent");
    let organization = match organization_id.as_str() {
        "" => Some(None),
        code => violations.parse(code, "organization_id").map(Some),
    };
    let mission = violations.require(mission, "mission");
    let mission = mission.and_then(|message| mission::draft(message, "mission", &mut violations));
    violations.finish(|| {
        let (election, organization) = (parent?, organization?);
        Some(CreateMission { key: key?, election, organization, mission: mission? })
    })
}

/// Changes a mission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateMission {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The mission.
    pub name: MissionName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// The new values.
    pub mission: MissionDraft,
}

/// Reads the request of `MissionService/UpdateMission`.
pub fn update_mission(request: v1::UpdateMissionRequest) -> Result<UpdateMission, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::UpdateMission, &request, &request.request_id, &mut violations);
    let v1::UpdateMissionRequest { request_id: _, name, etag, mission } = request;
    let name = violations.parse(&name, "name");
    let mission = violations.require(mission, "mission");
    let mission = mission.and_then(|message| mission::draft(message, "mission", &mut violations));
    violations.finish(|| Some(UpdateMission { key: key?, name: name?, etag, mission: mission? }))
}

/// Withdraws a mission with all its applications and accreditations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawMission {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The mission.
    pub name: MissionName,
    /// The reason and the number of the note verbale.
    pub withdrawal: Withdrawal,
}

/// Reads the request of `MissionService/WithdrawMission`.
pub fn withdraw_mission(request: v1::WithdrawMissionRequest) -> Result<WithdrawMission, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::WithdrawMission, &request, &request.request_id, &mut violations);
    let v1::WithdrawMissionRequest { request_id: _, name, reason, note_number } = request;
    let name = violations.parse(&name, "name");
    let withdrawal = Withdrawal { reason: Personal::new(reason), note_number };
    violations.finish(|| Some(WithdrawMission { key: key?, name: name?, withdrawal }))
}

/// Replaces a mission's deployment plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateDeploymentPlan {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The plan.
    pub name: DeploymentPlanName,
    /// The etag that the caller read; empty for the first plan.
    pub etag: String,
    /// The teams.
    pub teams: Vec<Team>,
}

/// Reads the request of `MissionService/UpdateDeploymentPlan`.
pub fn update_deployment_plan(request: v1::UpdateDeploymentPlanRequest) -> Result<UpdateDeploymentPlan, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::UpdateDeploymentPlan, &request, &request.request_id, &mut violations);
    let v1::UpdateDeploymentPlanRequest { request_id: _, name, etag, plan } = request;
    let name = violations.parse(&name, "name");
    let plan = violations.require(plan, "plan");
    let teams = plan.and_then(|message| deployment::teams(message, "plan", &mut violations));
    violations.finish(|| Some(UpdateDeploymentPlan { key: key?, name: name?, etag, teams: teams? }))
}

/// Reads the request of `MissionService/GetDeploymentPlan`.
pub fn get_deployment_plan(request: v1::GetDeploymentPlanRequest) -> Result<DeploymentPlanName, Violations> {
    let v1::GetDeploymentPlanRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Reads the request of `MissionService/GetMission`.
pub fn get_mission(request: v1::GetMissionRequest) -> Result<MissionName, Violations> {
    let v1::GetMissionRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Reads the request of `MissionService/ListMissions`.
pub fn list_missions(request: v1::ListMissionsRequest) -> Result<List<ElectionName>, Violations> {
    let v1::ListMissionsRequest { parent, page_size, page_token } = &request;
    read_list(Action::ListMissions, &request, parent, (*page_size, page_token))
}
