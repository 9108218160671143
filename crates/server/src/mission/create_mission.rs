//! `CreateMission`: an organization announces its mission; a registrar does it for one that
//! announced it on paper.
//!
//! - **Rule:** `domain::mission::acts::announce`. The organization has accepted an invitation.
//! - **Reads:** election, organization, invitation, and the mission if there is one.
//! - **Locks:** nothing. An election has one mission of an organization; that is the key of the
//!   row.
//! - **Two at once:** the later one finds its key taken, runs again and answers ALREADY_EXISTS.

use domain::mission::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::name::{InvitationName, MissionName};
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Announces one mission.
pub(crate) struct CreateMission;

impl Mutation for CreateMission {
    const ACTION: Action = Action::CreateMission;
    type Message = v1::CreateMissionRequest;
    type Input = request::CreateMission;
    type Answer = v1::Mission;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_mission(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let (election, organization) = (&input.election.election, organization(input, by)?);
        if tx.lookup_election(election).await?.is_none() {
            return Err(Refusal::not_found(&input.election).into());
        }
        let name = MissionName { election: election.clone(), organization: organization.clone() };
        // An unknown organization and one that the caller may not act for are answered alike.
        let known = tx.lookup_organization(organization).await?.is_some();
        if !known || !by.permit.scope().covers(organization) {
            return Err(Refusal::not_found(&name).into());
        }
        let invitation = InvitationName { election: election.clone(), organization: organization.clone() };
        let invitation = tx.lookup_invitation(by.permit.scope(), &invitation).await?;
        let before = tx.lookup_mission(by.permit.scope(), &name).await?;
        Ok(acts::announce(by, name, invitation.as_ref(), before.as_ref(), input.mission.clone())?)
    }
}

/// The organization whose mission it is. A delegation need not name it: it has only its own.
///
/// # Errors
///
/// INVALID_FIELD if the caller acts for all organizations and names none.
fn organization<'a>(
    input: &'a request::CreateMission,
    by: &'a CallContext<'_>,
) -> Result<&'a OrganizationCode, Refusal> {
    let own = by.permit.scope().organization();
    input.organization.as_ref().or(own).ok_or_else(|| Refusal::InvalidField {
        field: "organization_id",
        problem: "expected the code of the organization whose mission it is".to_owned(),
    })
}
