//! `accredit mission`: one organization at one election.

use clap::{Args, Subcommand};
use wire::v1;

use crate::deployment;
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::time;

pub mod invitation;
mod withdrawal;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Announces your organization's mission to an election; as a registrar, one that was announced on paper
    /// (delegation.submitter, or cec.registrar).
    Create(Create),
    /// Changes what was announced of a mission, your organization's or one on paper; what no flag names stays
    /// (delegation.submitter, or cec.registrar).
    Update(Update),
    /// Withdraws your mission as a whole, at any time: open applications, accreditations, badges
    /// (delegation.submitter).
    Withdraw(withdrawal::Withdraw),
    /// Where a mission's people will be.
    #[command(subcommand)]
    Deployment(deployment::Command),
    /// Shows one mission.
    Show {
        /// The mission, elections/ELECTION/missions/ORGANIZATION.
        mission: String,
    },
    /// Lists an election's missions.
    List {
        /// The election's code or name.
        election: String,
    },
}

#[derive(Debug, Args)]
pub struct Create {
    /// The election's code or name.
    election: String,
    /// Whose mission it is, by its code: a registrar says it, a delegation need not.
    #[arg(long, value_name = "CODE", default_value = "", hide_default_value = true)]
    organization: String,
    /// NAM, EOM, LEOM, EAM, EET, RAM or another abbreviation in upper case.
    #[arg(long)]
    format: String,
    /// Who leads it.
    #[arg(long, default_value = "", hide_default_value = true)]
    head: String,
    /// Where it works from.
    #[arg(long, default_value = "", hide_default_value = true)]
    headquarters: String,
    /// The first day in the country.
    #[arg(long, value_name = "YYYY-MM-DD")]
    start_date: String,
    /// The last day in the country; every passport must outlast it.
    #[arg(long, value_name = "YYYY-MM-DD")]
    end_date: String,
}

#[derive(Debug, Args)]
pub struct Update {
    /// The mission, elections/ELECTION/missions/ORGANIZATION.
    mission: String,
    /// NAM, EOM, LEOM, EAM, EET, RAM or another abbreviation in upper case.
    #[arg(long)]
    format: Option<String>,
    /// Who leads it.
    #[arg(long)]
    head: Option<String>,
    /// Where it works from.
    #[arg(long)]
    headquarters: Option<String>,
    /// The first day in the country.
    #[arg(long, value_name = "YYYY-MM-DD")]
    start_date: Option<String>,
    /// The last day in the country; every passport must outlast it.
    #[arg(long, value_name = "YYYY-MM-DD")]
    end_date: Option<String>,
    /// The etag of the mission as you read it; without it, of the mission as it is now.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Update(update) => update.run(session).await,
            Self::Withdraw(withdraw) => withdraw.run(session).await,
            Self::Deployment(command) => command.run(session).await,
            Self::Show { mission: name } => screen.show(&client.get_mission(v1::GetMissionRequest { name }).await?),
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let missions = client.all_missions(v1::ListMissionsRequest { parent, ..Default::default() }).await?;
                let page = v1::ListMissionsResponse { missions, ..Default::default() };
                screen.list(&page, &page.missions)
            }
        }
    }
}

impl Create {
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
        session.screen.show(&session.client.create_mission(request).await?)
    }
}

impl Update {
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
        let etag = etag.unwrap_or_else(|| mission.etag.clone());
        let request = v1::UpdateMissionRequest { request_id: session.request_id(), name, etag, mission: Some(mission) };
        session.screen.show(&session.client.update_mission(request).await?)
    }
}

impl Resource for v1::Mission {
    const HEADINGS: &'static [&'static str] = &["MISSION", "FORMAT", "HEAD", "FROM", "TO"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.format.clone(), self.head.clone(), self.start_date.clone(), self.end_date.clone()]
    }

    fn facts(&self) -> Facts {
        Facts::default()
            .and("mission", &self.name)
            .and("format", &self.format)
            .and("head", &self.head)
            .and("headquarters", &self.headquarters)
            .and("first day", &self.start_date)
            .and("last day", &self.end_date)
            .and("announced", time(self.create_time))
            .and("withdrawn", time(self.withdraw_time))
            .and("note", &self.withdraw_note_number)
            .and("reason", &self.withdraw_reason)
            .and("etag", &self.etag)
            .and_receipt(self.receipt.as_ref())
    }
}
