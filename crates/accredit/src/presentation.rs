//! `accredit presentation`: the ministry returns applications to delegations, or presents them to the commission.
//!
//! A presentation is the numbered list of people that the ministry sends to the commission with a note verbale. Its
//! order is the order of the review queue.

use clap::{ArgGroup, Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{ApplicationArgs, full_name, parse_question};
use crate::terminal::item_names::with_item_names;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The subcommands of `accredit presentation`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Presents submitted applications under a note verbale: all of them or none (mfa.officer).
    ///
    /// The order of the list becomes the order of the review queue.
    Create(Create),
    /// Returns a submitted application to its delegation (mfa.officer).
    ///
    /// The delegation corrects the fields that you ask about and submits the application again.
    Return(Return),
    /// Shows one presentation.
    ///
    /// It lists the names of the applications in their order.
    Show {
        /// The presentation, elections/ELECTION/presentations/N.
        presentation: String,
    },
    /// Lists an election's presentations.
    ///
    /// They come in the order of their numbers.
    List {
        /// The election's code or name.
        election: String,
    },
}

/// The options of `presentation create`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("items").required(true).args(["applications", "from", "all_submitted"]))]
pub struct Create {
    /// The election's code or name.
    election: String,
    /// The number of the ministry's note verbale.
    #[arg(long, value_name = "NUMBER")]
    note: String,
    #[command(flatten)]
    application_args: ApplicationArgs,
    /// Presents every submitted application of the election, the oldest first.
    #[arg(long)]
    all_submitted: bool,
    /// The number of people that the note announces. The service refuses if the list has another number.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    expected_count: i32,
}

/// The options of `presentation return`.
#[derive(Debug, Args)]
pub struct Return {
    /// The application's full name.
    application: String,
    /// A question about one field, as in person.passport.expiry_date=expired:renew it. Repeat it for each field.
    /// Reasons: missing, illegible, mismatch, expired, unclear.
    #[arg(long = "question", value_name = "FIELD=REASON[:TEXT]", value_parser = parse_question, required = true)]
    questions: Vec<v1::Question>,
    /// The etag of the application as you read it. Without it, a terminal shows the application and asks you.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Return(return_args) => return_args.run(session).await,
            Self::Show { presentation: name } => {
                printer.print(&client.get_presentation(v1::GetPresentationRequest { name }).await?)
            }
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let request = v1::ListPresentationsRequest { parent, ..Default::default() };
                let presentations = client.all_presentations(request).await?;
                let page = v1::ListPresentationsResponse { presentations, ..Default::default() };
                printer.print_list(&page, &page.presentations)
            }
        }
    }
}

impl Create {
    /// Presents the applications. The service refuses all if one of them cannot be presented.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let parent = full_name("elections", &self.election);
        let applications = match self.all_submitted {
            true => session.list_application_names(&parent, v1::ApplicationState::Submitted).await?,
            false => self.application_args.read_names()?,
        };
        // The request takes the names, and a refusal needs them again.
        let named = applications.clone();
        let presentation = v1::Presentation { note_number: self.note, applications, ..Default::default() };
        let request = v1::CreatePresentationRequest {
            request_id: session.request_id(),
            parent,
            presentation: Some(presentation),
            expected_count: self.expected_count,
        };
        let presented = session.client.create_presentation(request).await;
        session.printer.print(&presented.map_err(|error| with_item_names(error, &[("applications", &named)]))?)
    }
}

impl Return {
    /// Returns the application with the questions.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let etag = session.application_etag(self.etag, &self.application, "return").await?;
        let request = v1::ReturnApplicationRequest {
            request_id: session.request_id(),
            name: self.application,
            etag,
            questions: self.questions,
        };
        session.printer.print(&session.client.return_application(request).await?)
    }
}

impl Printable for v1::Presentation {
    const HEADINGS: &'static [&'static str] = &["PRESENTATION", "NOTE", "PEOPLE", "PRESENTED", "BY"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.note_number.clone(),
            self.applications.len().to_string(),
            format_time(self.create_time),
            self.presented_by.clone(),
        ]
    }

    fn details(&self) -> Details {
        let details = Details::default()
            .with("presentation", &self.name)
            .with("note", &self.note_number)
            .with("presented by", &self.presented_by)
            .with("presented", format_time(self.create_time))
            .with_receipt(self.receipt.as_ref())
            .with("people", self.applications.len());
        let places = 1..;
        places.zip(&self.applications).fold(details, |details, (place, name)| details.with(place.to_string(), name))
    }
}
