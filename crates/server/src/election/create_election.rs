//! Registers an election.

use domain::election::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

pub(crate) struct CreateElection;

impl Mutation for CreateElection {
    const ACTION: Action = Action::CreateElection;
    type Message = v1::CreateElectionRequest;
    type Input = request::CreateElection;
    type Answer = v1::Election;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_election(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let before = tx.lookup_election(&input.election.code).await?;
        let rule_pack = tx.lookup_rule_pack(&input.election.rule_pack).await?;
        Ok(acts::register(by, input.election.clone(), rule_pack.as_ref(), before.as_ref())?)
    }
}
