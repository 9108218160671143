//! `accredit presentation`: the ministry returns, or presents to the commission.

use clap::{ArgGroup, Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{Listed, full_name, question};
use crate::terminal::named::by_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::time;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Presents submitted applications under a note's number: all of them or none (mfa.officer).
    Create(Create),
    /// Returns a submitted application to its delegation (mfa.officer).
    Return(Return),
    /// Shows one presentation.
    Show {
        /// The presentation, elections/ELECTION/presentations/N.
        presentation: String,
    },
    /// Lists an election's presentations.
    List {
        /// The election's code or name.
        election: String,
    },
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("items").required(true).args(["applications", "from", "all_submitted"]))]
pub struct Create {
    /// The election's code or name.
    election: String,
    /// The number of the ministry's note.
    #[arg(long, value_name = "NUMBER")]
    note: String,
    #[command(flatten)]
    listed: Listed,
    /// Presents everything that is submitted, oldest first.
    #[arg(long)]
    all_submitted: bool,
    /// How many people the note itself says it lists; another number is refused.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    expected_count: i32,
}

#[derive(Debug, Args)]
pub struct Return {
    /// The application's full name.
    application: String,
    /// What is wrong with which field, as in person.passport.expiry_date=expired:renew it; may be repeated.
    /// Reasons: missing, illegible, mismatch, expired, unclear.
    #[arg(long = "question", value_name = "FIELD=REASON[:TEXT]", value_parser = question, required = true)]
    questions: Vec<v1::Question>,
    /// The etag of the application as you read it; at a terminal it is shown instead, and you are asked.
    #[arg(long)]
    etag: Option<String>,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Return(back) => back.run(session).await,
            Self::Show { presentation: name } => {
                screen.show(&client.get_presentation(v1::GetPresentationRequest { name }).await?)
            }
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let request = v1::ListPresentationsRequest { parent, ..Default::default() };
                let presentations = client.all_presentations(request).await?;
                let page = v1::ListPresentationsResponse { presentations, ..Default::default() };
                screen.list(&page, &page.presentations)
            }
        }
    }
}

impl Create {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let parent = full_name("elections", &self.election);
        let applications = match self.all_submitted {
            true => session.names_of_all(&parent, v1::ApplicationState::Submitted).await?,
            false => self.listed.names()?,
        };
        let named = applications.clone();
        let presentation = v1::Presentation { note_number: self.note, applications, ..Default::default() };
        let request = v1::CreatePresentationRequest {
            request_id: session.request_id(),
            parent,
            presentation: Some(presentation),
            expected_count: self.expected_count,
        };
        let presented = session.client.create_presentation(request).await;
        session.screen.show(&presented.map_err(|error| by_name(error, &[("applications", &named)]))?)
    }
}

impl Return {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let etag = session.application_etag(self.etag, &self.application, "return").await?;
        let request = v1::ReturnApplicationRequest {
            request_id: session.request_id(),
            name: self.application,
            etag,
            questions: self.questions,
        };
        session.screen.show(&session.client.return_application(request).await?)
    }
}

impl Resource for v1::Presentation {
    const HEADINGS: &'static [&'static str] = &["PRESENTATION", "NOTE", "PEOPLE", "PRESENTED", "BY"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.note_number.clone(),
            self.applications.len().to_string(),
            time(self.create_time),
            self.presented_by.clone(),
        ]
    }

    fn facts(&self) -> Facts {
        let facts = Facts::default()
            .and("presentation", &self.name)
            .and("note", &self.note_number)
            .and("presented by", &self.presented_by)
            .and("presented", time(self.create_time))
            .and_receipt(self.receipt.as_ref())
            .and("people", self.applications.len());
        let places = 1..;
        places.zip(&self.applications).fold(facts, |facts, (place, name)| facts.and(place.to_string(), name))
    }
}
