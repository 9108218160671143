//! `accredit accreditation`: what decrees have accredited.

use clap::{ArgGroup, Subcommand};
use wire::v1;

use crate::amendment;
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::named::by_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{time, word};

mod withdrawal;

/// What `--help` says of a confirmation.
const ABOUT_CONFIRM: &str = "\
Examples:
  accredit accreditation confirm elections/kz-president-2019/missions/osce-odihr --all
  accredit accreditation confirm elections/kz-president-2019/missions/osce-odihr --all \\
    --except elections/kz-president-2019/accreditations/7

Who is still to be confirmed:
  accredit accreditation list kz-president-2019 --confirmed false

Whoever is not confirmed in time has no accreditation for the run-off; whoever was accredited after it was called needs no
confirmation.";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows one accreditation, and whose it is.
    Show {
        /// The accreditation, elections/ELECTION/accreditations/N.
        accreditation: String,
    },
    /// Lists an election's accreditations.
    List {
        /// The election's code or name.
        election: String,
        /// Of those in force, only what was confirmed for the run-off, or only what ends unless it is confirmed; nobody
        /// where no run-off asks for it.
        #[arg(long, value_name = "true|false")]
        confirmed: Option<bool>,
    },
    Withdraw(withdrawal::Withdraw),
    /// Confirms whom you keep for a run-off, until its submission cutoff: all, all but some, or those that are named
    /// (delegation.submitter, or cec.registrar for what came on paper).
    #[command(
        after_help = ABOUT_CONFIRM,
        group = ArgGroup::new("whom").required(true).args(["accreditations", "all"])
    )]
    Confirm {
        /// The mission, elections/ELECTION/missions/ORGANIZATION.
        mission: String,
        /// The accreditations, elections/ELECTION/accreditations/N.
        accreditations: Vec<String>,
        /// Confirms everyone.
        #[arg(long)]
        all: bool,
        /// But these accreditations.
        #[arg(long, num_args = 1.., value_name = "NAME", requires = "all", conflicts_with = "accreditations")]
        except: Vec<String>,
        /// The number of the note, if it came on paper; a registrar names it.
        #[arg(long, value_name = "NUMBER", default_value = "")]
        note: String,
    },
    /// Asks for an accredited application to say something else: a new passport, or a correction. What no flag names
    /// stays (delegation.submitter, or cec.registrar for what came on paper).
    Amend(Box<amendment::Amend>),
    /// Proposes to revoke an accreditation on a ground; another person adopts the decree that does it (cec.reviewer).
    Revoke {
        /// The accreditation, elections/ELECTION/accreditations/N.
        accreditation: String,
        /// The ground, as in campaigning; `election show` lists them with their texts.
        #[arg(long)]
        ground: String,
        /// Why, in words; the delegation reads it.
        #[arg(long)]
        text: String,
    },
    /// Proposes to annul an accreditation that was issued in error; another person adopts the decree that does it
    /// (cec.reviewer).
    Annul {
        /// The accreditation, elections/ELECTION/accreditations/N.
        accreditation: String,
        /// What the error was; the commission and the ministry read it.
        #[arg(long)]
        text: String,
    },
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Show { accreditation: name } => {
                let found = session.client.get_accreditation(v1::GetAccreditationRequest { name }).await?;
                if session.screen.is_json() {
                    return session.screen.show(&found);
                }
                let holder = holder(session, &found.name).await?;
                session.screen.show_as(&found, facts(&found, &holder))
            }
            Self::List { election, confirmed } => {
                let parent = full_name("elections", &election);
                let filter = confirmed.map(|confirmed| format!("confirmed = {confirmed}")).unwrap_or_default();
                let request = v1::ListAccreditationsRequest { parent, filter, ..Default::default() };
                let accreditations = session.client.all_accreditations(request).await?;
                let page = v1::ListAccreditationsResponse { accreditations, ..Default::default() };
                session.screen.list(&page, &page.accreditations)
            }
            Self::Withdraw(withdraw) => withdraw.run(session).await,
            Self::Confirm { mission: parent, accreditations, all, except, note: note_number } => {
                let request_id = session.request_id();
                let request =
                    v1::ConfirmAccreditationsRequest { request_id, parent, accreditations, all, except, note_number };
                let answer = session.client.confirm_accreditations(request.clone()).await;
                let lists = [("accreditations", &*request.accreditations), ("except", &*request.except)];
                session.screen.show(&answer.map_err(|error| by_name(error, &lists))?)
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

async fn propose(
    session: &Session,
    kind: v1::ProposalKind,
    name: String,
    ground: String,
    text: String,
) -> Result<(), Failure> {
    let request = v1::ProposeChangeRequest { request_id: session.request_id(), name, kind: kind.into(), ground, text };
    session.screen.show(&session.client.propose_change(request).await?)
}

/// Whose an accreditation is, by the public register: it has everybody who was accredited, and every caller reads it.
async fn holder(session: &Session, accreditation: &str) -> Result<String, Failure> {
    let Some((election, number)) = accreditation.split_once("/accreditations/") else { return Ok(String::new()) };
    let Ok(number) = number.parse() else { return Ok(String::new()) };
    let request = v1::ListRegisterRequest { parent: election.to_owned(), number, ..Default::default() };
    let entries = session.client.all_register(request).await?;
    let names = entries.first().map(|entry| format!("{} {}", entry.family_name, entry.given_name));
    Ok(names.unwrap_or_default().trim_end().to_owned())
}

impl Resource for v1::Accreditation {
    const HEADINGS: &'static [&'static str] = &["ACCREDITATION", "STATE", "CATEGORY", "DECREE", "APPLICATION"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            word::<v1::AccreditationState>(self.state).to_owned(),
            word::<v1::Category>(self.category).to_owned(),
            self.decree.clone(),
            self.application.clone(),
        ]
    }

    fn facts(&self) -> Facts {
        facts(self, "")
    }
}

