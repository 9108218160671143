//! Deployment plans: where the teams of a mission will be. A plan informs the hosts; it permits and forbids nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accreditation::Accreditation;
use crate::election::region_set::RegionSet;
use crate::mission::Mission;
use crate::refusal::{FieldProblem, Refusal};
use crate::vocabulary::category::Category;
use crate::vocabulary::id::ApplicationId;
use crate::vocabulary::name::{ApplicationName, DeploymentPlanName};
use crate::vocabulary::personal::Personal;
use crate::vocabulary::state::StateKind;

pub mod acts;

/// A mission's current plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeploymentPlan {
    /// The resource name.
    pub name: DeploymentPlanName,
    /// Counts every change. The etag is this number.
    pub version: i64,
    /// The teams, in the order of the plan.
    pub teams: Vec<Team>,
    /// When it was last written.
    pub update_time: Timestamp,
}

/// A team: people who travel together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Its number, unique in the plan.
    pub number: i32,
    /// The observers: two, because observers work in pairs, or one with a reason.
    pub observers: Vec<ApplicationName>,
    /// Why there is only one observer; empty for a pair.
    pub reason: Personal<String>,
    /// Interpreters, drivers and assistants.
    pub support: Vec<ApplicationName>,
    /// Where the team is, and when.
    pub visits: Vec<Visit>,
}

/// A stay of a team at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// The place.
    pub place: Place,
    /// The first day.
    pub start_date: Date,
    /// The last day.
    pub end_date: Date,
}

/// The place of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// Anywhere in a region, by its code.
    Region(String),
    /// At one election commission.
    Commission {
        /// The code of its region.
        region: String,
        /// Its number or name.
        label: String,
    },
    /// At a polling station abroad.
    Abroad {
        /// The country, as an ICAO code.
        country: String,
        /// The city.
        city: String,
    },
}

/// The area of a person for reports, which need less detail than a plan.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// A region of the election, by its code.
    Region(String),
    /// Abroad, in whatever country.
    Abroad,
    /// In no team.
    Nowhere,
}

impl Place {
    /// The area of this place.
    fn area(&self) -> Area {
        match self {
            Self::Region(region) | Self::Commission { region, .. } => Area::Region(region.clone()),
            Self::Abroad { .. } => Area::Abroad,
        }
    }
}

/// The areas of everybody in these teams: wherever one of their teams goes at any time.
pub fn areas<'a>(teams: impl IntoIterator<Item = &'a Team>) -> BTreeMap<ApplicationId, BTreeSet<Area>> {
    let mut areas: BTreeMap<ApplicationId, BTreeSet<Area>> = BTreeMap::new();
    for team in teams {
        for name in team.observers.iter().chain(&team.support) {
            areas.entry(name.id).or_default().extend(team.visits.iter().map(|visit| visit.place.area()));
        }
    }
    areas
}

/// What the checks of a plan need to know about an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Its category.
    pub category: Category,
    /// Its state.
    pub state: StateKind,
}

impl DeploymentPlan {
    /// Changes with every change.
    pub fn etag(&self) -> String {
        self.version.to_string()
    }

    /// The plan that replaces `before`. `etag` is that of the plan that the caller read; empty if there was none.
    ///
    /// # Errors
    ///
    /// [`Refusal::EtagMismatch`] if the caller read another version.
    pub fn replace(
        name: DeploymentPlanName,
        before: Option<&Self>,
        etag: &str,
        teams: Vec<Team>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if before.map(Self::etag).unwrap_or_default() != etag {
            return Err(Refusal::EtagMismatch);
        }
        Ok(Self { name, version: before.map_or(0, |plan| plan.version) + 1, teams, update_time: now })
    }
}

/// What is wrong with a plan because accreditations have ended since it was written. It only informs. The end of the
/// observation for everybody is not reported.
pub fn problems(plan: &DeploymentPlan, accreditations: &[Accreditation]) -> Vec<FieldProblem> {
    let ended = accreditations.iter().filter(|one| one.ended_early());
    let ended: BTreeMap<_, _> = ended.map(|one| (&one.application, one)).collect();
    let mut problems = Vec::new();
    for (index, team) in plan.teams.iter().enumerate() {
        for (list, names) in [("observers", &team.observers), ("support", &team.support)] {
            for (place, name) in names.iter().enumerate() {
                let Some(accreditation) = ended.get(name) else { continue };
                let field = format!("plan.teams[{index}].{list}[{place}]");
                let problem = format!("{} is {}", accreditation.name, accreditation.state().as_str());
                problems.push(FieldProblem { field, problem });
            }
        }
    }
    problems
}

