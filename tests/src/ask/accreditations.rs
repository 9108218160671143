//! Requests about accreditations: withdrawals, the register, proposals and appeals.

use rehearsal::calls::request_id;
use wire::v1;

use super::{election, list_in};

/// A reader lists all accreditations of the election that they may see.
pub fn all_accreditations() -> v1::ListAccreditationsRequest {
    v1::ListAccreditationsRequest { parent: election(), ..Default::default() }
}

/// Any reader reads an accreditation.
pub fn accreditation(name: &str) -> v1::GetAccreditationRequest {
    v1::GetAccreditationRequest { name: name.to_owned() }
}

/// A delegation withdraws an accreditation with a note.
pub fn withdraw_accreditation(name: &str) -> v1::WithdrawAccreditationRequest {
    v1::WithdrawAccreditationRequest {
        request_id: request_id(),
        name: name.to_owned(),
        reason: "Fell ill.".to_owned(),
        note_number: "12-3/789".to_owned(),
    }
}

/// A delegation withdraws its whole mission with a note.
pub fn withdraw_mission(name: &str) -> v1::WithdrawMissionRequest {
    v1::WithdrawMissionRequest {
        request_id: request_id(),
        name: name.to_owned(),
        reason: "The mission was not given visas.".to_owned(),
        note_number: "12-3/790".to_owned(),
    }
}

/// A reader reads the whole public register.
pub fn register() -> v1::ListRegisterRequest {
    v1::ListRegisterRequest { parent: election(), ..Default::default() }
}

/// A reviewer proposes to annul an accreditation that was issued in error.
pub fn annul(accreditation: &str) -> v1::ProposeChangeRequest {
    v1::ProposeChangeRequest {
        request_id: request_id(),
        name: accreditation.to_owned(),
        kind: v1::ProposalKind::Annul.into(),
        ground: String::new(),
        text: "The person of that passport is another one.".to_owned(),
    }
}

/// A reviewer proposes to revoke an accreditation on a ground.
pub fn revoke(accreditation: &str) -> v1::ProposeChangeRequest {
    v1::ProposeChangeRequest {
        kind: v1::ProposalKind::Revoke.into(),
        ground: "campaigning".to_owned(),
        text: "Spoke for a candidate on 1 June.".to_owned(),
        ..annul(accreditation)
    }
}

/// Its reviewer withdraws a proposal, or an adopter sends it back.
pub fn withdraw_proposal(name: &str) -> v1::WithdrawProposalRequest {
    let reason = "It was somebody else.".to_owned();
    v1::WithdrawProposalRequest { request_id: request_id(), name: name.to_owned(), reason }
}

/// A person of the hosts reads a proposal.
pub fn proposal(name: &str) -> v1::GetProposalRequest {
    v1::GetProposalRequest { name: name.to_owned() }
}

/// A person of the hosts lists the proposals of the election that they may see.
pub fn all_proposals() -> v1::ListProposalsRequest {
    v1::ListProposalsRequest { parent: election(), ..Default::default() }
}

/// An adopter adds proposals to the list of a decree, which carries them out.
pub fn list_proposals_in(decree: &str, proposals: Vec<String>) -> v1::AddDecreeItemsRequest {
    v1::AddDecreeItemsRequest { proposals, ..list_in(decree, Vec::new()) }
}

/// A delegation appeals against the decision on an application.
pub fn appeal(application: &str) -> v1::FileAppealRequest {
    let text = "She was in another city on that day.".to_owned();
    v1::FileAppealRequest { request_id: request_id(), name: application.to_owned(), text }
}

/// A reviewer decides an appeal.
pub fn decide_appeal(name: &str, outcome: v1::AppealOutcome) -> v1::DecideAppealRequest {
    let text = "The hotel has confirmed it.".to_owned();
    v1::DecideAppealRequest { request_id: request_id(), name: name.to_owned(), outcome: outcome.into(), text }
}

/// Any reader reads an appeal.
pub fn get_appeal(name: &str) -> v1::GetAppealRequest {
    v1::GetAppealRequest { name: name.to_owned() }
}

/// A reader lists all appeals of the election that they may see.
pub fn all_appeals() -> v1::ListAppealsRequest {
    v1::ListAppealsRequest { parent: election(), ..Default::default() }
}
