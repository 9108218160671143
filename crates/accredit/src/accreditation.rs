//! `accredit accreditation`: shows, confirms and ends what decrees have accredited.
//!
//! An accreditation exists once a decree has accredited the person. It is in force until the delegation withdraws it, a
//! decree revokes or annuls it, a run-off is called without a confirmation, or the results are published.

use clap::{ArgGroup, Subcommand};
use wire::v1;

use crate::amendment;
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::item_names::with_item_names;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::enum_label;
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

mod withdrawal;

/// The examples at the end of `accreditation confirm --help`.
const ABOUT_CONFIRM: &str = "\
Examples:
  accredit accreditation confirm elections/kz-president-2019/missions/osce-odihr --all
  accredit accreditation confirm elections/kz-president-2019/missions/osce-odihr --all \\
    --except elections/kz-president-2019/accreditations/7

To list who is not confirmed yet:
  accredit accreditation list kz-president-2019 --confirmed false

An accreditation that is not confirmed in time ends before the run-off. One that was issued after the run-off was called
needs no confirmation.";

/// The subcommands of `accredit accreditation`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows one accreditation and the person who holds it.
    ///
    /// The name comes from the public register. The output includes the current badge and all earlier ones.
    Show {
        /// The accreditation, elections/ELECTION/accreditations/N.
        accreditation: String,
    },
    /// Lists an election's accreditations.
    ///
    /// A delegation sees its own only.
    List {
        /// The election's code or name.
        election: String,
        /// Lists only accreditations in force: those confirmed for the run-off (true), or those that end unless they
        /// are confirmed (false). Both lists are empty if no run-off requires a confirmation.
        #[arg(long, value_name = "true|false")]
        confirmed: Option<bool>,
    },
    Withdraw(withdrawal::Withdraw),
    /// Confirms the accreditations that a delegation keeps for a run-off (delegation.submitter, or cec.registrar for
    /// confirmations on paper).
    ///
    /// Name them, or give --all, with --except for those that are to end. It is possible until the submission cutoff.
    ///
    /// Either all that you name are confirmed, or none. A confirmation cannot be taken back.
    #[command(
        after_help = ABOUT_CONFIRM,
        group = ArgGroup::new("whom").required(true).args(["accreditations", "all"])
    )]
    Confirm {
        /// The mission, elections/ELECTION/missions/ORGANIZATION.
        mission: String,
        /// The accreditations, elections/ELECTION/accreditations/N.
        accreditations: Vec<String>,
        /// Confirms all accreditations of the mission.
        #[arg(long)]
        all: bool,
        /// The accreditations that --all leaves out.
        #[arg(long, num_args = 1.., value_name = "NAME", requires = "all", conflicts_with = "accreditations")]
        except: Vec<String>,
        /// The number of the note verbale, if a registrar enters a confirmation on paper.
        #[arg(long, value_name = "NUMBER", default_value = "")]
        note: String,
    },
    /// Requests a change of an accredited application: a new passport or a correction (delegation.submitter, or
    /// cec.registrar for requests on paper).
    ///
    /// What no option names stays as it is. A reviewer decides on the request.
    ///
    /// The documents are uploaded before the request is sent. One amendment of each application can be open at a time.
    Amend(Box<amendment::Amend>),
    /// Proposes to revoke an accreditation on a ground (cec.reviewer).
    ///
    /// It takes effect when another person adopts a decree that carries out the proposal.
    ///
    /// Until then the accreditation stays in force. One proposal for each accreditation can be open at a time.
    Revoke {
        /// The accreditation, elections/ELECTION/accreditations/N.
        accreditation: String,
        /// The ground, as in campaigning. `election show` lists all grounds with their texts.
        #[arg(long)]
        ground: String,
        /// What the person did. The delegation reads it.
        #[arg(long)]
        text: String,
    },
    /// Proposes to annul an accreditation that was issued in error (cec.reviewer).
    ///
    /// It takes effect when another person adopts a decree that carries out the proposal.
    ///
    /// Until then the accreditation stays in force. One proposal for each accreditation can be open at a time.
    Annul {
        /// The accreditation, elections/ELECTION/accreditations/N.
        accreditation: String,
        /// What the error was. The commission and the ministry read it.
        #[arg(long)]
        text: String,
    },
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Show { accreditation: name } => {
                let found = session.client.get_accreditation(v1::GetAccreditationRequest { name }).await?;
                if session.printer.is_json() {
                    return session.printer.print(&found);
                }
                let holder = holder(session, &found.name).await?;
                session.printer.print_details(&found, details(&found, &holder))
            }
            Self::List { election, confirmed } => {
                let parent = full_name("elections", &election);
                let filter = confirmed.map(|confirmed| format!("confirmed = {confirmed}")).unwrap_or_default();
                let request = v1::ListAccreditationsRequest { parent, filter, ..Default::default() };
                let accreditations = session.client.all_accreditations(request).await?;
                let page = v1::ListAccreditationsResponse { accreditations, ..Default::default() };
                session.printer.print_list(&page, &page.accreditations)
            }
            Self::Withdraw(withdraw) => withdraw.run(session).await,
            Self::Confirm { mission: parent, accreditations, all, except, note: note_number } => {
                let request_id = session.request_id();
                let request =
                    v1::ConfirmAccreditationsRequest { request_id, parent, accreditations, all, except, note_number };
                let answer = session.client.confirm_accreditations(request.clone()).await;
                let lists = [("accreditations", &*request.accreditations), ("except", &*request.except)];
                session.printer.print(&answer.map_err(|error| with_item_names(error, &lists))?)
            }
            Self::Amend(amend) => amend.run(session).await,
            Self::Revoke { accreditation, ground, text } => {
                propose(session, v1::ProposalKind::Revoke, accreditation, ground, text).await
            }
            Self::Annul { accreditation, text } => {
                propose(session, v1::ProposalKind::Annul, accreditation, String::new(), text).await
            }
        }
    }
}

