//! Claims the application that has waited longest.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::review::acts::{self, Read};
use store::{CommandError, QueueFilter, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::loading::election_of;

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        if tx.lookup_election(&input.election.election).await?.is_none() {
            return Err(Refusal::not_found(&input.election).into());
        }
        let election = &input.election.election;
        // Asked first: what the checks reach in between is then either found, or waited for.
        let request::ApplicationFilter { category, organization, presentation, findings, .. } = input.filter.clone();
        let filter = QueueFilter { category, organization, presentation, findings };
        let waits = tx.queue_waits_for_screening(election, &filter).await?;
        let next = match tx.next_in_queue(election, &by.person()?.person, &filter).await? {
            Some(next) => next,
            None if waits => return Err(Refusal::ScreeningPending.into()),
            None => return Err(Refusal::QueueEmpty.into()),
        };
        let rules = election_of(tx, &next.name).await?.rules;
        let screening = tx.screening(&next.name).await?;
        Ok(acts::claim(by, Read { application: next, screening, etag: None }, &rules)?)
    }
}
