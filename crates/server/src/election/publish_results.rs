//! Records when an election's official results were published, or corrects it.

use domain::election::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

pub(crate) struct PublishResults;

impl Mutation for PublishResults {
    const ACTION: Action = Action::PublishResults;
    type Message = v1::PublishResultsRequest;
    type Input = request::PublishResults;
    type Answer = v1::Election;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::publish_results(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let code = &input.election.election;
        let found = tx.lock_election(code).await?.ok_or_else(|| Refusal::not_found(&input.election))?;
        let erased = tx.has_erased_data(code).await?;
        Ok(acts::publish_results(by, found, input.publish_time, erased)?)
    }
}
