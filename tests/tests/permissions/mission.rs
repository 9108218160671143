//! MissionService.

use domain::organization::Role;
use rehearsal::calls::request_id;
use rehearsal::world::ELECTION;
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
            let name = format!("elections/{ELECTION}/missions/{organization}");
            caller.get_mission(v1::GetMissionRequest { name }).await.map(drop)
        }
        "ListMissions" => {
            caller.list_missions(v1::ListMissionsRequest { parent, ..Default::default() }).await.map(drop)
        }
        other => anyhow::bail!("no call is known for {other}"),
    })
}

fn invitation(election: &str, organization: &str) -> String {
    format!("elections/{election}/invitations/{organization}")
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

/// The mission of the caller's own organization to a new election.
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
    })
}
