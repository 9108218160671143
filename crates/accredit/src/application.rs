//! `accredit application`: the delegation's side, and a registrar's for what came on paper.

pub mod content;
pub mod paper;
pub mod roster;
pub mod show;

use clap::{Args, Subcommand};
use wire::v1;

use self::content::Content;
use crate::application::paper::Paper;
use crate::document::upload;
use crate::terminal::failure::Failure;
use crate::terminal::input::pair;
use crate::terminal::session::Session;
use crate::terminal::words::{one_of, word};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Files an application as a draft (delegation.submitter, or cec.registrar for what came on paper).
    File {
        /// The mission, elections/ELECTION/missions/ORGANIZATION.
        mission: String,
        #[command(flatten)]
        paper: Paper,
        #[command(flatten)]
        content: Content,
    },
    /// Replaces the content of a draft, a returned application, or one that has lapsed and whose cutoff was moved
    /// since; what no flag names stays as it is (delegation.submitter, or cec.registrar for what came on paper).
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
    /// Submits a draft, or submits again what the ministry returned, or what has lapsed and whose cutoff was moved
    /// since (delegation.submitter, or cec.registrar for what came on paper).
    Submit {
        /// The application's full name.
        application: String,
        /// Refuses to submit if the application has changed since it had this etag.
        #[arg(long)]
        etag: Option<String>,
    },
    /// Lists applications, oldest first.
    List(List),
    /// Shows one application, and what has become of its accreditation.
    Show {
        /// The application's full name.
        application: String,
    },
    /// Withdraws an undecided application, at any time (delegation.submitter, or cec.registrar for what came on paper).
    Withdraw {
        /// The application's full name.
        application: String,
        /// Why; the ministry and the commission read it.
        #[arg(long)]
        reason: String,
    },
    /// Answers the commission's questions, and mends the content if a flag says how (delegation.submitter, or
    /// cec.registrar for what came on paper).
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
    /// Only those of people with this in a name of theirs, in upper or lower case: it looks at the family, given, native,
    /// Kazakh and Russian names and at nothing else.
    #[arg(long, value_name = "TEXT")]
    find: Option<String>,
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
            Self::Show { application: name } => return show::show(session, name).await,
            Self::Withdraw { application: name, reason } => {
                let request = v1::WithdrawApplicationRequest { request_id: session.request_id(), name, reason };
                match client.withdraw_application(request.clone()).await {
                    Ok(withdrawn) => withdrawn,
                    Err(error) => return Err(decided(session, &request.name, error).await.into()),
                }
            }
            Self::Answer(answer) => answer.run(session).await?,
        };
        session.screen.show(&application)
    }
}

/// The same refusal, but of what is decided it names what its delegation can do instead, and not the verbs of others.
async fn decided(session: &Session, name: &str, error: client::Error) -> client::Error {
    let client::Error::Refused(mut refusal) = error else { return error };
    let instead = match refusal.metadata.get("state").map(String::as_str) {
        Some("ACCREDITED") => {
            let read = session.client.get_application(v1::GetApplicationRequest { name: name.to_owned() }).await;
            let accreditation = read.map(|application| application.accreditation).unwrap_or_default();
            format!("the accreditation can, by `accreditation withdraw {accreditation}`")
        }
        Some("REFUSED") => format!("against a refusal there is `appeal file {name}`"),
        _ => return client::Error::Refused(refusal),
    };
    let what = refusal.message.split("; allowed now").next().unwrap_or_default();
    refusal.message = format!("{what}; {instead}");
    refusal.metadata.remove("allowed");
    client::Error::Refused(refusal)
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
        let mut applications = session.client.all_applications(request).await?;
        if let Some(text) = &self.find {
            applications.retain(|application| application.person.as_ref().is_some_and(|one| is_called(one, text)));
        }
        let page = v1::ListApplicationsResponse { applications, ..Default::default() };
        session.screen.list(&page, &page.applications)
    }

    fn missions(&self) -> String {
        if self.parent.contains("/missions/") {
            return self.parent.clone();
        }
        format!("{}/missions/-", crate::terminal::input::full_name("elections", &self.parent))
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

/// Whether a name of a person's has this in it, in whichever case.
fn is_called(person: &v1::Person, text: &str) -> bool {
    let whole = format!("{} {}", person.family_name, person.given_name);
    let names = [&whole, &person.native_name, &person.name_kk, &person.name_ru];
    let text = text.trim().to_lowercase();
    names.into_iter().any(|name| name.to_lowercase().contains(&text))
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
            find: None,
        };
        assert_eq!(list.filter(), "state = IN_REVIEW AND category = DRIVER AND presentation = 3 AND paper = true");
        assert_eq!(list.missions(), "elections/kz-2019/missions/-");
        list.parent = "elections/kz-2019/missions/osce".to_owned();
        assert_eq!(list.missions(), "elections/kz-2019/missions/osce");
    }

    #[test]
    fn people_are_found_by_any_of_their_names() {
        let person = v1::Person {
            family_name: "SPECIMEN".to_owned(),
            given_name: "ALIYA".to_owned(),
            native_name: "Äliia Spésimen".to_owned(),
            name_kk: "Әлия Үлгі".to_owned(),
            name_ru: "Алия Образец".to_owned(),
            nationality: "KAZ".to_owned(),
            ..Default::default()
        };
        for text in ["specimen", "Aliya", "specimen aliya", "SPÉSI", "әлия", "ҮЛГІ", "образец", " ali "]
        {
            assert!(is_called(&person, text), "{text}");
        }
        for text in ["kaz", "specimen alia", "Ивана"] {
            assert!(!is_called(&person, text), "{text}");
        }
    }
}
