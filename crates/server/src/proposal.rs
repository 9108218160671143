//! Proposals to revoke, to annul or to reinstate an accreditation. They are methods of
//! `AccreditationService`.
//!
//! A reviewer proposes, and a decree of another person carries it out.

pub(crate) mod propose_change;
pub(crate) mod withdraw_proposal;

use crate::engine::get::get;
use crate::engine::list::list;
use domain::vocabulary::name::ProposalName;
pub(crate) use propose_change::ProposeChange;
use wire::convert;
use wire::v1;
pub(crate) use withdraw_proposal::WithdrawProposal;

get!(GetProposal, ProposalName, GetProposalRequest, v1::Proposal, get_proposal);

list!(
    ListProposals,
    ListProposalsRequest,
    ListProposalsResponse { proposals },
    list_proposals,
    |tx, by, election, page| tx.list_proposals(by.permit, election, page),
    |last| last.name.number,
    |one| convert::proposal::to_message(one)
);
