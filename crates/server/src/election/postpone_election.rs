//! Moves an election's voting day to a later one, and both cutoffs with it.

use domain::election::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::invited;

pub(crate) struct PostponeElection;

impl Mutation for PostponeElection {
    const ACTION: Action = Action::PostponeElection;
    type Message = v1::PostponeElectionRequest;
    type Input = request::RescheduleElection;
    type Answer = v1::Election;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::postpone_election(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let code = &input.election.election;
        let found = tx.lock_election(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?;
        Ok(acts::postpone(by, found, &input.to, &invited(tx, code).await?)?)
    }
}
