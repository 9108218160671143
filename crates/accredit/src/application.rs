//! `accredit application`: the delegation's side, and a registrar's for what came on paper.

pub mod content;
pub mod show;

use clap::{Args, Subcommand};
use wire::v1;

use self::content::Content;
use crate::document::upload;
use crate::failure::Failure;
use crate::input::pair;
use crate::paper::Paper;
use crate::session::Session;
use crate::words::{one_of, word};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Files an application as a draft.
    File {
        /// The mission, elections/ELECTION/missions/ORGANIZATION.
        mission: String,
        #[command(flatten)]
        paper: Paper,
        #[command(flatten)]
        content: Content,
    },
    /// Replaces the content of a draft, a returned application, or one that has lapsed and whose cutoff was moved since;
    /// what no flag names stays as it is.
    Update {
        /// The application's full name.
        application: String,
        /// The etag of the application as you read it; at a terminal it is shown instead, and you are asked.
        #[arg(long)]
        etag: Option<String>,
        #[command(flatten)]
        paper: Paper,
        #[command(flatten)]
        content: Content,
    },
    /// Submits a draft, or submits again what the ministry returned, or what has lapsed and whose cutoff was moved since.
    Submit {
        /// The application's full name.
        application: String,
        /// Refuses to submit if the application has changed since it had this etag.
        #[arg(long)]
        etag: Option<String>,
    },
    /// Lists applications, oldest first.
    List(List),
    /// Shows one application.
    Show {
        /// The application's full name.
        application: String,
    },
    /// Withdraws an undecided application, at any time.
    Withdraw {
        /// The application's full name.
        application: String,
        /// Why; the ministry and the commission read it.
        #[arg(long)]
        reason: String,
    },
    /// Answers the commission's questions, and mends the content if a flag says how.
    Answer(Answer),
}

#[derive(Debug, Default, Args)]
pub struct List {
    /// The election's code or name for all that you may see, or a mission's full name.
    parent: String,
    /// Only those in this state.
    #[arg(long, value_parser = one_of::<v1::ApplicationState>())]
    state: Option<v1::ApplicationState>,
    /// Only those of this category.
    #[arg(long, value_parser = one_of::<v1::Category>())]
    category: Option<v1::Category>,
    /// Only those of the presentation with this number.
    #[arg(long, value_name = "N")]
    presentation: Option<u32>,
    /// Only those of the decree with this number.
    #[arg(long, value_name = "N")]
    decree: Option<u32>,
    /// Only those that came on paper, or only those that did not.
    #[arg(long, value_name = "true|false")]
    paper: Option<bool>,
}

#[derive(Debug, Args)]
pub struct Answer {
    /// The application's full name.
    application: String,
    /// The answer about one field, as in person.birth_date=corrected; one for every question.
    #[arg(long = "answer", value_name = "FIELD=TEXT", value_parser = pair, required = true)]
    answers: Vec<(String, String)>,
    #[command(flatten)]
    content: Content,
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let client = &session.client;
        let application = match self {
            Self::List(list) => return list.run(session).await,
            Self::File { mission, paper, content } => {
                let (mut content, scans) = content.onto(v1::Application::default())?;
                paper.onto(&mut content);
                let request_id = session.request_id();
                let application = Some(content);
                let request =
                    v1::CreateApplicationRequest { request_id, parent: mission, application, validate_only: false };
                let filed = client.create_application(request).await?;
                if let Err(error) = upload(client, &filed.name, &scans).await {
                    let next = "mend the file, then `accredit application update` with --document";
                    session.screen.note(&format!("{} is filed, but not all of its documents: {next}", filed.name));
                    return Err(error.told(session));
                }
                filed
            }
            Self::Update { application, paper, content, etag } => {
                update(session, application, (content, paper), etag).await?
            }
            Self::Submit { application: name, etag } => {
                let etag = etag.unwrap_or_default();
                let request = v1::SubmitApplicationRequest { request_id: session.request_id(), name, etag };
                client.submit_application(request).await?
            }
            Self::Show { application: name } => client.get_application(v1::GetApplicationRequest { name }).await?,
            Self::Withdraw { application: name, reason } => {
                let request = v1::WithdrawApplicationRequest { request_id: session.request_id(), name, reason };
                client.withdraw_application(request).await?
            }
            Self::Answer(answer) => answer.run(session).await?,
        };
        session.screen.show(&application)
    }
}

