//! `AccreditationService`.

use domain::accreditation::Withdrawal;
use domain::election::Chosen;
use domain::name::{AccreditationName, ElectionName, MissionName};
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

/// Confirms accreditations of a mission for a run-off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmAccreditations {
    /// By what it is known when it is repeated.
    pub key: RequestKey,
    /// The mission.
    pub mission: MissionName,
    /// Which of its accreditations; every one that is named is of the mission's election.
    pub chosen: Chosen,
    /// The number of the note that says so, if it came on paper.
    pub note_number: String,
}

/// Reads the request of `AccreditationService/ConfirmAccreditations`.
pub fn confirm_accreditations(request: v1::ConfirmAccreditationsRequest) -> Result<ConfirmAccreditations, Violations> {
    let mut violations = rules::check(&request);
    let key = key(Action::ConfirmAccreditations, &request, &request.request_id, &mut violations);
    let v1::ConfirmAccreditationsRequest { request_id: _, parent, accreditations, all, except, note_number } = request;
    let parent: Option<MissionName> = violations.parse(&parent, "parent");
    match (all, accreditations.is_empty()) {
        (false, true) => violations.expect("accreditations", "must have an item, or all must be set"),
        (true, false) => violations.expect("accreditations", "must be empty where all is set"),
        _ => {}
    }
    if !all && !except.is_empty() {
        violations.expect("except", "must be empty unless all is set");
    }
    let (list, texts) = if all { ("except", &except) } else { ("accreditations", &accreditations) };
    let mut names: Vec<AccreditationName> = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        let field = format!("{list}[{index}]");
        let name: Option<AccreditationName> = violations.parse(text, &field);
        if let (Some(name), Some(mission)) = (&name, &parent)
            && name.election != mission.election
        {
            violations.expect(&field, "must be of the mission's election");
        }
        names.extend(name);
    }
    violations.finish(|| {
        let chosen = if all { Chosen::AllBut(names) } else { Chosen::These(names) };
        Some(ConfirmAccreditations { key: key?, mission: parent?, chosen, note_number })
    })
}
