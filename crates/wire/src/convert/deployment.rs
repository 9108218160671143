//! Deployment plans.

use domain::deployment::{DeploymentPlan, Place, Team, Visit};
use domain::refusal::FieldProblem;
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::personal::Personal;

use super::time::{date, timestamp};
use crate::v1;
use crate::violations::Violations;

/// Reads the teams of a plan.
pub fn teams(message: v1::DeploymentPlan, path: &str, violations: &mut Violations) -> Option<Vec<Team>> {
    let v1::DeploymentPlan { name: _, teams, etag: _, update_time: _, problems: _, receipt: _ } = message;
    let read = teams.into_iter().enumerate();
    let read: Vec<_> =
        read.map(|(index, message)| team(message, &format!("{path}.teams[{index}]"), violations)).collect();
    read.into_iter().collect()
}

fn team(message: v1::Team, path: &str, violations: &mut Violations) -> Option<Team> {
    if violations.is_full() {
        return None;
    }
    let v1::Team { number, observers, support, reason, visits } = message;
    let observers = names(&observers, &format!("{path}.observers"), violations);
    let support = names(&support, &format!("{path}.support"), violations);
    let visits = visits.into_iter().enumerate();
    let visits: Vec<_> =
        visits.map(|(index, message)| visit(message, &format!("{path}.visits[{index}]"), violations)).collect();
    let visits = visits.into_iter().collect::<Option<_>>();
    let reason = Personal::new(reason);
    Some(Team { number, observers: observers?, reason, support: support?, visits: visits? })
}

fn names(texts: &[String], path: &str, violations: &mut Violations) -> Option<Vec<ApplicationName>> {
    if violations.is_full() {
        return None;
    }
    let read = texts.iter().enumerate();
    let read: Vec<_> = read.map(|(index, text)| violations.parse(text, &format!("{path}[{index}]"))).collect();
    read.into_iter().collect()
}

fn visit(message: v1::Visit, path: &str, violations: &mut Violations) -> Option<Visit> {
    if violations.is_full() {
        return None;
    }
    let v1::Visit { place, start_date, end_date } = message;
    let place = match place {
        Some(v1::visit::Place::Region(region)) => Some(Place::Region(region)),
        Some(v1::visit::Place::Commission(v1::Commission { region, label })) => {
            Some(Place::Commission { region, label })
        }
        Some(v1::visit::Place::Abroad(v1::Abroad { country, city })) => Some(Place::Abroad { country, city }),
        None => {
            violations.add_if_absent(path, "must have a region, a commission or a place abroad");
            None
        }
    };
    let start_date = date(&start_date, &format!("{path}.start_date"), violations);
    let end_date = date(&end_date, &format!("{path}.end_date"), violations);
    Some(Visit { place: place?, start_date: start_date?, end_date: end_date? })
}

/// The plan as readers see it.
pub fn to_message(plan: &DeploymentPlan) -> v1::DeploymentPlan {
    let DeploymentPlan { name, version: _, teams, update_time } = plan;
    v1::DeploymentPlan {
        name: name.to_string(),
        teams: teams.iter().map(team_to_message).collect(),
        etag: plan.etag(),
        update_time: Some(timestamp(*update_time)),
        problems: Vec::new(),
        receipt: None,
    }
}

/// What is wrong with a plan, as its readers see it.
pub fn problem_to_message(problem: &FieldProblem) -> v1::PlanProblem {
    let FieldProblem { field, problem } = problem;
    v1::PlanProblem { field: field.clone(), description: problem.clone() }
}

fn team_to_message(team: &Team) -> v1::Team {
    let Team { number, observers, reason, support, visits } = team;
    let names = |names: &[ApplicationName]| names.iter().map(ToString::to_string).collect();
    v1::Team {
        number: *number,
        observers: names(observers),
        support: names(support),
        reason: reason.expose().clone(),
        visits: visits.iter().map(visit_to_message).collect(),
    }
}

fn visit_to_message(visit: &Visit) -> v1::Visit {
    let Visit { place, start_date, end_date } = visit;
    let place = match place.clone() {
        Place::Region(region) => v1::visit::Place::Region(region),
        Place::Commission { region, label } => v1::visit::Place::Commission(v1::Commission { region, label }),
        Place::Abroad { country, city } => v1::visit::Place::Abroad(v1::Abroad { country, city }),
    };
    v1::Visit { place: Some(place), start_date: start_date.to_string(), end_date: end_date.to_string() }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_plan_reads_back_as_written() {
        let plan = sample::deployment_plan();
        let message = to_message(&plan);
        assert_eq!(message.name, "elections/kz-2019/missions/cis/deploymentPlan");
        assert_eq!((message.etag.as_str(), message.update_time), ("6", Some(timestamp(plan.update_time))));
        assert_eq!(teams(message, "plan", &mut Violations::default()), Some(plan.teams));
    }

    #[test]
    fn every_field_that_means_nothing_is_a_violation() {
        let mut message = to_message(&sample::deployment_plan());
        let team = &mut message.teams[0];
        team.observers.push("elections/kz-2019/missions/cis".to_owned());
        team.support[0] = "somebody".to_owned();
        (team.visits[0].place, team.visits[1].end_date) = (None, "2019-06-31".to_owned());
        let mut violations = Violations::default();
        assert_eq!(teams(message, "plan", &mut violations), None);
        let fields: Vec<_> = violations.iter().map(|one| one.field.strip_prefix("plan.teams[0].")).collect();
        assert_eq!(fields, ["observers[1]", "support[0]", "visits[0]", "visits[1].end_date"].map(Some));
    }
}
