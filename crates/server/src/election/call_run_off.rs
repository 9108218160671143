//! Calls a run-off on a later day, from which both cutoffs are computed again.

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

pub(crate) struct CallRunOff;

impl Mutation for CallRunOff {
    const ACTION: Action = Action::CallRunOff;
    type Message = v1::CallRunOffRequest;
    type Input = request::RescheduleElection;
    type Answer = v1::Election;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::call_run_off(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let code = &input.election.election;
        let found = tx.lock_election(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?;
        Ok(acts::call_run_off(by, found, &input.to, &invited(tx, code).await?)?)
    }
}
