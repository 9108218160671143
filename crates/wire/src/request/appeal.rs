//! `AppealService`.

use domain::appeal::AppealOutcome;
use domain::policy::Action;
use domain::vocabulary::name::{AppealName, ApplicationName, ElectionName};
use domain::vocabulary::personal::Personal;

use super::{List, RequestKey, read_list, read_name, request_key};
use crate::convert::enums;
use crate::violations::Violations;
use crate::{rules, v1};

/// Appeals against the decision on an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileAppeal {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// Why the decision should be overturned, in the caller's words.
    pub text: Personal<String>,
}

/// Reads the request of `AppealService/FileAppeal`.
pub fn file_appeal(request: v1::FileAppealRequest) -> Result<FileAppeal, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::FileAppeal, &request, &request.request_id, &mut violations);
    let v1::FileAppealRequest { request_id: _, name, text } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(FileAppeal { key: key?, application: name?, text: Personal::new(text) }))
}

/// Decides an open appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideAppeal {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The appeal.
    pub appeal: AppealName,
    /// Whether the appeal is upheld or dismissed.
    pub outcome: AppealOutcome,
    /// The reason in the caller's words.
    pub text: Personal<String>,
}

/// Reads the request of `AppealService/DecideAppeal`.
pub fn decide_appeal(request: v1::DecideAppealRequest) -> Result<DecideAppeal, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::DecideAppeal, &request, &request.request_id, &mut violations);
    let v1::DecideAppealRequest { request_id: _, name, outcome, text } = request;
    let name = violations.parse(&name, "name");
    let outcome = enums::read(outcome, "outcome", &mut violations);
    let text = Personal::new(text);
    violations.finish(|| Some(DecideAppeal { key: key?, appeal: name?, outcome: outcome?, text }))
}

/// Reads the request of `AppealService/GetAppeal`.
pub fn get_appeal(request: v1::GetAppealRequest) -> Result<AppealName, Violations> {
    let v1::GetAppealRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Reads the request of `AppealService/ListAppeals`.
pub fn list_appeals(request: v1::ListAppealsRequest) -> Result<List<ElectionName>, Violations> {
    let v1::ListAppealsRequest { parent, page_size, page_token } = &request;
    read_list(Action::ListAppeals, &request, parent, (*page_size, page_token))
}
