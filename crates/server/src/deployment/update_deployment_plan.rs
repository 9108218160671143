//! `UpdateDeploymentPlan`: a delegation writes the plan of its mission, in the place of the plan
//! before.
//!
//! - **Rule:** `domain::deployment::acts::plan`. Teams are made of people of the mission, in
//!   regions of the election.
//! - **Reads:** mission, election, the plan before, and everybody whom a plan can name.
//! - **Locks:** nothing. The plan has a version. The first plan is an insert, the next ones
//!   update the version before.
//! - **Two at once:** the later one finds another version, or the key taken, runs again and is
//!   refused by its etag.
//! - **What may change meanwhile:** a person whose accreditation ends stays in the plan. Readers
//!   see it in `problems`.

use domain::deployment::acts::{self, PlanInput};
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Replaces the deployment plan of one mission.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let (mission, scope) = (&input.name.mission, by.permit.scope());
        let missing = || Refusal::not_found(&input.name);
        let loaded = PlanInput {
            name: input.name.clone(),
            mission: tx.lookup_mission(scope, mission).await?.ok_or_else(missing)?,
            election: tx.lookup_election(&mission.election).await?.ok_or_else(missing)?,
            before: tx.lookup_deployment_plan(scope, &input.name).await?,
            members: tx.members(mission).await?,
        };
        Ok(acts::plan(by, loaded, &input.etag, input.teams.clone())?)
    }
}
