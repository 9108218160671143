//! The proposal methods of `AccreditationService`.

use domain::policy::Action;
use domain::proposal::{ProposalDraft, ProposalKind};
use domain::vocabulary::name::{AccreditationName, ElectionName, ProposalName};
use domain::vocabulary::personal::Personal;

use super::{List, RequestKey, read_list, read_name, request_key};
use crate::convert::enums;
use crate::violations::Violations;
use crate::{rules, v1};

/// Proposes to revoke, annul or reinstate an accreditation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposeChange {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The accreditation.
    pub accreditation: AccreditationName,
    /// The proposed change and its reason.
    pub draft: ProposalDraft,
}

/// Reads the request of `AccreditationService/ProposeChange`. Only a revocation has a ground.
pub fn propose_change(request: v1::ProposeChangeRequest) -> Result<ProposeChange, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::ProposeChange, &request, &request.request_id, &mut violations);
    let v1::ProposeChangeRequest { request_id: _, name, kind, ground, text } = request;
    let name = violations.parse(&name, "name");
    let kind = enums::read(kind, "kind", &mut violations);
    match kind {
        Some(ProposalKind::Revoke) if ground.is_empty() => {
            violations.add_if_absent("ground", "must be the code of a revocation ground of the election's rule pack");
        }
        Some(ProposalKind::Annul) if !ground.is_empty() => {
            violations.add_if_absent("ground", "must be empty to annul: an annulment has no ground");
        }
        _ => {}
    }
    if !text.is_empty() && text.trim().is_empty() {
        violations.add_if_absent("text", "must give the reason in words");
    }
    let text = Personal::new(text);
    violations.finish(|| {
        Some(ProposeChange { key: key?, accreditation: name?, draft: ProposalDraft { kind: kind?, ground, text } })
    })
}

/// Withdraws an open proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawProposal {
    /// Recognizes the same request when it is sent again.
    pub key: RequestKey,
    /// The proposal.
    pub proposal: ProposalName,
    /// The reason in the caller's words.
    pub reason: Personal<String>,
}

/// Reads the request of `AccreditationService/WithdrawProposal`.
pub fn withdraw_proposal(request: v1::WithdrawProposalRequest) -> Result<WithdrawProposal, Violations> {
    let mut violations = rules::check(&request);
    let key = request_key(Action::WithdrawProposal, &request, &request.request_id, &mut violations);
    let v1::WithdrawProposalRequest { request_id: _, name, reason } = request;
    let name = violations.parse(&name, "name");
    violations.finish(|| Some(WithdrawProposal { key: key?, proposal: name?, reason: Personal::new(reason) }))
}

/// Reads the request of `AccreditationService/GetProposal`.
pub fn get_proposal(request: v1::GetProposalRequest) -> Result<ProposalName, Violations> {
    let v1::GetProposalRequest { name } = &request;
    read_name(&request, name, "name")
}

/// Reads the request of `AccreditationService/ListProposals`.
pub fn list_proposals(request: v1::ListProposalsRequest) -> Result<List<ElectionName>, Violations> {
    let v1::ListProposalsRequest { parent, page_size, page_token } = &request;
    read_list(Action::ListProposals, &request, parent, (*page_size, page_token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ground_is_given_exactly_to_revoke() {
        let read = |kind: v1::ProposalKind, ground: &str, text: &str| {
            propose_change(v1::ProposeChangeRequest {
                request_id: "0190b0a0-0000-7000-8000-000000000001".to_owned(),
                name: "elections/kz-2019/accreditations/7".to_owned(),
                kind: kind.into(),
                ground: ground.to_owned(),
                text: text.to_owned(),
            })
        };
        use v1::ProposalKind::{Annul, Revoke, Unspecified};
        assert!(read(Revoke, "campaigning", "Why.").is_ok() && read(Annul, "", "Why.").is_ok());
        for (kind, ground, text, field) in [
            (Revoke, "", "Why.", "ground"),
            (Annul, "campaigning", "Why.", "ground"),
            (Annul, "", " ", "text"),
            (Annul, "", "", "text"),
            (Unspecified, "", "Why.", "kind"),
        ] {
            let violations = read(kind, ground, text).expect_err(field);
            assert!(violations.contains_field(field), "{violations:?}");
        }
    }
}
