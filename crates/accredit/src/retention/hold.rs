//! `accredit hold`: what is kept beyond its retention.

use clap::Subcommand;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::time;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Keeps one application, or everything of an election, until the hold is released (cec.registrar).
    Create {
        /// The election's code or name.
        election: String,
        /// The full name of the application to keep; the whole election without it.
        #[arg(long, value_name = "NAME")]
        application: Option<String>,
        /// Why, as for the appeal that is pending.
        #[arg(long)]
        reason: String,
    },
    /// Releases a hold; what was kept for long enough is erased at once (cec.registrar).
    Release {
        /// The hold, elections/ELECTION/legalHolds/UUID.
        hold: String,
        /// Why.
        #[arg(long)]
        reason: String,
    },
    /// Lists an election's holds, released ones too.
    List {
        /// The election's code or name.
        election: String,
    },
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        match self {
            Self::Create { election, application, reason } => {
                let request = v1::CreateLegalHoldRequest {
                    request_id: session.request_id(),
                    parent: full_name("elections", &election),
                    application: application.unwrap_or_default(),
                    reason,
                };
                screen.show(&client.create_legal_hold(request).await?)
            }
            Self::Release { hold: name, reason } => {
                let request = v1::ReleaseLegalHoldRequest { request_id: session.request_id(), name, reason };
                screen.show(&client.release_legal_hold(request).await?)
            }
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let request = v1::ListLegalHoldsRequest { parent, ..Default::default() };
                let legal_holds = client.all_legal_holds(request).await?;
                let page = v1::ListLegalHoldsResponse { legal_holds, ..Default::default() };
                screen.list(&page, &page.legal_holds)
            }
        }
    }
}

impl Resource for v1::LegalHold {
    const HEADINGS: &'static [&'static str] = &["HOLD", "KEEPS", "SINCE", "RELEASED", "REASON"];

    fn cells(&self) -> Vec<String> {
        let released = self.release_time.map(|moment| time(Some(moment))).unwrap_or_default();
        vec![self.name.clone(), keeps(self), time(self.create_time), released, self.reason.clone()]
    }

    fn facts(&self) -> Facts {
        let facts = Facts::default()
            .and("hold", &self.name)
            .and("keeps", keeps(self))
            .and("reason", &self.reason)
            .and("created by", &self.created_by)
            .and("since", time(self.create_time));
        let facts = match self.release_time {
            Some(moment) => facts
                .and("released", time(Some(moment)))
                .and("released by", &self.released_by)
                .and("released because", &self.release_reason),
            None => facts,
        };
        facts.and_receipt(self.receipt.as_ref())
    }
}

fn keeps(hold: &v1::LegalHold) -> String {
    if hold.application.is_empty() { "the whole election".to_owned() } else { hold.application.clone() }
}
