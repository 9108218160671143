//! `accredit application`: for delegations, and for registrars who enter applications on paper.
//!
//! An application asks to accredit one person in one category, with one mission. A delegation files it as a draft and
//! submits it. The ministry then returns it or presents it to the commission, which reviews and decides.
//! Applications that came on paper belong to the registrar who entered them. A delegation can read them but not change
//! them.

pub mod content;
pub mod details;
pub mod paper;
pub mod roster;

use clap::{Args, Subcommand};
use wire::v1;

use self::content::Content;
use crate::application::paper::PaperArgs;
use crate::document::upload;
use crate::terminal::failure::Failure;
use crate::terminal::input::parse_pair;
use crate::terminal::proto_enum::{enum_label, enum_parser};
use crate::terminal::session::Session;

/// The subcommands of `accredit application`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Files an application as a draft (delegation.submitter, or cec.registrar for applications on paper).
    ///
    /// The election must be open, and the mission announced. Documents that you name are declared and uploaded in the
    /// same step. If an upload fails, the application stays filed; correct the file and upload it again.
    File {
        /// The mission, elections/ELECTION/missions/ORGANIZATION.
        mission: String,
        #[command(flatten)]
        paper: PaperArgs,
        #[command(flatten)]
        content: Content,
    },
    /// Replaces the content of an application (delegation.submitter, or cec.registrar for applications on paper).
    ///
    /// It must be a draft, returned by the ministry, or lapsed with a cutoff that was moved since. What no option names
    /// stays as it is.
    ///
    /// A document replaces the earlier one of the same kind. The documents are uploaded before the content is replaced.
    Update {
        /// The application's full name.
        application: String,
        /// The etag of the application as you read it. Without it, a terminal shows the application and asks you.
        #[arg(long)]
        etag: Option<String>,
        #[command(flatten)]
        paper: PaperArgs,
        #[command(flatten)]
        content: Content,
    },
    /// Submits an application (delegation.submitter, or cec.registrar for applications on paper).
    ///
    /// It must be a draft, returned by the ministry, or lapsed with a cutoff that was moved since.
    ///
    /// Submission is possible until the submission cutoff. An application on paper is in time if its note was received
    /// in time. All declared documents must be uploaded.
    Submit {
        /// The application's full name.
        application: String,
        /// The etag of the application as you read it. With it, a changed application is not submitted.
        #[arg(long)]
        etag: Option<String>,
    },
    /// Lists applications, the oldest first.
    ///
    /// You see what your role may read: a delegation its own, the ministry what was submitted, the commission what was
    /// presented. The options can be combined; only applications that match all of them are listed.
    List(List),
    /// Shows one application, and whether its accreditation is still in force.
    ///
    /// The output includes the etag, which decisions name. It also includes the questions of the last return with their
    /// answers.
    Show {
        /// The application's full name.
        application: String,
    },
    /// Withdraws an undecided application, at any time (delegation.submitter, or cec.registrar for applications on
    /// paper).
    ///
    /// To end an accreditation, use `accreditation withdraw`.
    ///
    /// It is possible after the cutoffs too. If the application was decided already, the error names what you can do
    /// instead.
    Withdraw {
        /// The application's full name.
        application: String,
        /// The reason. The ministry and the commission read it.
        #[arg(long)]
        reason: String,
    },
    /// Answers the commission's questions (delegation.submitter, or cec.registrar for applications on paper).
    ///
    /// The content options correct the application at the same time.
    ///
    /// It is also possible after the cutoffs. Every question needs an answer. The application keeps its place in the
    /// queue.
    Answer(Answer),
}

