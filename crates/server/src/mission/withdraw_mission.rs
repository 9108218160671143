//! `WithdrawMission`: an organization withdraws its mission with all its people, at any time.
//!
//! Every open application is withdrawn and every accreditation in force ends, all in this
//! transaction.
//!
//! - **Rule:** `domain::mission::acts::withdraw`. A second withdrawal is no error and changes
//!   nothing.
//! - **Locks, in this order:** the mission, then all its applications in the order of their ids.
//!   Filing a draft holds the mission shared, so no application is stored behind the back of
//!   this call. The applications are locked against the erasure.
//! - **Two at once:** the second waits for the mission's row and then sees the withdrawal.
//! - **A decree meanwhile:** both update the application. The later one finds another version
//!   and runs again.

use domain::mission::acts::{self, WithdrawMissionInput};
use domain::outcome::{CallContext, Outcome};
use domain::policy::{Action, Permit};
use domain::refusal::Refusal;
use domain::vocabulary::name::MissionName;
use jiff::Timestamp;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::violations::Violations;
use wire::{convert, v1};

use crate::engine::{Mutation, Resource};

/// Withdraws one mission.
pub(crate) struct WithdrawMission;

impl Mutation for WithdrawMission {
    const ACTION: Action = Action::WithdrawMission;
    type Message = v1::WithdrawMissionRequest;
    type Input = request::WithdrawMission;
    type Answer = v1::WithdrawMissionResponse;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::withdraw_mission(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let (name, missing) = (&input.name, || Refusal::not_found(&input.name));
        let mission = tx.lookup_mission_to_withdraw(by.permit.scope(), name).await?.ok_or_else(missing)?;
        let election = tx.lookup_election(&name.election).await?.ok_or_else(missing)?;
        // A repeated withdrawal changes nobody, so nothing is locked or read for it.
        let (applications, accreditations) = match mission.withdrawal {
            None => (
                tx.applications_of_mission_to_keep(by.permit, name).await?,
                tx.accreditations_of_mission(by.permit, name).await?,
            ),
            Some(_) => (Vec::new(), Vec::new()),
        };
        let loaded = WithdrawMissionInput { mission, election, applications, accreditations };
        Ok(acts::withdraw(by, loaded, &input.withdrawal)?)
    }
}

// The answer lists everybody of the mission, because the caller wants to know who was withdrawn.
// Its name is that of the mission.
impl Resource for v1::WithdrawMissionResponse {
    async fn load(tx: &mut Tx<'_>, permit: &Permit, name: &str, _now: Timestamp) -> Result<Self, CommandError> {
        let parsed: MissionName = name.parse().map_err(|_| Refusal::not_found(name))?;
        let mission = tx.lookup_mission(permit.scope(), &parsed).await?.ok_or_else(|| Refusal::not_found(name))?;
        let applications = tx.applications_of_mission(permit, &parsed).await?;
        let accreditations = tx.accreditations_of_mission(permit, &parsed).await?;
        Ok(convert::mission::withdrawal_to_message(&mission, &applications, &accreditations))
    }

    fn receipt(&mut self) -> &mut Option<v1::Receipt> {
        &mut self.receipt
    }
}
