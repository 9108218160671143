//! `accredit mission deployment`: where a mission's people will be.

mod table;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use wire::v1;
use wire::v1::visit::Place;

use self::table::Table;
use crate::terminal::failure::Failure;
use crate::terminal::input::text;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::time;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows a mission's plan.
    Show {
        /// The mission, elections/ELECTION/missions/ORGANIZATION.
        mission: String,
    },
    /// Writes your mission's plan anew, from a table (delegation.submitter).
    Set(Set),
}

/// The table has a heading and these columns: team (a number), observer (the application's full name), role (observer or
/// support), place, start_date and end_date (YYYY-MM-DD), and reason if a team has one observer alone. A place is a
/// region's code (KZ-75; `accredit election regions` lists them), a commission of a region (KZ-75/12), or a city abroad
/// (abroad:DEU/Berlin). A team has a row for each of its people, and one more for each of its further places.
#[derive(Debug, Args)]
pub struct Set {
    /// The mission, elections/ELECTION/missions/ORGANIZATION.
    mission: String,
    /// The table, comma-separated, - for stdin.
    #[arg(long, value_name = "FILE.csv")]
    from: PathBuf,
    /// The etag of the plan that this one is to replace; without it, of the plan there is now.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Show { mission } => {
                let name = plan_name(&mission);
                let request = v1::GetDeploymentPlanRequest { name };
                session.screen.show(&session.client.get_deployment_plan(request).await?)
            }
            Self::Set(set) => set.run(session).await,
        }
    }
}

fn plan_name(mission: &str) -> String {
    format!("{mission}/deploymentPlan")
}

impl Set {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let table = Table::read(&text(&self.from)?)
            .map_err(|problems| Failure::Lines(format!("{}: nothing was sent", self.from.display()), problems))?;
        let name = plan_name(&self.mission);
        let etag = match self.etag {
            Some(etag) => etag,
            None => current_etag(session, &name).await?,
        };
        let request = v1::UpdateDeploymentPlanRequest {
            request_id: session.request_id(),
            name,
            etag,
            plan: Some(v1::DeploymentPlan { teams: table.teams(), ..Default::default() }),
        };
        match session.client.update_deployment_plan(request).await {
            Ok(plan) => session.screen.show(&plan),
            Err(error) => {
                for violation in error.violations() {
                    if let Some(line) = table.line_of(&violation.field) {
                        session.screen.note(&format!("line {line}: {}", violation.description));
                    }
                }
                Err(error.into())
            }
        }
    }
}

/// The etag of the plan there is; empty if there is none.
async fn current_etag(session: &Session, name: &str) -> Result<String, Failure> {
    match session.client.get_deployment_plan(v1::GetDeploymentPlanRequest { name: name.to_owned() }).await {
        Ok(plan) => Ok(plan.etag),
        Err(error) if error.reason() == Some("NOT_FOUND") => Ok(String::new()),
        Err(error) => Err(error.into()),
    }
}

impl Resource for v1::DeploymentPlan {
    const HEADINGS: &'static [&'static str] = &["PLAN", "TEAMS", "WRITTEN"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.teams.len().to_string(), time(self.update_time)]
    }

    fn facts(&self) -> Facts {
        let facts = Facts::default()
            .and("plan", &self.name)
            .and("teams", self.teams.len())
            .and("written", time(self.update_time))
            .and("etag", &self.etag);
        let problem =
            |facts: Facts, one: &v1::PlanProblem| facts.and(format!("problem: {}", one.field), &one.description);
        let facts = self.problems.iter().fold(facts, problem);
        self.teams.iter().fold(facts, team).and_receipt(self.receipt.as_ref())
    }
}

fn team(facts: Facts, team: &v1::Team) -> Facts {
    let label = |what: &str| format!("team {} {what}", team.number);
    let observers = team.observers.iter().fold(facts, |facts, name| facts.and(label("observer"), name));
    let facts = team.support.iter().fold(observers, |facts, name| facts.and(label("support"), name));
    let facts = facts.and(label("alone"), &team.reason);
    team.visits.iter().fold(facts, |facts, visit| {
        let stay = format!("{} from {} to {}", place(visit.place.as_ref()), visit.start_date, visit.end_date);
        facts.and(label("visit"), stay)
    })
}

/// A place as a table has it.
fn place(place: Option<&Place>) -> String {
    match place {
        Some(Place::Region(region)) => region.clone(),
        Some(Place::Commission(v1::Commission { region, label })) => format!("{region}/{label}"),
        Some(Place::Abroad(v1::Abroad { country, city })) => format!("abroad:{country}/{city}"),
        None => String::new(),
    }
}