/// Checks that a plan can be carried out.
///
/// # Errors
///
/// [`Refusal::InvalidPlan`] with every problem at once, so that a delegation corrects them in one step.
pub fn check(
    teams: &[Team],
    mission: &Mission,
    regions: &RegionSet,
    members: &BTreeMap<ApplicationName, Member>,
) -> Result<(), Refusal> {
    let mut check =
        Check { mission, regions, members, numbers: BTreeSet::new(), days: BTreeMap::new(), problems: vec![] };
    for (index, team) in teams.iter().enumerate() {
        check.team(&format!("plan.teams[{index}]"), team);
    }
    if check.problems.is_empty() { Ok(()) } else { Err(Refusal::InvalidPlan { problems: check.problems }) }
}

/// Collects the problems of a plan, team by team.
struct Check<'a> {
    mission: &'a Mission,
    regions: &'a RegionSet,
    members: &'a BTreeMap<ApplicationName, Member>,
    numbers: BTreeSet<i32>,
    /// In which team each person is, and on which visits.
    days: BTreeMap<&'a ApplicationName, Vec<(i32, &'a Visit)>>,
    problems: Vec<FieldProblem>,
}

impl<'a> Check<'a> {
    /// Adds a problem.
    fn add(&mut self, field: String, problem: impl Into<String>) {
        self.problems.push(FieldProblem { field, problem: problem.into() });
    }

    /// Checks one team.
    fn team(&mut self, path: &str, team: &'a Team) {
        if !self.numbers.insert(team.number) {
            self.add(
                format!("{path}.number"),
                format!("must be unique in the plan: there is a team {} before this one", team.number),
            );
        }
        if team.observers.len() == 1 && team.reason.expose().trim().is_empty() {
            let problem = "observers work in pairs: say why one is alone, or name a second observer";
            self.add(format!("{path}.reason"), problem);
        }
        for (index, visit) in team.visits.iter().enumerate() {
            self.visit(&format!("{path}.visits[{index}]"), visit);
        }
        let mut seen = BTreeSet::new();
        for (list, names, observe) in [("observers", &team.observers, true), ("support", &team.support, false)] {
            for (index, name) in names.iter().enumerate() {
                let field = format!("{path}.{list}[{index}]");
                if seen.insert(name) {
                    self.member(field, name, observe, team);
                } else {
                    self.add(field, "is in this team twice");
                }
            }
        }
    }

    /// Checks the place and the days of one visit.
    fn visit(&mut self, path: &str, visit: &Visit) {
        let region = match &visit.place {
            Place::Region(region) => Some((region, format!("{path}.region"))),
            Place::Commission { region, .. } => Some((region, format!("{path}.commission.region"))),
            Place::Abroad { .. } => None,
        };
        if let Some((region, field)) = region
            && !self.regions.contains(region)
        {
            let RegionSet { id, .. } = self.regions;
            self.add(field, format!("there is no such region; the set {id} has {}", self.regions.codes()));
        }
        let Mission { start_date: first, end_date: last, .. } = *self.mission;
        for (field, day) in [("start_date", visit.start_date), ("end_date", visit.end_date)] {
            if day < first || day > last {
                self.add(format!("{path}.{field}"), format!("the mission lasts from {first} to {last}"));
            }
        }
        if visit.end_date < visit.start_date {
            self.add(format!("{path}.end_date"), "must not be before start_date");
        }
    }

    /// Checks one person: an open application of the mission, in the right list, and in one team a day.
    fn member(&mut self, field: String, name: &'a ApplicationName, observe: bool, team: &'a Team) {
        match self.members.get(name) {
            None => return self.add(field, "the mission has no such application"),
            Some(Member { state, .. }) if state.is_over() => {
                return self.add(field, format!("the application is {state}"));
            }
            Some(Member { category, .. }) if category.observes() != observe => {
                let problem = if observe {
                    "is support staff: list the person under support"
                } else {
                    "is an observer: list the person under observers"
                };
                self.add(field.clone(), problem);
            }
            Some(_) => {}
        }
        let days = self.days.entry(name).or_default();
        let elsewhere = days.iter().find_map(|(number, visit)| {
            let met = team.visits.iter().find(|other| overlap(visit, other))?;
            Some((*number, met.start_date.max(visit.start_date)))
        });
        days.extend(team.visits.iter().map(|visit| (team.number, visit)));
        if let Some((number, day)) = elsewhere {
            self.add(field, format!("is in team {number} on {day} too"));
        }
    }
}

/// Whether two visits have a day in common.
fn overlap(one: &Visit, other: &Visit) -> bool {
    one.start_date <= other.end_date && other.start_date <= one.end_date
}

#[cfg(test)]
mod tests;
