//! `accredit person`: the people who hold the keys of principals.
//!
//! A person is registered apart from principals, so that two certificates of one person never count as two people.

use clap::{Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::printer::{Details, Printable};
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The subcommands of `accredit person`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Registers a person (cec.registrar).
    ///
    /// Do this before `principal create` for any key that the person holds.
    Create(Create),
    /// Shows one person (cec.registrar, auditor).
    ///
    /// It shows the full name and when the person was registered.
    Show {
        /// The person's id or name, as in aliya or people/aliya.
        person: String,
    },
    /// Lists all people in the order of their ids (cec.registrar, auditor).
    List,
}

/// The options of `person create`.
#[derive(Debug, Args)]
pub struct Create {
    /// The id, which becomes the last part of the name, as in aliya. Events name the person by it.
    id: String,
    /// The person's full name, as in an identity document.
    #[arg(long, value_name = "TEXT")]
    full_name: String,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, printer) = (&session.client, session.printer);
        match self {
            // The field hides the function `full_name`, which this branch does not need.
            Self::Create(Create { id: person_id, full_name }) => {
                let person = Some(v1::RegisteredPerson { full_name, ..Default::default() });
                let request = v1::CreatePersonRequest { request_id: session.request_id(), person_id, person };
                printer.print(&client.create_person(request).await?)
            }
            Self::Show { person } => {
                let request = v1::GetPersonRequest { name: full_name("people", &person) };
                printer.print(&client.get_person(request).await?)
            }
            Self::List => {
                let people = client.all_people(v1::ListPeopleRequest::default()).await?;
                let page = v1::ListPeopleResponse { people, ..Default::default() };
                printer.print_list(&page, &page.people)
            }
        }
    }
}

impl Printable for v1::RegisteredPerson {
    const HEADINGS: &'static [&'static str] = &["PERSON", "FULL NAME", "REGISTERED"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.full_name.clone(), format_time(self.create_time)]
    }

    fn details(&self) -> Details {
        Details::default()
            .with("person", &self.name)
            .with("full name", &self.full_name)
            .with("registered", format_time(self.create_time))
            .with_receipt(self.receipt.as_ref())
    }
}
