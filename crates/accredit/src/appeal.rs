//! `accredit appeal`: appeals against decisions, and the decisions about them.
//!
//! A delegation can appeal once against each refusal, revocation or annulment. A reviewer who took no part in the
//! decision decides the appeal.
//! If an appeal against a refusal is upheld, the application is in review again. If one against an ending is upheld, a
//! proposal to reinstate the accreditation waits for a decree.

use clap::{ArgGroup, Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::proto_enum::enum_label;
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The subcommands of `accredit appeal`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Appeals against a refusal, a revocation or an annulment (delegation.submitter).
    ///
    /// Each decision can be appealed once.
    File {
        /// The application's full name.
        application: String,
        /// Why the decision is wrong. The commission and the ministry read it.
        #[arg(long)]
        text: String,
    },
    /// Shows one appeal.
    ///
    /// The output has the decision that it is against, and the outcome once there is one.
    Show {
        /// The appeal, elections/ELECTION/appeals/UUID.
        appeal: String,
    },
    /// Lists an election's appeals.
    ///
    /// They come in the order in which they were filed. A delegation sees its own only.
    List {
        /// The election's code or name.
        election: String,
    },
    /// Decides an appeal (cec.reviewer).
    ///
    /// You must have taken no part in the decision that the appeal is about. Nobody can undo it.
    Decide(Decide),
}

/// The options of `appeal decide`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("outcome").required(true).args(["uphold", "dismiss"]))]
pub struct Decide {
    /// The appeal, elections/ELECTION/appeals/UUID.
    appeal: String,
    /// Upholds the appeal: the decision is set aside.
    #[arg(long)]
    uphold: bool,
    /// Dismisses the appeal: the decision stands.
    #[arg(long)]
    dismiss: bool,
    /// The reason. The delegation reads it.
    #[arg(long)]
    text: String,
    /// Decides without a question. Without it, a terminal shows the appeal and asks you.
    #[arg(long)]
    yes: bool,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        match self {
            Self::File { application: name, text } => {
                let request = v1::FileAppealRequest { request_id: session.request_id(), name, text };
                printer.print(&client.file_appeal(request).await?)
            }
            Self::Show { appeal: name } => printer.print(&client.get_appeal(v1::GetAppealRequest { name }).await?),
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let appeals = client.all_appeals(v1::ListAppealsRequest { parent, ..Default::default() }).await?;
                let page = v1::ListAppealsResponse { appeals, ..Default::default() };
                printer.print_list(&page, &page.appeals)
            }
            Self::Decide(decide) => decide.run(session).await,
        }
    }
}

impl Decide {
    /// Asks, then sends the decision.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self { appeal: name, uphold, dismiss: _, text, yes } = self;
        let (outcome, verb) = match uphold {
            true => (v1::AppealOutcome::Uphold, "uphold"),
            false => (v1::AppealOutcome::Dismiss, "dismiss"),
        };
        let read = session.client.get_appeal(v1::GetAppealRequest { name: name.clone() });
        let question = format!("nobody can change the decision on an appeal afterwards: {verb} this");
        session.confirm(yes, read, |appeal| (appeal.details(), question)).await?;
        let (request_id, outcome) = (session.request_id(), outcome.into());
        let request = v1::DecideAppealRequest { request_id, name, outcome, text };
        session.printer.print(&session.client.decide_appeal(request).await?)
    }
}

impl Printable for v1::Appeal {
    const HEADINGS: &'static [&'static str] = &["APPEAL", "STATE", "FILED", "DECREE", "APPLICATION"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            enum_label::<v1::AppealState>(self.state).to_owned(),
            format_time(self.file_time),
            self.decree.clone(),
            self.application.clone(),
        ]
    }

    fn details(&self) -> Details {
        Details::default()
            .with("appeal", &self.name)
            .with("state", enum_label::<v1::AppealState>(self.state))
            .with("against", &self.decree)
            .with("application", &self.application)
            .with("accreditation", &self.accreditation)
            .with("text", &self.text)
            .with("filed by", &self.filed_by)
            .with("filed", format_time(self.file_time))
            .with("decision", &self.decision_text)
            .with("decided by", &self.decided_by)
            .with("decided", format_time(self.decide_time))
            .with_receipt(self.receipt.as_ref())
    }
}
