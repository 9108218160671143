//! `SendBackApplication`: an adopter returns a recommended application to its reviewer, with a
//! reason.
//!
//! - **Rule:** `domain::review::acts::send_back`. The same reviewer has it again, with a new
//!   lease (ADR 5).
//! - **Reads:** the application with what the checks found; the etag is that of both.
//! - **Locks:** nothing. The update names the version that was read.
//! - **Two at once:** if a decree adopts the application meanwhile, this call runs again and is
//!   refused by its etag.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::review::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::{get_election_of, get_for_review};

/// Returns one recommended application to its reviewer.
pub(crate) struct SendBackApplication;

impl Mutation for SendBackApplication {
    const ACTION: Action = Action::SendBackApplication;
    type Message = v1::SendBackApplicationRequest;
    type Input = request::SendBackApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::send_back_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let read = get_for_review(tx, by, &input.application, Some(&input.etag)).await?;
        let rules = get_election_of(tx, &input.application).await?.rules;
        Ok(acts::send_back(by, read, &rules, input.reason.clone())?)
    }
}
