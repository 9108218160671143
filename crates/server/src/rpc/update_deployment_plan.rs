//! Says where the people of the caller's own mission will be.

use domain::deployment::{self, DeploymentPlan};
use domain::event::LogName;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct UpdateDeploymentPlan;

impl Mutation for UpdateDeploymentPlan {
    const ACTION: Action = Action::UpdateDeploymentPlan;
    type Message = v1::UpdateDeploymentPlanRequest;
    type Input = request::UpdateDeploymentPlan;
    type Answer = v1::DeploymentPlan;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::update_deployment_plan(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let mission = &input.name.mission;
        let missing = || Refusal::not_found(&input.name);
        let found = tx.lookup_mission(cx.permit.scope(), mission).await?.ok_or_else(missing)?;
        found.check_goes_on()?;
        let election = tx.lookup_election(&mission.election).await?.ok_or_else(missing)?;
        let before = tx.lookup_deployment_plan(cx.permit.scope(), &input.name).await?;
        let (name, teams) = (input.name.clone(), input.teams.clone());
        let plan = DeploymentPlan::replace(name, before.as_ref(), &input.etag, teams, cx.now)?;
        let members = tx.members(mission).await?;
        let regions = election.regions().ok_or_else(missing)?;
        deployment::check(&plan.teams, &found, regions, &members)?;
        tx.put_deployment_plan(cx.permit, &plan).await?;
        let log = LogName::Election(mission.election.clone());
        Ok(Effect::new(log, &plan.name, &mission.organization).fact("teams", plan.teams.len()))
    }
}