/// The options of `application list`.
#[derive(Debug, Default, Args)]
pub struct List {
    /// The election's code or name, for all applications that you may see; or the full name of one mission.
    parent: String,
    /// Lists only applications in this state.
    #[arg(long, value_parser = enum_parser::<v1::ApplicationState>())]
    state: Option<v1::ApplicationState>,
    /// Lists only applications of this category.
    #[arg(long, value_parser = enum_parser::<v1::Category>())]
    category: Option<v1::Category>,
    /// Lists only applications of the presentation with this number.
    #[arg(long, value_name = "N")]
    presentation: Option<u32>,
    /// Lists only applications of the decree with this number.
    #[arg(long, value_name = "N")]
    decree: Option<u32>,
    /// Lists only applications that came on paper (true), or only those that did not (false).
    #[arg(long, value_name = "true|false")]
    paper: Option<bool>,
    /// Lists only people with this text in a name, in upper or lower case. It searches the family, given, native,
    /// Kazakh and Russian names.
    #[arg(long, value_name = "TEXT")]
    find: Option<String>,
}

/// The options of `application answer`.
#[derive(Debug, Args)]
pub struct Answer {
    /// The application's full name.
    application: String,
    /// The answer about one field, as in person.birth_date=corrected. Give one for each question.
    #[arg(long = "answer", value_name = "FIELD=TEXT", value_parser = parse_pair, required = true)]
    answers: Vec<(String, String)>,
    #[command(flatten)]
    content: Content,
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let client = &session.client;
        let application = match self {
            Self::List(list) => return list.run(session).await,
            Self::File { mission, paper, content } => {
                let (mut content, documents) = content.apply_to(v1::Application::default())?;
                paper.apply_to(&mut content);
                let request_id = session.request_id();
                let application = Some(content);
                let request =
                    v1::CreateApplicationRequest { request_id, parent: mission, application, validate_only: false };
                let filed = client.create_application(request).await?;
                if let Err(error) = upload(client, &filed.name, &documents).await {
                    let next = "correct the file, then upload it with `accredit application update --document`";
                    session.printer.message(&format!("{} is filed without all of its documents; {next}", filed.name));
                    return Err(error.report(session));
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
            Self::Show { application: name } => return details::show(session, name).await,
            Self::Withdraw { application: name, reason } => {
                let request = v1::WithdrawApplicationRequest { request_id: session.request_id(), name, reason };
                match client.withdraw_application(request.clone()).await {
                    Ok(withdrawn) => withdrawn,
                    Err(error) => return Err(suggest_alternative(session, &request.name, error).await.into()),
                }
            }
            Self::Answer(answer) => answer.run(session).await?,
        };
        session.printer.print(&application)
    }
}

/// Names what the delegation can do instead, if it tried to withdraw an application that was decided.
///
/// The service lists the verbs that the state allows. They belong to the commission, so they mislead a delegation.
async fn suggest_alternative(session: &Session, name: &str, error: client::Error) -> client::Error {
    let client::Error::Refused(mut refusal) = error else { return error };
    let instead = match refusal.metadata.get("state").map(String::as_str) {
        Some("ACCREDITED") => {
            let read = session.client.get_application(v1::GetApplicationRequest { name: name.to_owned() }).await;
            let accreditation = read.map(|application| application.accreditation).unwrap_or_default();
            format!("use `accreditation withdraw {accreditation}` to end the accreditation")
        }
        Some("REFUSED") => format!("use `appeal file {name}` to appeal against the refusal"),
        _ => return client::Error::Refused(refusal),
    };
    // The message ends with the verbs that the state allows. They are those of the commission, so they are cut off.
    let what = refusal.message.split("; allowed now").next().unwrap_or_default();
    refusal.message = format!("{what}; {instead}");
    refusal.metadata.remove("allowed");
    client::Error::Refused(refusal)
}

/// Applies the options to the application as the service has it now. The etag makes the service refuse if the
/// application changed since the caller read it.
async fn update(
    session: &Session,
    name: String,
    (content, paper): (Content, PaperArgs),
    etag: Option<String>,
) -> Result<v1::Application, Failure> {
    let etag = session.application_etag(etag, &name, "replace the content of").await?;
    let current = session.client.get_application(v1::GetApplicationRequest { name: name.clone() }).await?;
    let (mut content, documents) = content.apply_to(current)?;
    paper.apply_to(&mut content);
    upload(&session.client, &name, &documents).await.map_err(|error| error.report(session))?;
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
    /// Uploads new documents, then sends the answers.
    async fn run(self, session: &Session) -> Result<v1::Application, Failure> {
        let name = self.application;
        let application = if self.content.is_empty() {
            None
        } else {
            let current = session.client.get_application(v1::GetApplicationRequest { name: name.clone() }).await?;
            let (content, documents) = self.content.apply_to(current)?;
            upload(&session.client, &name, &documents).await.map_err(|error| error.report(session))?;
            Some(content)
        };
        let answers = self.answers.into_iter().map(|(field, text)| v1::Answer { field, text }).collect();
        let request = v1::AnswerQuestionsRequest { request_id: session.request_id(), name, answers, application };
        Ok(session.client.answer_questions(request).await?)
    }
}

impl List {
    /// Reads all pages, applies the search by name, and prints the list.
    async fn run(self, session: &Session) -> Result<(), Failure> {
        let request =
            v1::ListApplicationsRequest { parent: self.parent_missions(), filter: self.filter(), ..Default::default() };
        let mut applications = session.client.all_applications(request).await?;
        if let Some(text) = &self.find {
            applications.retain(|application| application.person.as_ref().is_some_and(|person| has_name(person, text)));
        }
        let page = v1::ListApplicationsResponse { applications, ..Default::default() };
        session.printer.print_list(&page, &page.applications)
    }

