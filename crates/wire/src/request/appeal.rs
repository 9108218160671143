//! `AppealService`.

use domain::appeal::AppealOutcome;
use domain::policy::Action;
use domain::vocabulary::name::{AppealName, ApplicationName, ElectionName};
use domain::vocabulary::personal::Personal;

use super::{List, RequestKey, key, list, named};
use crate::convert::enums;
use crate::violations::Violations;
use crate::{rules, v1};

/// Appeals against the decision that stands on an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileAppeal {
    /// By what it is known when it is repeated.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// Why the decision should not stand.
    pub text: Personal<String>,
}

/// Reads the request of `AppealService/FileAppeal`.
pub fn file_appeal(request: v1::FileAppealRequest) -> Result<FileAppeal, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::FileAppeal, &request, &request.request_id, &mut violations);
    let v1::FileAppealRequest { request_id: _, name, text } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(FileAppeal { key: key?, application: name?, text: Personal::new(text) }))
}

/// Decides an open appeal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideAppeal {
    /// By what it is known when it is repeated.
    pub key: RequestKey,
    /// The appeal.
    pub appeal: AppealName,
    /// Which way.
    pub outcome: AppealOutcome,
    /// Why.
    pub text: Personal<String>,
}

/// Reads the request of `AppealService/DecideAppeal`.
pub fn decide_appeal(request: v1::DecideAppealRequest) -> Result<DecideAppeal, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::DecideAppeal, &request, &request.request_id, &mut violations);
    let v1::DecideAppealRequest { request_id: _, name, outcome, text } = request;
    let name = violations.parse(&name, "name");
    let outcome = enums::read(outcome, "outcome", &mut violations);
    let text = Personal::new(text);
    violations.finish(|| Some(DecideAppeal { key: key?, appeal: name?, outcome: outcome?, text }))
}

/// Reads the request of `AppealService/GetAppeal`.
pub fn get_appeal(request: v1::GetAppealRequest) -> Result<AppealName, Violations> {
    let v1::GetAppealRequest { name } = &request;
    named(&request, name, "name")
}

/// Reads the request of `AppealService/ListAppeals`.
pub fn list_appeals(request: v1::ListAppealsRequest) -> Result<List<ElectionName>, Violations> {
    let v1::ListAppealsRequest { parent, page_size, page_token } = &request;
    list(Action::ListAppeals, &request, parent, (*page_size, page_token))
}
