//! `TakeOverApplication`: a reviewer takes an application over from the reviewer who holds it,
//! with a reason.
//!
//! - **Rule:** `domain::review::acts::take_over`. It is for a reviewer who is ill or away; a
//!   lease that has expired is released by a job.
//! - **Locks:** nothing. The update names the version that was read.
//! - **Two at once:** of two who take it over, the later one runs again and is refused by its
//!   etag.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::review::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::{get_election_of, get_for_review};

/// Takes over one application.
pub(crate) struct TakeOverApplication;

impl Mutation for TakeOverApplication {
    const ACTION: Action = Action::TakeOverApplication;
    type Message = v1::TakeOverApplicationRequest;
    type Input = request::ChangeOfHands;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::take_over_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let read = get_for_review(tx, by, &input.application, Some(&input.etag)).await?;
        let rules = get_election_of(tx, &input.application).await?.rules;
        Ok(acts::take_over(by, read, &rules, input.reason.clone())?)
    }
}
