//! The amendment methods of `AccreditationService`.

use domain::amendment::{AmendmentKind, AmendmentRuling};
use domain::policy::Action;
use domain::vocabulary::name::{AmendmentName, ApplicationName, ElectionName};
use domain::vocabulary::personal::Personal;

use super::application::{ApplicationInput, read_application_input};
use super::{List, RequestKey, read_name, read_page, request_key};
use crate::convert::enums;
use crate::violations::Violations;
use crate::{rules, v1};

/// Asks to change an accredited application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmendAccreditation {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The application.
    pub application: ApplicationName,
    /// The etag that the caller read; the request fails if the resource has changed since.
    pub etag: String,
    /// The kind of change.
    pub kind: AmendmentKind,
    /// The new content, with the paper that it came on and the accreditation that it replaces.
    pub new_content: ApplicationInput,
    /// The reason in the caller's words.
    pub reason: Personal<String>,
}

/// Reads the request of `AccreditationService/AmendAccreditation`.
pub fn amend_accreditation(request: v1::AmendAccreditationRequest) -> Result<AmendAccreditation, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::AmendAccreditation, &request, &request.request_id, &mut violations);
    let v1::AmendAccreditationRequest { request_id: _, name, etag, kind, application, reason } = request;
    let name = violations.parse(&name, "name");
    let kind = enums::read(kind, "kind", &mut violations);
    let application = violations.require(application, "application");
    let new_content = application.and_then(|message| read_application_input(message, &mut violations));
    violations.finish(|| {
        let reason = Personal::new(reason);
        Some(AmendAccreditation { key: key?, application: name?, etag, kind: kind?, new_content: new_content?, reason })
    })
}

/// Withdraws an open amendment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawAmendment {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The amendment.
    pub amendment: AmendmentName,
}

/// Reads the request of `AccreditationService/WithdrawAmendment`.
pub fn withdraw_amendment(request: v1::WithdrawAmendmentRequest) -> Result<WithdrawAmendment, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::WithdrawAmendment, &request, &request.request_id, &mut violations);
    let amendment = violations.parse(&request.name, "name");
    violations.finish(|| Some(WithdrawAmendment { key: key?, amendment: amendment? }))
}

/// Reads the request of `AccreditationService/GetAmendment`.
pub fn get_amendment(request: v1::GetAmendmentRequest) -> Result<AmendmentName, Violations> {
    let v1::GetAmendmentRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Asks for a page of amendments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAmendments {
    /// The election and the page.
    pub list: List<ElectionName>,
    /// Only those that wait for a reviewer.
    pub only_open: bool,
}

/// Reads the request of `AccreditationService/ListAmendments`.
pub fn list_amendments(request: v1::ListAmendmentsRequest) -> Result<ListAmendments, Violations> {
    let mut violations = rules::check(&request);
    let v1::ListAmendmentsRequest { parent, page_size, page_token, only_open } = &request;
    let of = format!("{parent}{}", if *only_open { " open" } else { "" });
    let page = read_page(Action::ListAmendments, &of, (*page_size, page_token));
    let parent = violations.parse(parent, "parent");
    violations.finish(|| Some(ListAmendments { list: List { parent: parent?, page }, only_open: *only_open }))
}

/// A reviewer's decision on an amendment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecideAmendment {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The amendment.
    pub amendment: AmendmentName,
    /// The decision, with the etag of the amendment that the reviewer read.
    pub ruling: AmendmentRuling,
}

/// Reads the request of `AccreditationService/DecideAmendment`.
pub fn decide_amendment(request: v1::DecideAmendmentRequest) -> Result<DecideAmendment, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::DecideAmendment, &request, &request.request_id, &mut violations);
    let v1::DecideAmendmentRequest { request_id: _, name, etag, decision, text, clear_reason } = request;
    let amendment = violations.parse(&name, "name");
    let decision = enums::read(decision, "decision", &mut violations);
    let (text, clear_reason) = (Personal::new(text), Personal::new(clear_reason));
    violations.finish(|| {
        let ruling = AmendmentRuling { etag, decision: decision?, text, clear_reason };
        Some(DecideAmendment { key: key?, amendment: amendment?, ruling })
    })
}
