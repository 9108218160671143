//! The calls of MissionService.

use domain::vocabulary::role::Role;
use rehearsal::calls::request_id;
use rehearsal::world::{ELECTION, SECRETARY};
use stories::ask;
use wire::v1;

use super::call::{Answer, Call, Relation};

pub async fn call(call: &Call<'_>, method: &str) -> anyhow::Result<Answer> {
    let (caller, parent) = (&call.caller, call.election());
    let election = parent.trim_start_matches("elections/");
    Ok(match method {
        "CreateInvitation" => caller.create_invitation(new_invitation(call).await?).await.map(drop),
        "AcceptInvitation" => {
            let name = open_invitation(call).await?;
            caller.accept_invitation(v1::AcceptInvitationRequest { request_id: request_id(), name }).await.map(drop)
        }
        "DeclineInvitation" => {
            let name = open_invitation(call).await?;
            caller.decline_invitation(v1::DeclineInvitationRequest { request_id: request_id(), name }).await.map(drop)
        }
        "GetInvitation" => {
            let name = invitation(election, call.owner());
            caller.get_invitation(v1::GetInvitationRequest { name }).await.map(drop)
        }
        "ListInvitations" => {
            caller.list_invitations(v1::ListInvitationsRequest { parent, ..Default::default() }).await.map(drop)
        }
        "CreateMission" => caller.create_mission(new_mission(call).await?).await.map(drop),
        "GetMission" => {
            let organization = if call.is(Relation::Absent) { "no-such-organization" } else { call.owner() };
            let name = mission(organization);
            caller.get_mission(v1::GetMissionRequest { name }).await.map(drop)
        }
        "ListMissions" => {
            caller.list_missions(v1::ListMissionsRequest { parent, ..Default::default() }).await.map(drop)
        }
        "UpdateInvitation" => caller.update_invitation(invitation_update(call).await?).await.map(drop),
        "UpdateMission" => {
            let read = v1::GetMissionRequest { name: mission(call.owner()) };
            let mission = call.fixture.scene.auditor.get_mission(read).await?;
            let (name, etag) = (own_mission(call), mission.etag.clone());
            let request = v1::UpdateMissionRequest { request_id: request_id(), name, etag, mission: Some(mission) };
            caller.update_mission(request).await.map(drop)
        }
        "WithdrawMission" => {
            caller.withdraw_mission(ask::withdraw_mission(&mission_to_withdraw(call).await?)).await.map(drop)
        }
        "UpdateDeploymentPlan" => {
            let plan = deployment_plan(call).await?;
            let (name, etag) = (format!("{}/deploymentPlan", own_mission(call)), plan.etag.clone());
            let request = v1::UpdateDeploymentPlanRequest { request_id: request_id(), name, etag, plan: Some(plan) };
            caller.update_deployment_plan(request).await.map(drop)
        }
        "GetDeploymentPlan" => {
            deployment_plan(call).await?;
            let name = format!("{}/deploymentPlan", own_mission(call));
            caller.get_deployment_plan(v1::GetDeploymentPlanRequest { name }).await.map(drop)
        }
        other => anyhow::bail!("this test has no call for the method {other}: add one"),
    })
}

/// The name of an invitation.
fn invitation(election: &str, organization: &str) -> String {
    format!("elections/{election}/invitations/{organization}")
}

/// The name of a mission to the common election.
fn mission(organization: &str) -> String {
    format!("elections/{ELECTION}/missions/{organization}")
}

/// The name of the owner's mission, or of one that does not exist.
fn own_mission(call: &Call<'_>) -> String {
    mission(if call.is(Relation::Absent) { "no-such-organization" } else { call.owner() })
}

