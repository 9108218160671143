//! `MissionService`: invitations to observe, and the missions that organizations send.

pub(crate) mod accept_invitation;
pub(crate) mod create_invitation;
pub(crate) mod create_mission;
pub(crate) mod decline_invitation;
pub(crate) mod update_invitation;
pub(crate) mod update_mission;
pub(crate) mod withdraw_mission;

use crate::engine::get::get;
use crate::engine::list::list;
pub(crate) use accept_invitation::AcceptInvitation;
pub(crate) use create_invitation::CreateInvitation;
pub(crate) use create_mission::CreateMission;
pub(crate) use decline_invitation::DeclineInvitation;
use domain::vocabulary::name::{InvitationName, MissionName};
pub(crate) use update_invitation::UpdateInvitation;
pub(crate) use update_mission::UpdateMission;
use wire::convert;
use wire::v1;
pub(crate) use withdraw_mission::WithdrawMission;

get!(GetInvitation, InvitationName, GetInvitationRequest, v1::Invitation, get_invitation);
get!(GetMission, MissionName, GetMissionRequest, v1::Mission, get_mission);

list!(
    ListInvitations,
    ListInvitationsRequest,
    ListInvitationsResponse { invitations },
    list_invitations,
    |tx, by, election, page| tx.list_invitations(by.permit.scope(), election, page),
    |last| last.name.organization.clone(),
    |one| convert::mission::invitation_to_message(one)
);
list!(
    ListMissions,
    ListMissionsRequest,
    ListMissionsResponse { missions },
    list_missions,
    |tx, by, election, page| tx.list_missions(by.permit.scope(), election, page),
    |last| last.name.organization.clone(),
    |one| convert::mission::to_message(one)
);
