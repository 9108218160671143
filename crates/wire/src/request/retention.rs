//! `RetentionService`.

use domain::policy::Action;
use domain::vocabulary::name::{ApplicationName, ElectionName, LegalHoldName};
use domain::vocabulary::personal::Personal;

use super::{List, RequestKey, read_list, request_key};
use crate::violations::Violations;
use crate::{rules, v1};

/// Creates a legal hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateLegalHold {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The election.
    pub election: ElectionName,
    /// The application that is kept; none for the whole election.
    pub application: Option<ApplicationName>,
    /// The reason in the caller's words.
    pub reason: Personal<String>,
}

/// Reads the request of `RetentionService/CreateLegalHold`.
pub fn create_legal_hold(request: v1::CreateLegalHoldRequest) -> Result<CreateLegalHold, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::CreateLegalHold, &request, &request.request_id, &mut violations);
    let v1::CreateLegalHoldRequest { request_id: _, parent, application, reason } = request;
    let election: Option<ElectionName> = violations.parse(&parent, "parent");
    let application = match application.as_str() {
        "" => Some(None),
        name => violations.parse::<ApplicationName>(name, "application").map(Some),
    };
    if let (Some(election), Some(Some(name))) = (&election, &application)
        && name.election != election.election
    {
        violations.add_if_absent("application", format!("must be of the parent, {election}"));
    }
    let reason = Personal::new(reason);
    violations.finish(|| Some(CreateLegalHold { key: key?, election: election?, application: application?, reason }))
}

/// Releases a legal hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseLegalHold {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The hold.
    pub hold: LegalHoldName,
    /// The reason in the caller's words.
    pub reason: Personal<String>,
}

/// Reads the request of `RetentionService/ReleaseLegalHold`.
pub fn release_legal_hold(request: v1::ReleaseLegalHoldRequest) -> Result<ReleaseLegalHold, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::ReleaseLegalHold, &request, &request.request_id, &mut violations);
    let v1::ReleaseLegalHoldRequest { request_id: _, name, reason } = request;
    let hold = violations.parse(&name, "name");
    violations.finish(|| Some(ReleaseLegalHold { key: key?, hold: hold?, reason: Personal::new(reason) }))
}

/// Reads the request of `RetentionService/ListLegalHolds`.
pub fn list_legal_holds(request: v1::ListLegalHoldsRequest) -> Result<List<ElectionName>, Violations> {
    let v1::ListLegalHoldsRequest { parent, page_size, page_token } = &request;
    read_list(Action::ListLegalHolds, &request, parent, (*page_size, page_token))
}

/// Exports all that is stored about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportSubject {
    /// The election.
    pub election: ElectionName,
    /// Who issued the passport.
    pub issuing_state: String,
    /// The passport's number.
    pub document_number: Personal<String>,
    /// What for.
    pub purpose: Personal<String>,
}

/// Reads the request of `RetentionService/ExportSubject`.
pub fn export_subject(request: v1::ExportSubjectRequest) -> Result<ExportSubject, Violations> {
    let mut violations = rules::check(&request);
    let v1::ExportSubjectRequest { parent, issuing_state, document_number, purpose } = request;
    let election = violations.parse(&parent, "parent");
    let (document_number, purpose) = (Personal::new(document_number), Personal::new(purpose));
    violations.finish(|| Some(ExportSubject { election: election?, issuing_state, document_number, purpose }))
}
