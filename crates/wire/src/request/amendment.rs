//! Amendments of what was accredited, in `AccreditationService`.

use domain::amendment::{AmendmentKind, AmendmentRuling};
use domain::policy::Action;
use domain::vocabulary::name::{AmendmentName, ApplicationName, ElectionName};
use domain::vocabulary::personal::Personal;

use super::application::{Said, said};
use super::{List, RequestKey, key, named, page};
use crate::convert::enums;
use crate::violations::Violations;
use crate::{rules, v1};

/// Asks for an accredited application to say something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmendAccreditation {
    /// By what it is known when it is repeated.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The etag that the caller read.
    pub etag: String,
    /// What it changes.
    pub kind: AmendmentKind,
    /// What it is to say, and what the caller says of the paper that it came on and of whom it replaces.
    pub said: Said,
    /// Why.
    pub reason: Personal<String>,
}

/// Reads the request of `AccreditationService/AmendAccreditation`.
pub fn amend_accreditation(request: v1::AmendAccreditationRequest) -> Result<AmendAccreditation, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::AmendAccreditation, &request, &request.request_id, &mut violations);
    let v1::AmendAccreditationRequest { request_id: _, name, etag, kind, application, reason } = request;
    let name = violations.parse(&name, "name");
    let kind = enums::read(kind, "kind", &mut violations);
    let application = violations.required(application, "application");
    let said = application.and_then(|message| said(message, &mut violations));
    violations.finish(|| {
        let reason = Personal::new(reason);
        Some(AmendAccreditation { key: key?, application: name?, etag, kind: kind?, said: said?, reason })
    })
}

/// Gives up an open amendment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawAmendment {
    /// By what it is known when it is repeated.
    pub key: RequestKey,
    /// The amendment.
    pub amendment: AmendmentName,
}

/// Reads the request of `AccreditationService/WithdrawAmendment`.
pub fn withdraw_amendment(request: v1::WithdrawAmendmentRequest) -> Result<WithdrawAmendment, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::WithdrawAmendment, &request, &request.request_id, &mut violations);
    let amendment = violations.parse(&request.name, "name");
    violations.finish(|| Some(WithdrawAmendment { key: key?, amendment: amendment? }))
}

/// Reads the request of `AccreditationService/GetAmendment`.
pub fn get_amendment(request: v1::GetAmendmentRequest) -> Result<AmendmentName, Violations> {
    let v1::GetAmendmentRequest { name } = &request;
    named(&request, name, "name")
}

/// Asks for a page of amendments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAmendments {
    /// Of which election, and which part.
    pub list: List<ElectionName>,
    /// Only those that wait for a reviewer.
    pub only_open: bool,
}

/// Reads the request of `AccreditationService/ListAmendments`.
pub fn list_amendments(request: v1::ListAmendmentsRequest) -> Result<ListAmendments, Violations> {
    let mut violations = rules::check(&request);
    let v1::ListAmendmentsRequest { parent, page_size, page_token, only_open } = &request;
    let of = format!("{parent}{}", if *only_open { " open" } else { "" });
    let page = page(Action::ListAmendments, &of, (*page_size, page_token));
    let parent = violations.parse(parent, "parent");
    violations.finish(|| Some(ListAmendments { list: List { parent: parent?, page }, only_open: *only_open }))
}

/// A reviewer's decision on an amendment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideAmendment {
    /// By what it is known when it is repeated.
    pub key: RequestKey,
    /// The amendment.
    pub amendment: AmendmentName,
    /// What is decided, on what was read.
    pub ruling: AmendmentRuling,
}

/// Reads the request of `AccreditationService/DecideAmendment`.
pub fn decide_amendment(request: v1::DecideAmendmentRequest) -> Result<DecideAmendment, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::DecideAmendment, &request, &request.request_id, &mut violations);
    let v1::DecideAmendmentRequest { request_id: _, name, etag, decision, text, clear_reason } = request;
    let amendment = violations.parse(&name, "name");
    let decision = enums::read(decision, "decision", &mut violations);
    let (text, clear_reason) = (Personal::new(text), Personal::new(clear_reason));
    violations.finish(|| {
        let ruling = AmendmentRuling { etag, decision: decision?, text, clear_reason };
        Some(DecideAmendment { key: key?, amendment: amendment?, ruling })
    })
}
