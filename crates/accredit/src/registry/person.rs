//! `accredit person`: who holds the keys of principals.

use clap::{Args, Subcommand};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::time;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Registers a person, before any principal whose key they hold (cec.registrar).
    Create(Create),
    /// Shows one person (cec.registrar, auditor).
    Show {
        /// The person's id or name, as in aliya or people/aliya.
        person: String,
    },
    /// Lists all people, in the order of their ids (cec.registrar, auditor).
    List,
}

#[derive(Debug, Args)]
pub struct Create {
    /// The last part of the name, as in aliya; events say by it who acted.
    id: String,
    /// The person's name as in an identity document.
    #[arg(long, value_name = "TEXT")]
    full_name: String,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let (client, screen) = (&session.client, session.screen);
        match self {
            Self::Create(Create { id: person_id, full_name }) => {
                let person = Some(v1::RegisteredPerson { full_name, ..Default::default() });
                let request = v1::CreatePersonRequest { request_id: session.request_id(), person_id, person };
                screen.show(&client.create_person(request).await?)
            }
            Self::Show { person } => {
                let request = v1::GetPersonRequest { name: full_name("people", &person) };
                screen.show(&client.get_person(request).await?)
            }
            Self::List => {
                let people = client.all_people(v1::ListPeopleRequest::default()).await?;
                let page = v1::ListPeopleResponse { people, ..Default::default() };
                screen.list(&page, &page.people)
            }
        }
    }
}

impl Resource for v1::RegisteredPerson {
    const HEADINGS: &'static [&'static str] = &["PERSON", "FULL NAME", "REGISTERED"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.full_name.clone(), time(self.create_time)]
    }

    fn facts(&self) -> Facts {
        Facts::default()
            .and("person", &self.name)
            .and("full name", &self.full_name)
            .and("registered", time(self.create_time))
            .and_receipt(self.receipt.as_ref())
    }
}
