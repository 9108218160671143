//! Calls a run-off on a later day, from which both cutoffs are computed anew.

use domain::election::ScheduleKind;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation, schedule};

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let code = &input.election.election;
        let before = tx.lookup_election_to_keep(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?;
        let voting_day = before.voting_day;
        let called = before.call_run_off(&input.to, cx.now)?;
        tx.update_run_off_time(cx.permit, &called).await?;
        let entry = called.scheduled(ScheduleKind::RunOff, &input.to, cx.now);
        schedule::announce(tx, cx, &called, &entry, ("run_off_after", voting_day)).await
    }
}