/// The deployment plan of the owner's mission. Creates an empty plan if there is none.
async fn deployment_plan(call: &Call<'_>) -> anyhow::Result<v1::DeploymentPlan> {
    let world = &call.fixture.scene.world;
    let name = format!("{}/deploymentPlan", mission(call.owner()));
    let read = v1::GetDeploymentPlanRequest { name: name.clone() };
    match call.fixture.scene.auditor.get_deployment_plan(read).await {
        Err(error) if error.reason() == Some("NOT_FOUND") => {}
        found => return Ok(found?),
    }
    let (etag, plan) = (String::new(), Some(v1::DeploymentPlan::default()));
    let first = v1::UpdateDeploymentPlanRequest { request_id: request_id(), name, etag, plan };
    Ok(world.actor(call.owner(), SECRETARY).update_deployment_plan(first).await?)
}

/// The name of a mission of the owner to a new election, or of one that does not exist.
async fn mission_to_withdraw(call: &Call<'_>) -> anyhow::Result<String> {
    let election = call.new_election().await?;
    let name = format!("elections/{election}/missions/{}", call.owner());
    if call.is(Relation::Absent) {
        return Ok(name);
    }
    let world = &call.fixture.scene.world;
    world.invite(&election, call.owner()).await?;
    world.accept_invitation(&election, call.owner()).await?;
    let announced = v1::CreateMissionRequest {
        request_id: request_id(),
        parent: format!("elections/{election}"),
        mission: Some(v1::Mission {
            format: "EAM".to_owned(),
            start_date: "2019-05-20".to_owned(),
            end_date: "2019-06-20".to_owned(),
            ..Default::default()
        }),
        organization_id: String::new(),
    };
    Ok(world.actor(call.owner(), SECRETARY).create_mission(announced).await?.name)
}

/// The request that updates an invitation of the caller, or of the other host for `other`.
async fn invitation_update(call: &Call<'_>) -> anyhow::Result<v1::UpdateInvitationRequest> {
    let invite = new_invitation(call).await?;
    let election = invite.parent.trim_start_matches("elections/");
    let mut etag = "1".to_owned();
    if !call.is(Relation::Absent) {
        etag = call.fixture.scene.world.invite(election, &invite.organization_id).await?.etag;
    }
    let name = invitation(election, &invite.organization_id);
    let invitation = Some(v1::Invitation::default());
    Ok(v1::UpdateInvitationRequest { request_id: request_id(), name, etag, invitation })
}

/// The request that invites an organization. The commission invites foreign commissions, the ministry all others.
/// For `other` the organization is of a kind that the other host invites.
async fn new_invitation(call: &Call<'_>) -> anyhow::Result<v1::CreateInvitationRequest> {
    let is_commission = call.role == Role::CecRegistrar;
    let is_foreign_commission = is_commission != (call.is(Relation::Other) && !call.is_delegation());
    Ok(v1::CreateInvitationRequest {
        request_id: request_id(),
        parent: format!("elections/{}", call.new_election().await?),
        organization_id: if is_foreign_commission { "cec-fra" } else { call.owner() }.to_owned(),
        invitation: None,
    })
}

/// The name of an open invitation of the owner to a new election.
async fn open_invitation(call: &Call<'_>) -> anyhow::Result<String> {
    let election = call.new_election().await?;
    if !call.is(Relation::Absent) {
        call.fixture.scene.world.invite(&election, call.owner()).await?;
    }
    Ok(invitation(&election, call.owner()))
}

/// The request that announces the owner's mission to a new election. A delegation need not name the organization.
async fn new_mission(call: &Call<'_>) -> anyhow::Result<v1::CreateMissionRequest> {
    let election = call.new_election().await?;
    if !call.is(Relation::Absent) {
        call.fixture.scene.world.invite(&election, call.owner()).await?;
        call.fixture.scene.world.accept_invitation(&election, call.owner()).await?;
    }
    Ok(v1::CreateMissionRequest {
        request_id: request_id(),
        parent: format!("elections/{election}"),
        mission: Some(v1::Mission {
            format: "EAM".to_owned(),
            start_date: "2019-05-20".to_owned(),
            end_date: "2019-06-20".to_owned(),
            ..Default::default()
        }),
        organization_id: if call.is(Relation::Own) && call.is_delegation() { "" } else { call.owner() }.to_owned(),
    })
}
