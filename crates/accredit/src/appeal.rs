//! `accredit appeal`: what delegations bring against decisions.

use clap::{ArgGroup, Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{time, word};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Appeals against a refusal, or the revocation or annulment of an accreditation (delegation.submitter).
    File {
        /// The application's full name.
        application: String,
        /// Why the decision should not stand; the commission and the ministry read it.
        #[arg(long)]
        text: String,
    },
    /// Shows one appeal.
    Show {
        /// The appeal, elections/ELECTION/appeals/UUID.
        appeal: String,
    },
    /// Lists an election's appeals.
    List {
        /// The election's code or name.
        election: String,
    },
    /// Decides an appeal against a decision that you took no part in (cec.reviewer).
    Decide(Decide),
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("outcome").required(true).args(["uphold", "dismiss"]))]
pub struct Decide {
    /// The appeal, elections/ELECTION/appeals/UUID.
    appeal: String,
    /// The decision does not stand.
    #[arg(long)]
    uphold: bool,
    /// The decision stands.
    #[arg(long)]
    dismiss: bool,
    /// Why; the delegation reads it.
    #[arg(long)]
    text: String,
    /// Does it without asking; at a terminal you are shown the appeal, and asked.
    #[arg(long)]
    yes: bool,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        match self {
            Self::File { application: name, text } => {
                let request = v1::FileAppealRequest { request_id: session.request_id(), name, text };
                screen.show(&client.file_appeal(request).await?)
            }
            Self::Show { appeal: name } => screen.show(&client.get_appeal(v1::GetAppealRequest { name }).await?),
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let appeals = client.all_appeals(v1::ListAppealsRequest { parent, ..Default::default() }).await?;
                let page = v1::ListAppealsResponse { appeals, ..Default::default() };
                screen.list(&page, &page.appeals)
            }
            Self::Decide(decide) => decide.run(session).await,
        }
    }
}

impl Decide {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { appeal: name, uphold, dismiss: _, text, yes } = self;
        let (outcome, verb) = match uphold {
            true => (v1::AppealOutcome::Uphold, "uphold"),
            false => (v1::AppealOutcome::Dismiss, "dismiss"),
        };
        let read = session.client.get_appeal(v1::GetAppealRequest { name: name.clone() });
        let question = format!("nobody changes what is decided on an appeal: {verb} this");
        session.confirmed(yes, read, |appeal| (appeal.facts(), question)).await?;
        let (request_id, outcome) = (session.request_id(), outcome.into());
        let request = v1::DecideAppealRequest { request_id, name, outcome, text };
        session.screen.show(&session.client.decide_appeal(request).await?)
    }
}

impl Resource for v1::Appeal {
    const HEADINGS: &'static [&'static str] = &["APPEAL", "STATE", "FILED", "DECREE", "APPLICATION"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            word::<v1::AppealState>(self.state).to_owned(),
            time(self.file_time),
            self.decree.clone(),
            self.application.clone(),
        ]
    }

    fn facts(&self) -> Facts {
        Facts::default()
            .and("appeal", &self.name)
            .and("state", word::<v1::AppealState>(self.state))
            .and("against", &self.decree)
            .and("application", &self.application)
            .and("accreditation", &self.accreditation)
            .and("text", &self.text)
            .and("filed by", &self.filed_by)
            .and("filed", time(self.file_time))
            .and("decision", &self.decision_text)
            .and("decided by", &self.decided_by)
            .and("decided", time(self.decide_time))
            .and_receipt(self.receipt.as_ref())
    }
}
