//! Announces the mission of the caller's organization, or of one that announced it on paper.

use domain::event::LogName;
use domain::id::OrganizationCode;
use domain::mission::{Mission, check_invited};
use domain::name::{InvitationName, MissionName};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let (election, organization) = (&input.election.election, organization(input, cx)?);
        if tx.lookup_election(election).await?.is_none() {
            return Err(Refusal::not_found(&input.election).into());
        }
        let name = MissionName { election: election.clone(), organization: organization.clone() };
        let known = tx.lookup_organization(organization).await?.is_some();
        if !known || !cx.permit.scope().covers(organization) {
            return Err(Refusal::not_found(&name).into());
        }
        let invitation = InvitationName { election: election.clone(), organization: organization.clone() };
        check_invited(tx.lookup_invitation(cx.permit.scope(), &invitation).await?.as_ref())?;
        let new = Mission::announce(name, input.mission.clone(), cx.now)?;
        if tx.lookup_mission(cx.permit.scope(), &new.name).await?.is_some() {
            return Err(Refusal::AlreadyExists { resource: new.name.to_string() }.into());
        }
        tx.insert_mission(cx.permit, &new).await?;
        let effect = Effect::new(LogName::Election(election.clone()), &new.name, organization);
        Ok(effect.fact("format", new.format).marked(cx.registrar()?.is_some()))
    }
}

/// The organization that the caller names; a delegation need not.
fn organization<'a>(input: &'a request::CreateMission, cx: &'a Cx<'_>) -> Result<&'a OrganizationCode, Refusal> {
    let own = cx.permit.scope().organization();
    input.organization.as_ref().or(own).ok_or_else(|| Refusal::InvalidField {
        field: "organization_id",
        problem: "expected the code of the organization whose mission it is".to_owned(),
    })
}