    /// The missions to list: one, or with `-` all of an election.
    fn parent_missions(&self) -> String {
        if self.parent.contains("/missions/") {
            return self.parent.clone();
        }
        format!("{}/missions/-", crate::terminal::input::full_name("elections", &self.parent))
    }

    /// The filter for the service. The search by name is not part of it, because the service stores names encrypted.
    fn filter(&self) -> String {
        let terms = [
            self.state.map(|state| format!("state = {}", enum_label::<v1::ApplicationState>(state.into()))),
            self.category.map(|category| format!("category = {}", enum_label::<v1::Category>(category.into()))),
            self.presentation.map(|number| format!("presentation = {number}")),
            self.decree.map(|number| format!("decree = {number}")),
            self.paper.map(|paper| format!("paper = {paper}")),
        ];
        terms.into_iter().flatten().collect::<Vec<_>>().join(" AND ")
    }
}

/// Whether one of the person's names contains the text, in upper or lower case.
fn has_name(person: &v1::Person, text: &str) -> bool {
    // A search for "family given" must match too, as lists print the names in that order.
    let whole = format!("{} {}", person.family_name, person.given_name);
    let names = [&whole, &person.native_name, &person.name_kk, &person.name_ru];
    let text = text.trim().to_lowercase();
    names.into_iter().any(|name| name.to_lowercase().contains(&text))
}

impl Session {
    /// The names of all applications of an election in one state, the oldest first.
    pub async fn list_application_names(
        &self,
        election: &str,
        state: v1::ApplicationState,
    ) -> Result<Vec<String>, Failure> {
        let list = List { parent: election.to_owned(), state: Some(state), ..List::default() };
        let request =
            v1::ListApplicationsRequest { parent: list.parent_missions(), filter: list.filter(), ..Default::default() };
        let applications = self.client.all_applications(request).await?;
        Ok(applications.into_iter().map(|application| application.name).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A mission is listed by its own name; an election by the wildcard for all missions.
    #[test]
    fn the_filter_joins_the_given_options() {
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
        assert_eq!(list.parent_missions(), "elections/kz-2019/missions/-");
        list.parent = "elections/kz-2019/missions/osce".to_owned();
        assert_eq!(list.parent_missions(), "elections/kz-2019/missions/osce");
    }

    /// Names in Latin, Kazakh and Russian letters are searched, in part or in full, but no other field.
    #[test]
    fn the_search_finds_any_name() {
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
            assert!(has_name(&person, text), "{text}");
        }
        for text in ["kaz", "specimen alia", "Ивана"] {
            assert!(!has_name(&person, text), "{text}");
        }
    }
}
