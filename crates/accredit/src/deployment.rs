//! `accredit mission deployment`: where the people of a mission observe.
//!
//! The plan informs the host country and permits nothing. A mission always sends the whole plan, so the table holds all
//! teams and no difference to an earlier plan has to be computed.

mod table;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use wire::v1;
use wire::v1::visit::Place;

use self::table::PlanTable;
use crate::terminal::failure::Failure;
use crate::terminal::input::read_text;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The subcommands of `accredit mission deployment`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows the deployment plan of a mission.
    Show {
        /// The mission, elections/ELECTION/missions/ORGANIZATION.
        mission: String,
    },
    /// Replaces the deployment plan of your mission by a table (delegation.submitter).
    ///
    /// The table has a heading and these columns: team (a number), observer (the application's full name), role
    /// (observer or support), place, start_date and end_date (YYYY-MM-DD), and reason, which is required for a team
    /// with one observer.
    ///
    /// A place is a region's code (KZ-75; `accredit election regions` lists them), a commission of a region (KZ-75/12),
    /// or a city abroad (abroad:DEU/Berlin).
    ///
    /// A team has one row for each of its people, and one more row for each further place.
    Set(Set),
}

/// The options of `mission deployment set`.
#[derive(Debug, Args)]
pub struct Set {
    /// The mission, elections/ELECTION/missions/ORGANIZATION.
    mission: String,
    /// The table, a CSV file; - reads stdin.
    #[arg(long, value_name = "FILE.csv")]
    from: PathBuf,
    /// The etag of the plan that you replace. Without it, the plan is replaced as it is now.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Show { mission } => {
                let name = plan_name(&mission);
                let request = v1::GetDeploymentPlanRequest { name };
                session.printer.print(&session.client.get_deployment_plan(request).await?)
            }
            Self::Set(set) => set.run(session).await,
        }
    }
}

/// The name of a mission's plan. Each mission has exactly one.
fn plan_name(mission: &str) -> String {
    format!("{mission}/deploymentPlan")
}

impl Set {
    /// Reads the table, sends the plan, and names the line of each value that the service refuses.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let table = PlanTable::read(&read_text(&self.from)?).map_err(|problems| {
            let summary = format!("{}: correct these lines and try again; nothing was sent", self.from.display());
            Failure::FileLines(summary, problems)
        })?;
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
            Ok(plan) => session.printer.print(&plan),
            Err(error) => {
                // The refusal follows with the fields of the request. These lines tell which rows of the table they
                // come from.
                for violation in error.violations() {
                    if let Some(line) = table.lookup_line(&violation.field) {
                        session.printer.message(&format!("line {line}: {}", violation.description));
                    }
                }
                Err(error.into())
            }
        }
    }
}

/// The etag of the current plan. Empty if there is none yet, by which the service creates one.
async fn current_etag(session: &Session, name: &str) -> Result<String, Failure> {
    match session.client.get_deployment_plan(v1::GetDeploymentPlanRequest { name: name.to_owned() }).await {
        Ok(plan) => Ok(plan.etag),
        // A mission without a plan is no error: the first plan is sent with an empty etag.
        Err(error) if error.reason() == Some("NOT_FOUND") => Ok(String::new()),
        Err(error) => Err(error.into()),
    }
}

impl Printable for v1::DeploymentPlan {
    const HEADINGS: &'static [&'static str] = &["PLAN", "TEAMS", "WRITTEN"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.teams.len().to_string(), format_time(self.update_time)]
    }

    fn details(&self) -> Details {
        let details = Details::default()
            .with("plan", &self.name)
            .with("teams", self.teams.len())
            .with("written", format_time(self.update_time))
            .with("etag", &self.etag);
        let problem =
            |details: Details, one: &v1::PlanProblem| details.with(format!("problem: {}", one.field), &one.description);
        let details = self.problems.iter().fold(details, problem);
        self.teams.iter().fold(details, team).with_receipt(self.receipt.as_ref())
    }
}

/// Adds one team: its people, the reason why an observer is alone, and its visits.
fn team(details: Details, team: &v1::Team) -> Details {
    let label = |what: &str| format!("team {} {what}", team.number);
    let observers = team.observers.iter().fold(details, |details, name| details.with(label("observer"), name));
    let details = team.support.iter().fold(observers, |details, name| details.with(label("support"), name));
    let details = details.with(label("alone"), &team.reason);
    team.visits.iter().fold(details, |details, visit| {
        let stay = format!("{} from {} to {}", format_place(visit.place.as_ref()), visit.start_date, visit.end_date);
        details.with(label("visit"), stay)
    })
}

/// A place in the spelling of the table.
fn format_place(place: Option<&Place>) -> String {
    match place {
        Some(Place::Region(region)) => region.clone(),
        Some(Place::Commission(v1::Commission { region, label })) => format!("{region}/{label}"),
        Some(Place::Abroad(v1::Abroad { country, city })) => format!("abroad:{country}/{city}"),
        None => String::new(),
    }
}