/// The flags go onto what the server holds now; the etag makes sure that it is what the caller knows.
async fn update(
    session: &Session,
    name: String,
    (content, paper): (Content, Paper),
    etag: Option<String>,
) -> Result<v1::Application, Failure> {
    let etag = session.application_etag(etag, &name, "replace the content of").await?;
    let current = session.client.get_application(v1::GetApplicationRequest { name: name.clone() }).await?;
    let (mut content, scans) = content.onto(current)?;
    paper.onto(&mut content);
    upload(&session.client, &name, &scans).await.map_err(|error| error.told(session))?;
    let request = v1::UpdateApplicationRequest {
        request_id: session.request_id(),
        name,
        etag,
        application: Some(content),
        validate_only: false,
    };
    Ok(session.client.update_application(request).await?)
}

impl Answer {
    async fn run(self, session: &Session) -> Result<v1::Application, Failure> {
        let name = self.application;
        let application = if self.content.is_empty() {
            None
        } else {
            let current = session.client.get_application(v1::GetApplicationRequest { name: name.clone() }).await?;
            let (content, scans) = self.content.onto(current)?;
            upload(&session.client, &name, &scans).await.map_err(|error| error.told(session))?;
            Some(content)
        };
        let answers = self.answers.into_iter().map(|(field, text)| v1::Answer { field, text }).collect();
        let request = v1::AnswerQuestionsRequest { request_id: session.request_id(), name, answers, application };
        Ok(session.client.answer_questions(request).await?)
    }
}

impl List {
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let request =
            v1::ListApplicationsRequest { parent: self.missions(), filter: self.filter(), ..Default::default() };
        let applications = session.client.all_applications(request).await?;
        let page = v1::ListApplicationsResponse { applications, ..Default::default() };
        session.screen.list(&page, &page.applications)
    }

    fn missions(&self) -> String {
        if self.parent.contains("/missions/") {
            return self.parent.clone();
        }
        format!("{}/missions/-", crate::input::full_name("elections", &self.parent))
    }

    fn filter(&self) -> String {
        let terms = [
            self.state.map(|state| format!("state = {}", word::<v1::ApplicationState>(state.into()))),
            self.category.map(|category| format!("category = {}", word::<v1::Category>(category.into()))),
            self.presentation.map(|number| format!("presentation = {number}")),
            self.decree.map(|number| format!("decree = {number}")),
            self.paper.map(|paper| format!("paper = {paper}")),
        ];
        terms.into_iter().flatten().collect::<Vec<_>>().join(" AND ")
    }
}

impl Session {
    /// The names of an election's applications in one state, oldest first.
    pub async fn names_of_all(&self, election: &str, state: v1::ApplicationState) -> Result<Vec<String>, Failure> {
        let list = List { parent: election.to_owned(), state: Some(state), ..List::default() };
        let request =
            v1::ListApplicationsRequest { parent: list.missions(), filter: list.filter(), ..Default::default() };
        let applications = self.client.all_applications(request).await?;
        Ok(applications.into_iter().map(|application| application.name).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_joins_what_is_given() {
        let mut list = List {
            parent: "kz-2019".to_owned(),
            state: Some(v1::ApplicationState::InReview),
            category: Some(v1::Category::Driver),
            presentation: Some(3),
            decree: None,
            paper: Some(true),
        };
        assert_eq!(list.filter(), "state = IN_REVIEW AND category = DRIVER AND presentation = 3 AND paper = true");
        assert_eq!(list.missions(), "elections/kz-2019/missions/-");
        list.parent = "elections/kz-2019/missions/osce".to_owned();
        assert_eq!(list.missions(), "elections/kz-2019/missions/osce");
    }
}
