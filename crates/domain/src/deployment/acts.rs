//! The legal act on a deployment plan: replacing it.

use std::collections::BTreeMap;

use super::{DeploymentPlan, Member, Team, check};
use crate::election::Election;
use crate::mission::Mission;
use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange};
use crate::refusal::Refusal;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{ApplicationName, DeploymentPlanName};

/// What is loaded to replace a plan.
#[derive(Debug)]
pub struct PlanInput {
    /// The name of the plan.
    pub name: DeploymentPlanName,
    /// The mission.
    pub mission: Mission,
    /// The election.
    pub election: Election,
    /// The current plan, if there is one.
    pub before: Option<DeploymentPlan>,
    /// The people of the mission.
    pub members: BTreeMap<ApplicationName, Member>,
}

/// Replaces a mission's plan.
///
/// # Errors
///
/// [`Refusal::MissionWithdrawn`], and the refusals of [`DeploymentPlan::replace`] and [`check`].
pub fn plan(by: &CallContext<'_>, loaded: PlanInput, etag: &str, teams: Vec<Team>) -> Result<Outcome, Refusal> {
    let PlanInput { name, mission, election, before, members } = loaded;
    mission.check_not_withdrawn()?;
    let plan = DeploymentPlan::replace(name.clone(), before.as_ref(), etag, teams, by.now)?;
    let regions = election.regions().ok_or_else(|| Refusal::not_found(&name))?;
    check(&plan.teams, &mission, regions, &members)?;
    let (log, payload) =
        (LogName::Election(election.code), EventPayload::DeploymentPlanned { teams: plan.teams.len() });
    let planned = EventDraft::new(log, &name, &mission.name.organization, payload);
    let read = Some(etag.to_owned()).filter(|etag| !etag.is_empty());
    Ok(by.single_outcome(planned.with_row(RowChange::DeploymentPlan(plan))).with_read_etag(read))
}