/// Proposes to revoke or to annul an accreditation.
async fn propose(
    session: &Session,
    kind: v1::ProposalKind,
    name: String,
    ground: String,
    text: String,
) -> Result<(), Failure> {
    let request = v1::ProposeChangeRequest { request_id: session.request_id(), name, kind: kind.into(), ground, text };
    session.printer.print(&session.client.propose_change(request).await?)
}

/// The name of the person who holds an accreditation.
///
/// It comes from the public register, because everybody may read that. Not every caller may read the application.
async fn holder(session: &Session, accreditation: &str) -> Result<String, Failure> {
    // A name of another form is left to the service, which refuses it with an explanation.
    let Some((election, number)) = accreditation.split_once("/accreditations/") else { return Ok(String::new()) };
    let Ok(number) = number.parse() else { return Ok(String::new()) };
    let request = v1::ListRegisterRequest { parent: election.to_owned(), number, ..Default::default() };
    let entries = session.client.all_register(request).await?;
    let names = entries.first().map(|entry| format!("{} {}", entry.family_name, entry.given_name));
    Ok(names.unwrap_or_default().trim_end().to_owned())
}

impl Printable for v1::Accreditation {
    const HEADINGS: &'static [&'static str] = &["ACCREDITATION", "STATE", "CATEGORY", "DECREE", "APPLICATION"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            enum_label::<v1::AccreditationState>(self.state).to_owned(),
            enum_label::<v1::Category>(self.category).to_owned(),
            self.decree.clone(),
            self.application.clone(),
        ]
    }

    fn details(&self) -> Details {
        details(self, "")
    }
}

/// The details of an accreditation, with the person who holds it.
fn details(accreditation: &v1::Accreditation, holder: &str) -> Details {
    let badge = accreditation.badge.unwrap_or_default();
    // While the accreditation is active, the time of its state is the time of the accreditation itself.
    let ended = match accreditation.state() {
        v1::AccreditationState::Active => None,
        _ => accreditation.state_time,
    };
    Details::default()
        .with("accreditation", &accreditation.name)
        .with("state", enum_label::<v1::AccreditationState>(accreditation.state))
        .with("person", holder)
        .with("category", enum_label::<v1::Category>(accreditation.category))
        .with("application", &accreditation.application)
        .with("decree", &accreditation.decree)
        .with("recommended by", &accreditation.recommended_by)
        .with("adopted by", &accreditation.adopted_by)
        .with("accredited", format_time(accreditation.accredit_time))
        .with("confirmed", format_time(accreditation.confirm_time))
        .with("badge", badge_in_words(&badge))
        .with("badges before", accreditation.former_badges.iter().map(badge_in_words).collect::<Vec<_>>().join("; "))
        .with("ended", format_time(ended))
        .with("ended by", &accreditation.end_decree)
        .with("ground", &accreditation.end_ground)
        .with("reason", &accreditation.end_reason)
        .with("note", &accreditation.end_note_number)
        .with("replaced by", &accreditation.replaced_by)
        .with_receipt(accreditation.receipt.as_ref())
}

impl Printable for v1::ConfirmAccreditationsResponse {
    const HEADINGS: &'static [&'static str] = &["CONFIRMED", "NOT CONFIRMED"];

    fn cells(&self) -> Vec<String> {
        vec![self.confirmed.to_string(), self.unconfirmed.len().to_string()]
    }

    fn details(&self) -> Details {
        let details = Details::default().with("confirmed", self.confirmed.to_string());
        let details = self.unconfirmed.iter().fold(details, |details, name| details.with("not confirmed", name));
        details.with_receipt(self.receipt.as_ref())
    }
}

/// The serial number of a badge, and since when it is void if it is. Empty if there is no badge.
fn badge_in_words(badge: &v1::Badge) -> String {
    match badge.state() {
        v1::BadgeState::Unspecified => String::new(),
        v1::BadgeState::Active => badge.serial.to_string(),
        v1::BadgeState::Void => format!("{}, void since {}", badge.serial, format_time(badge.void_time)),
    }
}
