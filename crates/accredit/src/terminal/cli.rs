//! The command line: all commands, the global options, and the exit code.
//!
//! Rust documentation comments of commands and options are the help texts that people read. The first paragraph is the
//! short help and names the role that the command needs.

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
use crate::rule_pack;
use crate::terminal::config::Connection;
use crate::terminal::failure::{EXIT_CODES, Failure};
use crate::terminal::printer::Printer;
use crate::terminal::session::Session;
use crate::transparency::watch;
use crate::watch_list;

/// The command line tool for the accreditation of election observers.
///
/// Resources have full names, as in elections/kz-president-2019/missions/osce-odihr. Elections and organizations can
/// also be given by their codes. Results go to stdout, everything else to stderr.
///
/// Decisions need an etag, so that nobody decides on something else than what was read. At a terminal the tool shows
/// the resource and asks; a script passes --etag from `show --json`.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// Prints results as proto JSON on one line, in place of tables.
    #[arg(long, global = true)]
    json: bool,

    /// The request id of an earlier run. Repeating the command with it makes the change only once.
    ///
    /// Use it after exit code 6, when nobody knows whether the change was made. The failed run prints it.
    #[arg(long, global = true, value_name = "UUID")]
    request_id: Option<Uuid>,

    #[command(flatten)]
    connection: Connection,

    #[command(subcommand)]
    command: Command,
}

/// All commands. The first line of each is what the overview shows.
#[derive(Debug, Subcommand)]
enum Command {
    /// Shows the identity that the service sees in your certificate, and your roles.
    ///
    /// Use it to check a new certificate or profile.
    Whoami,
    /// Rule packs: the law of a country, imported once and never changed.
    #[command(subcommand)]
    RulePack(rule_pack::Command),
    /// Elections: dates, cutoffs and rules.
    #[command(subcommand)]
    Election(election::Command),
    /// Organizations, with their trust domains and trust anchors.
    #[command(subcommand)]
    Organization(organization::Command),
    /// People who hold the keys of principals.
    #[command(subcommand)]
    Person(person::Command),
    /// Principals: the certificate identities of an organization.
    #[command(subcommand)]
    Principal(principal::Command),
    /// Invitations to observe.
    #[command(subcommand)]
    Invitation(invitation::Command),
    /// Missions of organizations to elections.
    #[command(subcommand)]
    Mission(mission::Command),
    /// Applications of the delegations.
    #[command(subcommand)]
    Application(Box<application::Command>),
    /// Passport pages, photos, pledges and letters.
    #[command(subcommand)]
    Document(document::Command),
    /// Rosters: whole delegations from a spreadsheet.
    #[command(subcommand)]
    Roster(roster::Command),
    /// Presentations: the ministry's lists to the commission.
    #[command(subcommand)]
    Presentation(presentation::Command),
    /// Review by the commission: the queue, questions and recommendations.
    #[command(subcommand)]
    Review(review::Command),
    /// Watch list of the commission.
    #[command(subcommand)]
    WatchList(watch_list::Command),
    /// Decrees of the commission.
    #[command(subcommand)]
    Decree(decree::Command),
    /// Accreditations that decrees have issued.
    #[command(subcommand)]
    Accreditation(accreditation::Command),
    /// Amendments: new passports and corrections of accredited people.
    #[command(subcommand)]
    Amendment(amendment::Command),
    /// Proposals to revoke, annul or reinstate accreditations.
    #[command(subcommand)]
    Proposal(proposal::Command),
    /// Appeals against decisions.
    #[command(subcommand)]
    Appeal(appeal::Command),
    /// Legal holds: data kept beyond its retention period.
    #[command(subcommand)]
    Hold(hold::Command),
    /// Data subjects: everything that is stored about one person.
    #[command(subcommand)]
    Subject(subject::Command),
    /// Follows events: prints a line for each one that concerns you, until Ctrl-C.
    Watch(watch::Watch),
    /// Counts an election's applications by organization.
    ///
    /// A delegation gets its own counts only.
    Totals {
        /// The election's code or name.
        election: String,
    },
    /// Counts an election's applications as of any time, and how long decisions had taken by then.
    ///
    /// The chart shows how many people were accredited.
    Report(report::Report),
    /// Lists the public register: who was accredited, and whether that is in force.
    ///
    /// Everybody who may call the service reads the same list. A new accreditation appears as soon as its decree is
    /// adopted. One that ended stays, with the time of its end.
    Register(register::Register),
    /// Lists denied attempts to access resources; for auditors.
    ///
    /// Such an attempt asked for a resource of another organization, or for one that does not exist. The newest comes
    /// first.
    Attempts,
}

/// Runs the command, prints why it failed if it did, and returns the exit code.
pub async fn run(cli: Cli) -> ExitCode {
    let printer = Printer::new(cli.json);
    if let Command::Roster(command) = &cli.command
        && let Some(done) = command.run_offline()
    {
        return done.map_or_else(|failure| report_failure(printer, &failure), |()| ExitCode::SUCCESS);
    }
    // Templates were written above, so from here on every command needs the service.
    let session = match cli.connection.profile().and_then(|profile| Session::new(&profile, printer, cli.request_id)) {
        Ok(session) => session,
        Err(failure) => return report_failure(printer, &failure),
    };
    let Err(failure) = cli.command.run(&session).await else {
        return ExitCode::SUCCESS;
    };
    let code = report_failure(printer, &failure);
    // Without a request id nothing was sent, so nothing can be repeated by mistake.
    if failure.may_have_changed_data()
        && let Some(id) = session.sent_request_id()
    {
        printer.message(&format!("to repeat the command without making the change twice, add: --request-id {id}"));
    }
    code
}

/// Prints why the command failed.
fn report_failure(printer: Printer, failure: &Failure) -> ExitCode {
    for line in failure.lines() {
        printer.message(&line);
    }
    ExitCode::from(failure.exit_code())
}

impl Command {
    /// Runs the command that was parsed.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Whoami => principal::whoami(session).await,
            Self::RulePack(command) => command.run(session).await,
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
mod help_tests;

#[cfg(test)]
mod parse_tests;
