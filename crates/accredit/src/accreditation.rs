//! `accredit accreditation`: what decrees have accredited.

use clap::Subcommand;
use wire::v1;

use crate::failure::Failure;
use crate::input::full_name;
use crate::screen::{Facts, Resource};
use crate::session::Session;
use crate::words::{time, word};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Shows one accreditation.
    Show {
        /// The accreditation, elections/ELECTION/accreditations/N.
        accreditation: String,
    },
    /// Lists an election's accreditations.
    List {
        /// The election's code or name.
        election: String,
    },
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Show { accreditation: name } => {
                let found = session.client.get_accreditation(v1::GetAccreditationRequest { name }).await?;
                session.screen.show(&found)
            }
            Self::List { election } => {
                let parent = full_name("elections", &election);
                let request = v1::ListAccreditationsRequest { parent, ..Default::default() };
                let accreditations = session.client.all_accreditations(request).await?;
                let page = v1::ListAccreditationsResponse { accreditations, ..Default::default() };
                session.screen.list(&page, &page.accreditations)
            }
        }
    }
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
        Facts::default()
            .and("accreditation", &self.name)
            .and("state", word::<v1::AccreditationState>(self.state))
            .and("category", word::<v1::Category>(self.category))
            .and("application", &self.application)
            .and("decree", &self.decree)
            .and("recommended by", &self.recommended_by)
            .and("adopted by", &self.adopted_by)
            .and("accredited", time(self.accredit_time))
    }
}
