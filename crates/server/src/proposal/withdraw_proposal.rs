//! `WithdrawProposal`: gives up an open proposal, or sends it back to its author, so that
//! another can be made.
//!
//! - **Rule:** `domain::proposal::acts::withdraw`. The author gives it up, with any certificate. An
//!   adopter who may decide on the person sends it back. What an appeal has decided is closed only
//!   when the mission has withdrawn.
//! - **Locks:** the application that it is about, against the erasure; for a reinstatement also
//!   the mission, shared.
//! - **Two at once:** a decree that carries it out locks the same application. The later one
//!   finds the proposal closed.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::proposal::acts;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Closes one open proposal.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        // `proposed` locks the application. So the reason is removed by a later erasure, or refused
        // after an earlier one.
        let found = tx.proposed(by.permit, &input.proposal.election, std::slice::from_ref(&input.proposal)).await?;
        let before = found.into_iter().flatten().next().ok_or_else(|| Refusal::not_found(&input.proposal))?;
        Ok(acts::withdraw(by, before, input.reason.clone())?)
    }
}
