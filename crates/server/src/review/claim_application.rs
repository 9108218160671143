//! `ClaimApplication`: a reviewer claims one application by its name, for the length of a lease.
//!
//! - **Rule:** `domain::review::acts::claim`. No etag is needed: nothing has to be read before a
//!   claim.
//! - **Locks:** nothing. The update names the version that was read.
//! - **Two at once:** the later one runs again and is refused: it is claimed.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::review::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::{get_election_of, get_for_review};

/// Claims one application.
pub(crate) struct ClaimApplication;

impl Mutation for ClaimApplication {
    const ACTION: Action = Action::ClaimApplication;
    type Message = v1::ClaimApplicationRequest;
    type Input = request::ClaimApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::claim_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let read = get_for_review(tx, by, &input.application, None).await?;
        let rules = get_election_of(tx, &input.application).await?.rules;
        Ok(acts::claim(by, read, &rules)?)
    }
}
