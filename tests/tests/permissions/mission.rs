//! MissionService.

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
        "CreateInvitation" => caller.create_invitation(invite(call).await?).await.map(drop),
        "AcceptInvitation" => {
            let name = pending(call).await?;
            caller.accept_invitation(v1::AcceptInvitationRequest { request_id: request_id(), name }).await.map(drop)
        }
        "DeclineInvitation" => {
            let name = pending(call).await?;
            caller.decline_invitation(v1::DeclineInvitationRequest { request_id: request_id(), name }).await.map(drop)
        }
        "GetInvitation" => {
            let name = invitation(election, call.owner());
            caller.get_invitation(v1::GetInvitationRequest { name }).await.map(drop)
        }
        "ListInvitations" => {
            caller.list_invitations(v1::ListInvitationsRequest { parent, ..Default::default() }).await.map(drop)
        }
        "CreateMission" => caller.create_mission(announce(call).await?).await.map(drop),
        "GetMission" => {
            let organization = if call.is(Relation::Absent) { "no-such-organization" } else { call.owner() };
            let name = mission(organization);
            caller.get_mission(v1::GetMissionRequest { name }).await.map(drop)
        }
        "ListMissions" => {
            caller.list_missions(v1::ListMissionsRequest { parent, ..Default::default() }).await.map(drop)
        }
        "UpdateInvitation" => caller.update_invitation(expect(call).await?).await.map(drop),
        "UpdateMission" => {
            let read = v1::GetMissionRequest { name: mission(call.owner()) };
            let mission = call.stand.scene.auditor.get_mission(read).await?;
            let (name, etag) = (own_mission(call), mission.etag.clone());
            let request = v1::UpdateMissionRequest { request_id: request_id(), name, etag, mission: Some(mission) };
            caller.update_mission(request).await.map(drop)
        }
        "WithdrawMission" => caller.withdraw_mission(ask::withdraw_mission(&to_withdraw(call).await?)).await.map(drop),
        "UpdateDeploymentPlan" => {
            let plan = deployed(call).await?;
            let (name, etag) = (format!("{}/deploymentPlan", own_mission(call)), plan.etag.clone());
            let request = v1::UpdateDeploymentPlanRequest { request_id: request_id(), name, etag, plan: Some(plan) };
            caller.update_deployment_plan(request).await.map(drop)
        }
        "GetDeploymentPlan" => {
            deployed(call).await?;
            let name = format!("{}/deploymentPlan", own_mission(call));
            caller.get_deployment_plan(v1::GetDeploymentPlanRequest { name }).await.map(drop)
        }
        other => anyhow::bail!("no call is known for {other}"),
    })
}

fn invitation(election: &str, organization: &str) -> String {
    format!("elections/{election}/invitations/{organization}")
}

fn mission(organization: &str) -> String {
    format!("elections/{ELECTION}/missions/{organization}")
}

/// The owner's mission, or one that does not exist.
fn own_mission(call: &Call<'_>) -> String {
    mission(if call.is(Relation::Absent) { "no-such-organization" } else { call.owner() })
}

/// The plan of the owner's mission, which its secretary has written if there was none.
async fn deployed(call: &Call<'_>) -> anyhow::Result<v1::DeploymentPlan> {
    let world = &call.stand.scene.world;
    let name = format!("{}/deploymentPlan", mission(call.owner()));
    let read = v1::GetDeploymentPlanRequest { name: name.clone() };
    match call.stand.scene.auditor.get_deployment_plan(read).await {
        Err(error) if error.reason() == Some("NOT_FOUND") => {}
        found => return Ok(found?),
    }
    let (etag, plan) = (String::new(), Some(v1::DeploymentPlan::default()));
    let first = v1::UpdateDeploymentPlanRequest { request_id: request_id(), name, etag, plan };
    Ok(world.actor(call.owner(), SECRETARY).update_deployment_plan(first).await?)
}

/// A mission of the owner to a new election, which nobody else needs; or one that does not exist.
async fn to_withdraw(call: &Call<'_>) -> anyhow::Result<String> {
    let election = call.new_election().await?;
    let name = format!("elections/{election}/missions/{}", call.owner());
    if call.is(Relation::Absent) {
        return Ok(name);
    }
    let world = &call.stand.scene.world;
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

/// An invitation whose numbers change: of the caller's, or of the other host's.
async fn expect(call: &Call<'_>) -> anyhow::Result<v1::UpdateInvitationRequest> {
    let invite = invite(call).await?;
    let election = invite.parent.trim_start_matches("elections/");
    let mut etag = "1".to_owned();
    if !call.is(Relation::Absent) {
        etag = call.stand.scene.world.invite(election, &invite.organization_id).await?.etag;
    }
    let name = invitation(election, &invite.organization_id);
    let invitation = Some(v1::Invitation::default());
    Ok(v1::UpdateInvitationRequest { request_id: request_id(), name, etag, invitation })
}

/// The commission invites foreign commissions and the ministry everyone else; the other way round is another's business.
async fn invite(call: &Call<'_>) -> anyhow::Result<v1::CreateInvitationRequest> {
    let is_commission = call.role == Role::CecRegistrar;
    let foreign_commission = is_commission != (call.is(Relation::Other) && !call.is_delegation());
    Ok(v1::CreateInvitationRequest {
        request_id: request_id(),
        parent: format!("elections/{}", call.new_election().await?),
        organization_id: if foreign_commission { "cec-fra" } else { call.owner() }.to_owned(),
        invitation: None,
    })
}

/// An invitation of the owner to a new election, not answered yet.
async fn pending(call: &Call<'_>) -> anyhow::Result<String> {
    let election = call.new_election().await?;
    if !call.is(Relation::Absent) {
        call.stand.scene.world.invite(&election, call.owner()).await?;
    }
    Ok(invitation(&election, call.owner()))
}

/// The owner's mission to a new election; only a delegation need not say whose it is.
async fn announce(call: &Call<'_>) -> anyhow::Result<v1::CreateMissionRequest> {
    let election = call.new_election().await?;
    if !call.is(Relation::Absent) {
        call.stand.scene.world.invite(&election, call.owner()).await?;
        call.stand.scene.world.accept_invitation(&election, call.owner()).await?;
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
