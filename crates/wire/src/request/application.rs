//! `ApplicationService`.

use domain::application::PaperDraft;
use domain::application::content::Filing;
use domain::policy::Action;
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::name::{AccreditationName, ApplicationName, ElectionName, MissionName};
use domain::vocabulary::personal::Personal;

use super::{ApplicationFilter, Page, RequestKey, read_name, read_page, request_key};
use crate::convert::application;
use crate::violations::Violations;
use crate::{rules, v1};

/// Files an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateApplication {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The mission.
    pub mission: MissionName,
    /// What the application says about the person.
    pub filing: Filing,
    /// The paper that it came on; none if the delegation entered it.
    pub paper: Option<PaperDraft>,
    /// The accreditation that it replaces, if it replaces one.
    pub replaces: Option<AccreditationName>,
    /// Whether the service only checks the request and changes nothing.
    pub validate_only: bool,
}

/// Reads the request of `ApplicationService/CreateApplication`.
pub fn create_application(request: v1::CreateApplicationRequest) -> Result<CreateApplication, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::CreateApplication, &request, &request.request_id, &mut violations);
    let v1::CreateApplicationRequest { request_id: _, parent, application, validate_only } = request;
    let parent = violations.parse(&parent, "parent");
    let application = violations.require(application, "application");
    let new_content = application.and_then(|message| read_application_input(message, &mut violations));
    violations.finish(|| {
        let (filing, paper, replaces) = new_content?;
        Some(CreateApplication { key: key?, mission: parent?, filing, paper, replaces, validate_only })
    })
}

/// Replaces the content of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateApplication {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// The new content.
    pub filing: Filing,
    /// The paper that it came on, if the caller changes it.
    pub paper: Option<PaperDraft>,
    /// The accreditation that it replaces, if it replaces one.
    pub replaces: Option<AccreditationName>,
    /// Whether the service only checks the request and changes nothing.
    pub validate_only: bool,
}

/// Reads the request of `ApplicationService/UpdateApplication`.
pub fn update_application(request: v1::UpdateApplicationRequest) -> Result<UpdateApplication, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::UpdateApplication, &request, &request.request_id, &mut violations);
    let v1::UpdateApplicationRequest { request_id: _, name, etag, application, validate_only } = request;
    let name = violations.parse(&name, "name");
    let application = violations.require(application, "application");
    let new_content = application.and_then(|message| read_application_input(message, &mut violations));
    violations.finish(|| {
        let (filing, paper, replaces) = new_content?;
        Some(UpdateApplication { key: key?, application: name?, etag, filing, paper, replaces, validate_only })
    })
}

/// The parts of an application that a caller sets: the content, the paper, and the accreditation that it replaces.
pub type ApplicationInput = (Filing, Option<PaperDraft>, Option<AccreditationName>);

/// Reads the parts of an application that a caller sets.
pub(super) fn read_application_input(
    mut message: v1::Application,
    violations: &mut Violations,
) -> Option<ApplicationInput> {
    let replaces = match std::mem::take(&mut message.replaces) {
        name if name.is_empty() => Some(None),
        name => violations.parse(&name, "application.replaces").map(Some),
    };
    let paper = application::paper(message.paper.take(), "application.paper", violations);
    let filing = application::filing(message, "application", violations);
    Some((filing?, paper?, replaces?))
}

/// Submits an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitApplication {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The etag that the caller read; none if the caller does not want it compared.
    pub etag: Option<String>,
}

/// Reads the request of `ApplicationService/SubmitApplication`.
pub fn submit_application(request: v1::SubmitApplicationRequest) -> Result<SubmitApplication, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::SubmitApplication, &request, &request.request_id, &mut violations);
    let v1::SubmitApplicationRequest { request_id: _, name, etag } = request;
    let name = violations.parse(&name, "name");
    violations
        .finish(|| Some(SubmitApplication { key: key?, application: name?, etag: (!etag.is_empty()).then_some(etag) }))
}

/// Answers the commission's questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerQuestions {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The answers, as pairs of the field and the text.
    pub answers: Personal<Vec<(String, String)>>,
    /// The new content with the paper and the replaced accreditation; none if the caller changes none of them.
    pub filing: Option<ApplicationInput>,
}

/// Reads the request of `ApplicationService/AnswerQuestions`.
pub fn answer_questions(request: v1::AnswerQuestionsRequest) -> Result<AnswerQuestions, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::AnswerQuestions, &request, &request.request_id, &mut violations);
    let v1::AnswerQuestionsRequest { request_id: _, name, answers, application } = request;
    let name = violations.parse(&name, "name");
    let answers = application::answers(answers, "answers", &mut violations);
    let filing = match application {
        Some(message) => read_application_input(message, &mut violations).map(Some),
        None => Some(None),
    };
    violations.finish(|| Some(AnswerQuestions { key: key?, application: name?, answers, filing: filing? }))
}

/// Withdraws an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawApplication {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The reason in the caller's words; may be empty.
    pub reason: Personal<String>,
}

/// Reads the request of `ApplicationService/WithdrawApplication`.
pub fn withdraw_application(request: v1::WithdrawApplicationRequest) -> Result<WithdrawApplication, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::WithdrawApplication, &request, &request.request_id, &mut violations);
    let v1::WithdrawApplicationRequest { request_id: _, name, reason } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(WithdrawApplication { key: key?, application: name?, reason: Personal::new(reason) }))
}

/// Reads the request of `ApplicationService/GetApplication`.
pub fn get_application(request: v1::GetApplicationRequest) -> Result<ApplicationName, Violations> {
    let v1::GetApplicationRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Lists applications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListApplications {
    /// The election.
    pub election: ElectionName,
    /// The organization of the mission; none for all missions that the caller may see.
    pub organization: Option<OrganizationCode>,
    /// Which applications are listed.
    pub filter: ApplicationFilter,
    /// Whether the list has the order of the queue; else the order of filing.
    pub in_queue: bool,
    /// The page that the caller asks for.
    pub page: Page,
}

/// Reads the request of `ApplicationService/ListApplications`.
pub fn list_applications(request: v1::ListApplicationsRequest) -> Result<ListApplications, Violations> {
    let mut violations = rules::check(&request);
    let v1::ListApplicationsRequest { parent, filter, page_size, page_token, order_by } = request;
    let in_queue = order_by == "queue";
    if !in_queue && !order_by.is_empty() {
        violations
            .add_if_absent("order_by", "must be `queue` for the order of the queue, or empty for the order of filing");
    }
    let of = format!("{parent} {filter}{}", if in_queue { " in queue" } else { "" });
    let page = read_page(Action::ListApplications, &of, (page_size, &page_token));
    let parent = missions(&parent, &mut violations);
    let filter = filter.parse().map_err(|expected: String| violations.add_if_absent("filter", expected)).ok();
    if let (Some((_, Some(of_mission))), Some(ApplicationFilter { organization: Some(other), .. })) = (&parent, &filter)
        && of_mission != other
    {
        violations
            .add_if_absent("filter", "must not have an organization other than that of the parent; remove the term");
    }
    violations.finish(|| {
        let (election, organization) = parent?;
        Some(ListApplications { election, organization, filter: filter?, in_queue, page })
    })
}

/// Reads the name of a mission, or of all missions of an election.
fn missions(parent: &str, violations: &mut Violations) -> Option<(ElectionName, Option<OrganizationCode>)> {
    if let Some(election) = parent.strip_suffix("/missions/-") {
        return Some((violations.parse(election, "parent")?, None));
    }
    let MissionName { election, organization } = violations.parse(parent, "parent")?;
    Some((ElectionName { election }, Some(organization)))
}