/// All that there is to say about an accreditation, and whose it is.
fn facts(accreditation: &v1::Accreditation, holder: &str) -> Facts {
    let badge = accreditation.badge.unwrap_or_default();
    let ended = match accreditation.state() {
        v1::AccreditationState::Active => None,
        _ => accreditation.state_time,
    };
    Facts::default()
        .and("accreditation", &accreditation.name)
        .and("state", word::<v1::AccreditationState>(accreditation.state))
        .and("person", holder)
        .and("category", word::<v1::Category>(accreditation.category))
        .and("application", &accreditation.application)
        .and("decree", &accreditation.decree)
        .and("recommended by", &accreditation.recommended_by)
        .and("adopted by", &accreditation.adopted_by)
        .and("accredited", time(accreditation.accredit_time))
        .and("confirmed", time(accreditation.confirm_time))
        .and("badge", badge_in_words(&badge))
        .and("badges before", accreditation.former_badges.iter().map(badge_in_words).collect::<Vec<_>>().join("; "))
        .and("ended", time(ended))
        .and("ended by", &accreditation.end_decree)
        .and("ground", &accreditation.end_ground)
        .and("reason", &accreditation.end_reason)
        .and("note", &accreditation.end_note_number)
        .and("replaced by", &accreditation.replaced_by)
        .and_receipt(accreditation.receipt.as_ref())
}

impl Resource for v1::ConfirmAccreditationsResponse {
    const HEADINGS: &'static [&'static str] = &["CONFIRMED", "NOT CONFIRMED"];

    fn cells(&self) -> Vec<String> {
        vec![self.confirmed.to_string(), self.unconfirmed.len().to_string()]
    }

    fn facts(&self) -> Facts {
        let facts = Facts::default().and("confirmed", self.confirmed.to_string());
        let facts = self.unconfirmed.iter().fold(facts, |facts, name| facts.and("not confirmed", name));
        facts.and_receipt(self.receipt.as_ref())
    }
}

fn badge_in_words(badge: &v1::Badge) -> String {
    match badge.state() {
        v1::BadgeState::Unspecified => String::new(),
        v1::BadgeState::Active => badge.serial.to_string(),
        v1::BadgeState::Void => format!("{}, void since {}", badge.serial, time(badge.void_time)),
    }
}
