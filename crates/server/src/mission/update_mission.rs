//! `UpdateMission`: changes what a mission announced, such as its dates and its head.
//!
//! - **Rule:** `domain::mission::acts::update`.
//! - **Locks:** nothing. The update names the version of the mission.
//! - **Two at once:** the later one runs again and is refused by its etag.
//! - **Afterwards:** if the end date moved, all undecided applications of the mission are
//!   checked again: every passport must be valid until the end.

use domain::mission::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Changes one mission.
pub(crate) struct UpdateMission;

impl Mutation for UpdateMission {
    const ACTION: Action = Action::UpdateMission;
    type Message = v1::UpdateMissionRequest;
    type Input = request::UpdateMission;
    type Answer = v1::Mission;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::update_mission(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_mission(by.permit.scope(), &input.name).await?;
        let found = found.ok_or_else(|| Refusal::not_found(&input.name))?;
        Ok(acts::update(by, found, &input.etag, input.mission.clone())?)
    }
}
