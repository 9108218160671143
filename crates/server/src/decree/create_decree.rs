//! `CreateDecree`: makes a draft of a decree with an empty list.
//!
//! - **Rule:** `domain::decree::acts::draft`. No other decree of the election has its official
//!   number.
//! - **Locks:** the counter of decrees, until the commit.
//! - **Two at once:** they wait for each other at the counter. If both have the same official
//!   number, the later one meets the unique key, runs again and is refused.

use domain::decree::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Series, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Makes one draft.
pub(crate) struct CreateDecree;

impl Mutation for CreateDecree {
    const ACTION: Action = Action::CreateDecree;
    type Message = v1::CreateDecreeRequest;
    type Input = request::CreateDecree;
    type Answer = v1::Decree;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_decree(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let code = &input.election.election;
        if tx.lookup_election(code).await?.is_none() {
            return Err(Refusal::not_found(&input.election).into());
        }
        let holder = tx.decree_of_number(code, &input.decree.decree_number).await?;
        let number = tx.take_numbers(by.permit, code, Series::Decree, 1).await?;
        Ok(acts::draft(by, &input.election, input.decree.clone(), number, holder)?)
    }
}
