//! `ReviewService`.

use domain::application::Question;
use domain::decree::Verdict;
use domain::policy::Action;
use domain::vocabulary::finding_code::FindingCode;
use domain::vocabulary::name::{ApplicationName, ElectionName};
use domain::vocabulary::personal::Personal;
use jiff::Timestamp;

use super::{ApplicationFilter, RequestKey, request_key};
use crate::convert::{application, decree, time};
use crate::violations::Violations;
use crate::{rules, v1};

/// Claims the application that has waited longest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimNextApplication {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The election.
    pub election: ElectionName,
    /// Which of the waiting applications may be claimed.
    pub filter: ApplicationFilter,
}

/// Reads the request of `ReviewService/ClaimNextApplication`.
pub fn claim_next_application(request: v1::ClaimNextApplicationRequest) -> Result<ClaimNextApplication, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::ClaimNextApplication, &request, &request.request_id, &mut violations);
    let v1::ClaimNextApplicationRequest { request_id: _, parent, filter } = request;
    let parent = violations.parse(&parent, "parent");
    let filter = filter.parse().and_then(|filter: ApplicationFilter| filter.check_of_queue().map(|()| filter));
    let filter = filter.map_err(|expected| violations.add_if_absent("filter", expected)).ok();
    violations.finish(|| Some(ClaimNextApplication { key: key?, election: parent?, filter: filter? }))
}

/// Claims one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimApplication {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
}

/// Reads the request of `ReviewService/ClaimApplication`.
pub fn claim_application(request: v1::ClaimApplicationRequest) -> Result<ClaimApplication, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::ClaimApplication, &request, &request.request_id, &mut violations);
    let v1::ClaimApplicationRequest { request_id: _, name } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(ClaimApplication { key: key?, application: name? }))
}

/// Asks the delegation about fields of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaiseQuestions {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// The questions, each about one field.
    pub questions: Vec<Question>,
    /// The deadline. The commission continues without an answer after it.
    pub due: Timestamp,
}

/// Reads the request of `ReviewService/RaiseQuestions`.
pub fn raise_questions(request: v1::RaiseQuestionsRequest) -> Result<RaiseQuestions, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::RaiseQuestions, &request, &request.request_id, &mut violations);
    let v1::RaiseQuestionsRequest { request_id: _, name, etag, questions, due_time } = request;
    let name = violations.parse(&name, "name");
    let questions = application::questions(questions, "questions", &mut violations);
    let due = violations.require(due_time, "due_time");
    let due = due.and_then(|due| time::moment(due, "due_time", &mut violations));
    violations.finish(|| Some(RaiseQuestions { key: key?, application: name?, etag, questions: questions?, due: due? }))
}

/// Clears one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearFinding {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// The code of the finding.
    pub code: FindingCode,
    /// Why the finding does not block a recommendation, in the reviewer's words.
    pub reason: Personal<String>,
}

/// Reads the request of `ReviewService/ClearFinding`.
pub fn clear_finding(request: v1::ClearFindingRequest) -> Result<ClearFinding, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::ClearFinding, &request, &request.request_id, &mut violations);
    let v1::ClearFindingRequest { request_id: _, name, etag, code, reason } = request;
    let name = violations.parse(&name, "name");
    let code = finding_code(&code, &mut violations);
    let reason = Personal::new(reason);
    violations.finish(|| Some(ClearFinding { key: key?, application: name?, etag, code: code?, reason }))
}

fn finding_code(text: &str, violations: &mut Violations) -> Option<FindingCode> {
    let code = FindingCode::ALL.into_iter().find(|code| code.as_str() == text);
    if code.is_none() {
        let known = FindingCode::ALL.map(FindingCode::as_str).join(", ");
        violations.add_if_absent("code", format!("must be one of {known}"));
    }
    code
}

/// Recommends to accredit or to refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecommendApplication {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// The verdict, with its ground if it is to refuse.
    pub verdict: Verdict,
    /// The caller's detached signature; may be empty.
    pub signature: Vec<u8>,
}

/// Reads the request of `ReviewService/RecommendApplication`.
pub fn recommend_application(request: v1::RecommendApplicationRequest) -> Result<RecommendApplication, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::RecommendApplication, &request, &request.request_id, &mut violations);
    let v1::RecommendApplicationRequest { request_id: _, name, etag, verdict, refusal, signature } = request;
    let name = violations.parse(&name, "name");
    let verdict = decree::verdict(verdict, refusal, &mut violations);
    violations
        .finish(|| Some(RecommendApplication { key: key?, application: name?, etag, verdict: verdict?, signature }))
}

/// Puts a claimed application back in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseApplication {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
}

/// Reads the request of `ReviewService/ReleaseApplication`.
pub fn release_application(request: v1::ReleaseApplicationRequest) -> Result<ReleaseApplication, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::ReleaseApplication, &request, &request.request_id, &mut violations);
    let v1::ReleaseApplicationRequest { request_id: _, name, etag } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(ReleaseApplication { key: key?, application: name?, etag }))
}

/// Changes the reviewer of an application: the caller takes it over, or recuses themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeOfHands {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// The reason in the caller's words.
    pub reason: Personal<String>,
}

/// Reads the request of `ReviewService/TakeOverApplication`.
pub fn take_over_application(request: v1::TakeOverApplicationRequest) -> Result<ChangeOfHands, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::TakeOverApplication, &request, &request.request_id, &mut violations);
    let v1::TakeOverApplicationRequest { request_id: _, name, etag, reason } = request;
    let name = violations.parse(&name, "name");
    let reason = Personal::new(reason);
    violations.finish(|| Some(ChangeOfHands { key: key?, application: name?, etag, reason }))
}

/// Reads the request of `ReviewService/RecuseApplication`.
pub fn recuse_application(request: v1::RecuseApplicationRequest) -> Result<ChangeOfHands, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::RecuseApplication, &request, &request.request_id, &mut violations);
    let v1::RecuseApplicationRequest { request_id: _, name, etag, reason } = request;
    let name = violations.parse(&name, "name");
    let reason = Personal::new(reason);
    violations.finish(|| Some(ChangeOfHands { key: key?, application: name?, etag, reason }))
}
