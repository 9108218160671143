//! `accredit hold`: keeps personal data longer than its retention period.
//!
//! A hold covers one application or a whole election. It stays in the list after its release, so an auditor sees why
//! data was kept.

use clap::Subcommand;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The subcommands of `accredit hold`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Keeps one application, or the whole election, until the hold is released (cec.registrar).
    ///
    /// Data that was erased before cannot be brought back.
    Create {
        /// The election's code or name.
        election: String,
        /// The full name of the application to keep. Without it, the whole election is kept.
        #[arg(long, value_name = "NAME")]
        application: Option<String>,
        /// The reason, such as a pending appeal.
        #[arg(long)]
        reason: String,
    },
    /// Releases a hold (cec.registrar).
    ///
    /// Data whose retention period is over is erased at once.
    Release {
        /// The hold, elections/ELECTION/legalHolds/UUID.
        hold: String,
        /// The reason.
        #[arg(long)]
        reason: String,
    },
    /// Lists an election's holds, including those that were released.
    ///
    /// They come in the order in which they were created.
    List {
        /// The election's code or name.
        election: String,
    },
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        match self {
            Self::Create { election, application, reason } => {
                let request = v1::CreateLegalHoldRequest {
                    request_id: session.request_id(),
                    parent: full_name("elections", &election),
                    application: application.unwrap_or_default(),
                    reason,
                };
                printer.print(&client.create_legal_hold(request).await?)
            }
            Self::Release { hold: name, reason } => {
                let request = v1::ReleaseLegalHoldRequest { request_id: session.request_id(), name, reason };
                printer.print(&client.release_legal_hold(request).await?)
            }
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let request = v1::ListLegalHoldsRequest { parent, ..Default::default() };
                let legal_holds = client.all_legal_holds(request).await?;
                let page = v1::ListLegalHoldsResponse { legal_holds, ..Default::default() };
                printer.print_list(&page, &page.legal_holds)
            }
        }
    }
}

impl Printable for v1::LegalHold {
    const HEADINGS: &'static [&'static str] = &["HOLD", "KEEPS", "SINCE", "RELEASED", "REASON"];

    fn cells(&self) -> Vec<String> {
        let released = self.release_time.map(|moment| format_time(Some(moment))).unwrap_or_default();
        vec![self.name.clone(), keeps(self), format_time(self.create_time), released, self.reason.clone()]
    }

    fn details(&self) -> Details {
        let details = Details::default()
            .with("hold", &self.name)
            .with("keeps", keeps(self))
            .with("reason", &self.reason)
            .with("created by", &self.created_by)
            .with("since", format_time(self.create_time));
        // A hold in force has nobody who released it, so these rows are left out together.
        let details = match self.release_time {
            Some(moment) => details
                .with("released", format_time(Some(moment)))
                .with("released by", &self.released_by)
                .with("released because", &self.release_reason),
            None => details,
        };
        details.with_receipt(self.receipt.as_ref())
    }
}

/// What the hold keeps: one application or the whole election.
fn keeps(hold: &v1::LegalHold) -> String {
    if hold.application.is_empty() { "the whole election".to_owned() } else { hold.application.clone() }
}
