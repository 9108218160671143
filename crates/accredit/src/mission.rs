//! `accredit mission`: the mission of one organization at one election.
//!
//! An organization that accepted its invitation announces one mission for each election. The mission holds the
//! applications of its people and one deployment plan.

use clap::{Args, Subcommand};
use wire::v1;

use crate::deployment;
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

pub mod invitation;
mod withdrawal;

/// The subcommands of `accredit mission`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Announces your organization's mission to an election (delegation.submitter, or cec.registrar for missions on
    /// paper).
    ///
    /// Your organization must have accepted its invitation. Applications can be filed once the mission exists.
    Create(Create),
    /// Changes the announcement of a mission (delegation.submitter, or cec.registrar for missions on paper).
    ///
    /// What no option names stays as it is.
    Update(Update),
    /// Withdraws your whole mission, at any time (delegation.submitter).
    ///
    /// Every open application is withdrawn, every accreditation in force ends, and every badge is void at once. The
    /// command asks you to type the mission's name. Without a terminal, give --yes. Nobody can undo the withdrawal, and
    /// repeating it changes nothing.
    Withdraw(withdrawal::Withdraw),
    /// The deployment plan: where a mission's people observe.
    ///
    /// It informs the host country and permits nothing.
    #[command(subcommand)]
    Deployment(deployment::Command),
    /// Shows one mission.
    Show {
        /// The mission, elections/ELECTION/missions/ORGANIZATION.
        mission: String,
    },
    /// Lists an election's missions.
    ///
    /// A delegation sees its own only.
    List {
        /// The election's code or name.
        election: String,
    },
}

/// The options of `mission create`.
#[derive(Debug, Args)]
pub struct Create {
    /// The election's code or name.
    election: String,
    /// The code of the organization. A registrar has to give it; a delegation creates its own mission.
    #[arg(long, value_name = "CODE", default_value = "", hide_default_value = true)]
    organization: String,
    /// The format: NAM, EOM, LEOM, EAM, EET, RAM or another abbreviation in upper case.
    #[arg(long)]
    format: String,
    /// The head of the mission.
    #[arg(long, default_value = "", hide_default_value = true)]
    head: String,
    /// The place from which it works.
    #[arg(long, default_value = "", hide_default_value = true)]
    headquarters: String,
    /// The first day in the country.
    #[arg(long, value_name = "YYYY-MM-DD")]
    start_date: String,
    /// The last day in the country. Every passport must be valid until then.
    #[arg(long, value_name = "YYYY-MM-DD")]
    end_date: String,
}

/// The options of `mission update`.
#[derive(Debug, Args)]
pub struct Update {
    /// The mission, elections/ELECTION/missions/ORGANIZATION.
    mission: String,
    /// The format: NAM, EOM, LEOM, EAM, EET, RAM or another abbreviation in upper case.
    #[arg(long)]
    format: Option<String>,
    /// The head of the mission.
    #[arg(long)]
    head: Option<String>,
    /// The place from which it works.
    #[arg(long)]
    headquarters: Option<String>,
    /// The first day in the country.
    #[arg(long, value_name = "YYYY-MM-DD")]
    start_date: Option<String>,
    /// The last day in the country. Every passport must be valid until then.
    #[arg(long, value_name = "YYYY-MM-DD")]
    end_date: Option<String>,
    /// The etag of the mission as you read it. Without it, the mission is changed as it is now.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Update(update) => update.run(session).await,
            Self::Withdraw(withdraw) => withdraw.run(session).await,
            Self::Deployment(command) => command.run(session).await,
            Self::Show { mission: name } => printer.print(&client.get_mission(v1::GetMissionRequest { name }).await?),
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let missions = client.all_missions(v1::ListMissionsRequest { parent, ..Default::default() }).await?;
                let page = v1::ListMissionsResponse { missions, ..Default::default() };
                printer.print_list(&page, &page.missions)
            }
        }
    }
}

impl Create {
    /// Announces the mission.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let mission = v1::Mission {
            format: self.format,
            head: self.head,
            headquarters: self.headquarters,
            start_date: self.start_date,
            end_date: self.end_date,
            ..Default::default()
        };
        let request = v1::CreateMissionRequest {
            request_id: session.request_id(),
            parent: full_name("elections", &self.election),
            mission: Some(mission),
            organization_id: self.organization,
        };
        session.printer.print(&session.client.create_mission(request).await?)
    }
}

impl Update {
    /// Replaces the named values and keeps all others.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { mission: name, format, head, headquarters, start_date, end_date, etag } = self;
        let mut mission = session.client.get_mission(v1::GetMissionRequest { name: name.clone() }).await?;
        for (field, given) in [
            (&mut mission.format, format),
            (&mut mission.head, head),
            (&mut mission.headquarters, headquarters),
            (&mut mission.start_date, start_date),
            (&mut mission.end_date, end_date),
        ] {
            if let Some(given) = given {
                *field = given;
            }
        }
        // The etag of what was read makes the service refuse if the mission changed between the two calls.
        let etag = etag.unwrap_or_else(|| mission.etag.clone());
        let request = v1::UpdateMissionRequest { request_id: session.request_id(), name, etag, mission: Some(mission) };
        session.printer.print(&session.client.update_mission(request).await?)
    }
}

impl Printable for v1::Mission {
    const HEADINGS: &'static [&'static str] = &["MISSION", "FORMAT", "HEAD", "FROM", "TO"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.format.clone(), self.head.clone(), self.start_date.clone(), self.end_date.clone()]
    }

    fn details(&self) -> Details {
        Details::default()
            .with("mission", &self.name)
            .with("format", &self.format)
            .with("head", &self.head)
            .with("headquarters", &self.headquarters)
            .with("first day", &self.start_date)
            .with("last day", &self.end_date)
            .with("announced", format_time(self.create_time))
            .with("withdrawn", format_time(self.withdraw_time))
            .with("note", &self.withdraw_note_number)
            .with("reason", &self.withdraw_reason)
            .with("etag", &self.etag)
            .with_receipt(self.receipt.as_ref())
    }
}
