//! The methods about mission.

pub(crate) mod accept_invitation;
pub(crate) mod create_invitation;
pub(crate) mod create_mission;
pub(crate) mod decline_invitation;
pub(crate) mod update_invitation;
pub(crate) mod update_mission;
pub(crate) mod withdraw_mission;
