//! `ReleaseApplication`: a reviewer puts an application that the caller holds back into the
//! queue.
//!
//! - **Rule:** `domain::review::acts::release`. It gets its old place in the queue.
//! - **Locks:** nothing. The update names the version that was read.
//! - **Two at once:** if the lease expires or somebody takes it over meanwhile, this call runs
//!   again and is refused by its etag.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::review::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::get_for_review;

/// Releases one application.
pub(crate) struct ReleaseApplication;

impl Mutation for ReleaseApplication {
    const ACTION: Action = Action::ReleaseApplication;
    type Message = v1::ReleaseApplicationRequest;
    type Input = request::ReleaseApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::release_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        Ok(acts::release(by, get_for_review(tx, by, &input.application, Some(&input.etag)).await?)?)
    }
}
