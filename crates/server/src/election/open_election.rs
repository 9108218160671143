//! Opens a registered election to observation.

use domain::election::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

pub(crate) struct OpenElection;

impl Mutation for OpenElection {
    const ACTION: Action = Action::OpenElection;
    type Message = v1::OpenElectionRequest;
    type Input = request::OpenElection;
    type Answer = v1::Election;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::open_election(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_election(&input.election.election).await?;
        Ok(acts::open(by, found.ok_or_else(|| Refusal::not_found(&input.election))?))
    }
}
