//! `AccreditationService`.

use domain::accreditation::Withdrawal;
use domain::name::{AccreditationName, ElectionName};
use domain::personal::Personal;
use domain::policy::Action;

use super::{List, RequestKey, key, list, named};
use crate::rules;
use crate::v1;
use crate::violations::Violations;

/// Reads the request of `AccreditationService/GetAccreditation`.
pub fn get_accreditation(request: v1::GetAccreditationRequest) -> Result<AccreditationName, Violations> {
    let v1::GetAccreditationRequest { name } = &request;
    named(&request, name, "name")
}

/// Reads the request of `AccreditationService/ListAccreditations`.
pub fn list_accreditations(request: v1::ListAccreditationsRequest) -> Result<List<ElectionName>, Violations> {
    let v1::ListAccreditationsRequest { parent, page_size, page_token } = &request;
    list(Action::ListAccreditations, &request, parent, (*page_size, page_token))
}

/// Ends an accreditation of the caller's own organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawAccreditation {
    /// By what it is known when it is repeated.
    pub key: RequestKey,
    /// The accreditation.
    pub accreditation: AccreditationName,
    /// Why, and with which note.
    pub withdrawal: Withdrawal,
}

/// Reads the request of `AccreditationService/WithdrawAccreditation`.
pub fn withdraw_accreditation(request: v1::WithdrawAccreditationRequest) -> Result<WithdrawAccreditation, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::WithdrawAccreditation, &request, &request.request_id, &mut violations);
    let v1::WithdrawAccreditationRequest { request_id: _, name, reason, note_number } = request;
    let name = violations.parse(&name, "name");
    let withdrawal = Withdrawal { reason: Personal::new(reason), note_number };
    violations.finish(|| Some(WithdrawAccreditation { key: key?, accreditation: name?, withdrawal }))
}
