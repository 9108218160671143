//! Gives up an open proposal, or sends it back, so that another can be made.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::proposal::acts;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

pub(crate) struct WithdrawProposal;

impl Mutation for WithdrawProposal {
    const ACTION: Action = Action::WithdrawProposal;
    type Message = v1::WithdrawProposalRequest;
    type Input = request::WithdrawProposal;
    type Answer = v1::Proposal;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::withdraw_proposal(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        // A reason that comes in is erased with the rest, or not taken any more.
        let found = tx.proposed(by.permit, &input.proposal.election, std::slice::from_ref(&input.proposal)).await?;
        let before = found.into_iter().flatten().next().ok_or_else(|| Refusal::not_found(&input.proposal))?;
        Ok(acts::withdraw(by, before, input.reason.clone())?)
    }
}
