//! What is done with a deployment plan: written anew.

use std::collections::BTreeMap;

use super::{DeploymentPlan, Member, Team, check};
use crate::election::Election;
use crate::mission::Mission;
use crate::outcome::{Acting, Deed, Happening, Outcome, RowChange};
use crate::refusal::Refusal;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::{ApplicationName, DeploymentPlanName};

/// What is loaded to write a plan.
#[derive(Debug)]
pub struct ToPlan {
    /// Its name.
    pub name: DeploymentPlanName,
    /// The mission.
    pub mission: Mission,
    /// Its election.
    pub election: Election,
    /// The plan as it was last written.
    pub before: Option<DeploymentPlan>,
    /// The mission's people.
    pub members: BTreeMap<ApplicationName, Member>,
}

/// Writes a mission's plan in the place of the one that it had.
pub fn plan(by: &Acting<'_>, loaded: ToPlan, etag: &str, teams: Vec<Team>) -> Result<Outcome, Refusal> {
    let ToPlan { name, mission, election, before, members } = loaded;
    mission.check_goes_on()?;
    let plan = DeploymentPlan::replace(name.clone(), before.as_ref(), etag, teams, by.now)?;
    let regions = election.regions().ok_or_else(|| Refusal::not_found(&name))?;
    check(&plan.teams, &mission, regions, &members)?;
    let (log, deed) = (LogName::Election(election.code), Deed::DeploymentPlanned { teams: plan.teams.len() });
    let planned = Happening::new(log, &name, &mission.name.organization, deed);
    let read = Some(etag.to_owned()).filter(|etag| !etag.is_empty());
    Ok(by.only(planned.row(RowChange::DeploymentPlan(plan))).having_read(read))
}
