//! `ClaimNextApplication`: a reviewer claims the application that has waited longest of those
//! that match a filter.
//!
//! - **Rule:** the order is that of the presentations, then of their lists. Applications that
//!   were not checked yet, and those on which the caller may not decide, are left out.
//! - **Locks:** the row of the application. Rows that another transaction has locked are
//!   skipped, so two reviewers get two applications and none waits. Only if all are locked, it
//!   waits: "the queue is empty" must be true.
//! - **Empty queue:** SCREENING_PENDING if applications wait for the checks, otherwise
//!   QUEUE_EMPTY. The client tries again after the first one.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::review::acts::{self, Read};
use store::{CommandError, QueueFilter, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::get_election_of;

/// Claims the next application of the queue.
pub(crate) struct ClaimNextApplication;

impl Mutation for ClaimNextApplication {
    const ACTION: Action = Action::ClaimNextApplication;
    type Message = v1::ClaimNextApplicationRequest;
    type Input = request::ClaimNextApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::claim_next_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        if tx.lookup_election(&input.election.election).await?.is_none() {
            return Err(Refusal::not_found(&input.election).into());
        }
        let election = &input.election.election;
        // AmendmentRequest before the queue is read. An application that is checked in between is then found
        // in the queue. In the other order it would be in neither, and the answer would be
        // QUEUE_EMPTY.
        let request::ApplicationFilter { category, organization, presentation, findings, .. } = input.filter.clone();
        let filter = QueueFilter { category, organization, presentation, findings };
        let waits = tx.queue_waits_for_screening(election, &filter).await?;
        let next = match tx.next_in_queue(election, &by.person()?.person, &filter).await? {
            Some(next) => next,
            None if waits => return Err(Refusal::ScreeningPending.into()),
            None => return Err(Refusal::QueueEmpty.into()),
        };
        let rules = get_election_of(tx, &next.name).await?.rules;
        let screening = tx.screening(&next.name).await?;
        Ok(acts::claim(by, Read { application: next, screening, etag: None }, &rules)?)
    }
}
