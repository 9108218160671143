//! `DeploymentService`: where the people of a mission will be on election day.

pub(crate) mod update_deployment_plan;

use crate::engine::get::get;
use domain::vocabulary::name::DeploymentPlanName;
pub(crate) use update_deployment_plan::UpdateDeploymentPlan;
use wire::v1;

get!(GetDeploymentPlan, DeploymentPlanName, GetDeploymentPlanRequest, v1::DeploymentPlan, get_deployment_plan);
