//! The command line as a whole.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use uuid::Uuid;

use crate::accreditation;
use crate::amendment;
use crate::appeal;
use crate::application;
use crate::application::roster;
use crate::decree;
use crate::document;
use crate::election;
use crate::mission;
use crate::mission::invitation;
use crate::presentation;
use crate::proposal;
use crate::registry::organization;
use crate::registry::person;
use crate::registry::principal;
use crate::report;
use crate::report::register;
use crate::retention::hold;
use crate::retention::subject;
use crate::review;
use crate::terminal::config::Connection;
use crate::terminal::failure::{EXIT_CODES, Failure};
use crate::terminal::screen::Screen;
use crate::terminal::session::Session;
use crate::transparency::watch;
use crate::watch_list;

/// The accreditation of election observers, at the command line.
///
/// Resources have full names, as in elections/kz-president-2019/missions/osce-odihr; elections and organizations can also
/// be given by their code alone. Data goes to stdout, all else to stderr.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// Prints proto JSON, one line, instead of tables.
    #[arg(long, global = true)]
    json: bool,

    /// The request id of an earlier invocation, to repeat its change: nothing is done twice.
    #[arg(long, global = true, value_name = "UUID")]
    request_id: Option<Uuid>,

    #[command(flatten)]
    connection: Connection,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows who the service takes you for, and your roles.
    Whoami,
    /// Elections.
    #[command(subcommand)]
    Election(election::Command),
    /// Organizations, with their trust domains and anchors.
    #[command(subcommand)]
    Organization(organization::Command),
    /// People: who holds the keys of principals.
    #[command(subcommand)]
    Person(person::Command),
    /// Principals: the certificate identities of an organization.
    #[command(subcommand)]
    Principal(principal::Command),
    /// Invitations to observe.
    #[command(subcommand)]
    Invitation(invitation::Command),
    /// Missions that answer invitations.
    #[command(subcommand)]
    Mission(mission::Command),
    /// Applications of the delegations.
    #[command(subcommand)]
    Application(Box<application::Command>),
    /// Passport pages, photos, pledges and letters.
    #[command(subcommand)]
    Document(document::Command),
    /// Whole delegations, from a spreadsheet.
    #[command(subcommand)]
    Roster(roster::Command),
    /// The ministry's lists to the commission.
    #[command(subcommand)]
    Presentation(presentation::Command),
    /// The commission's review.
    #[command(subcommand)]
    Review(review::Command),
    /// The commission's watch list.
    #[command(subcommand)]
    WatchList(watch_list::Command),
    /// The commission's decrees.
    #[command(subcommand)]
    Decree(decree::Command),
    /// What decrees have accredited.
    #[command(subcommand)]
    Accreditation(accreditation::Command),
    /// New passports and corrections of what was accredited.
    #[command(subcommand)]
    Amendment(amendment::Command),
    /// What is proposed to become of accreditations.
    #[command(subcommand)]
    Proposal(proposal::Command),
    /// What is brought against decisions.
    #[command(subcommand)]
    Appeal(appeal::Command),
    /// What is kept beyond its retention.
    #[command(subcommand)]
    Hold(hold::Command),
    /// What is held about one person.
    #[command(subcommand)]
    Subject(subject::Command),
    /// Follows what happens: a line for each event that concerns you, until Ctrl-C.
    Watch(watch::Watch),
    /// Counts an election's applications by organization.
    Totals {
        /// The election's code or name.
        election: String,
    },
    /// Counts an election's applications as they stood at any moment.
    Report(report::Report),
    /// Lists the public register: who was accredited, and whether that is in force.
    Register(register::Register),
    /// Lists the calls that asked for what was not there for the caller; for auditors.
    Attempts,
}

/// Runs the command, says what failed and how the process is to end.
pub async fn run(cli: Cli) -> ExitCode {
    let screen = Screen::new(cli.json);
    if let Command::Roster(command) = &cli.command
        && let Some(done) = command.local()
    {
        return done.map_or_else(|failure| end(screen, &failure), |()| ExitCode::SUCCESS);
    }
    let session = match cli.connection.profile().and_then(|profile| Session::new(&profile, screen, cli.request_id)) {
        Ok(session) => session,
        Err(failure) => return end(screen, &failure),
    };
    let Err(failure) = cli.command.run(&session).await else {
        return ExitCode::SUCCESS;
    };
    let code = end(screen, &failure);
    if failure.leaves_doubt()
        && let Some(id) = session.request_id_used()
    {
        screen.note(&format!("to repeat it safely, add: --request-id {id}"));
    }
    code
}

fn end(screen: Screen, failure: &Failure) -> ExitCode {
    for line in failure.lines() {
        screen.note(&line);
    }
    ExitCode::from(failure.exit_code())
}

impl Command {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Whoami => principal::whoami(session).await,
            Self::Election(command) => command.run(session).await,
            Self::Organization(command) => command.run(session).await,
            Self::Person(command) => command.run(session).await,
            Self::Principal(command) => command.run(session).await,
            Self::Invitation(command) => command.run(session).await,
            Self::Mission(command) => command.run(session).await,
            Self::Application(command) => command.run(session).await,
            Self::Document(command) => command.run(session).await,
            Self::Roster(command) => command.run(session).await,
            Self::Presentation(command) => command.run(session).await,
            Self::Review(command) => command.run(session).await,
            Self::WatchList(command) => command.run(session).await,
            Self::Decree(command) => command.run(session).await,
            Self::Accreditation(command) => command.run(session).await,
            Self::Amendment(command) => command.run(session).await,
            Self::Proposal(command) => command.run(session).await,
            Self::Appeal(command) => command.run(session).await,
            Self::Hold(command) => command.run(session).await,
            Self::Subject(command) => command.run(session).await,
            Self::Watch(command) => command.run(session).await,
            Self::Totals { election } => report::totals(session, &election).await,
            Self::Report(report) => report.run(session).await,
            Self::Register(register) => register.run(session).await,
            Self::Attempts => report::attempts(session).await,
        }
    }
}

#[cfg(test)]
mod help;

#[cfg(test)]
mod tests;
