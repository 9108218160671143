//! `PresentationService`.

use domain::application::Question;
use domain::policy::Action;
use domain::vocabulary::name::{ApplicationName, ElectionName, PresentationName};

use super::{List, RequestKey, read_list, read_name, request_key};
use crate::convert::application;
use crate::convert::presentation::{self, PresentationDraft};
use crate::violations::Violations;
use crate::{rules, v1};

/// Presents a list of applications to the commission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatePresentation {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The election. Each application belongs to it.
    pub election: ElectionName,
    /// The values that the ministry sets.
    pub presentation: PresentationDraft,
    /// The number of people that the note verbale states, if it states one.
    pub expected_count: Option<usize>,
}

/// Reads the request of `PresentationService/CreatePresentation`.
pub fn create_presentation(request: v1::CreatePresentationRequest) -> Result<CreatePresentation, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::CreatePresentation, &request, &request.request_id, &mut violations);
    let v1::CreatePresentationRequest { request_id: _, parent, presentation, expected_count } = request;
    let election: Option<ElectionName> = violations.parse(&parent, "parent");
    let presentation = violations.require(presentation, "presentation");
    let presentation = presentation.and_then(|message| presentation::draft(message, "presentation", &mut violations));
    if let Some((election, presentation)) = election.as_ref().zip(presentation.as_ref()) {
        let path = "presentation.applications";
        application::check_election(&presentation.applications, &election.election, path, &mut violations);
    }
    violations.finish(|| {
        Some(CreatePresentation {
            key: key?,
            election: election?,
            presentation: presentation?,
            expected_count: usize::try_from(expected_count).ok().filter(|count| *count > 0),
        })
    })
}

/// Returns an application to its delegation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnApplication {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// The questions, each about one field.
    pub questions: Vec<Question>,
}

/// Reads the request of `PresentationService/ReturnApplication`.
pub fn return_application(request: v1::ReturnApplicationRequest) -> Result<ReturnApplication, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::ReturnApplication, &request, &request.request_id, &mut violations);
    let v1::ReturnApplicationRequest { request_id: _, name, etag, questions } = request;
    let name = violations.parse(&name, "name");
    let questions = application::questions(questions, "questions", &mut violations);
    violations.finish(|| Some(ReturnApplication { key: key?, application: name?, etag, questions: questions? }))
}

/// Reads the request of `PresentationService/GetPresentation`.
pub fn get_presentation(request: v1::GetPresentationRequest) -> Result<PresentationName, Violations> {
    let v1::GetPresentationRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Reads the request of `PresentationService/ListPresentations`.
pub fn list_presentations(request: v1::ListPresentationsRequest) -> Result<List<ElectionName>, Violations> {
    let v1::ListPresentationsRequest { parent, page_size, page_token } = &request;
    read_list(Action::ListPresentations, &request, parent, (*page_size, page_token))
}
