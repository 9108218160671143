//! `RecuseApplication`: the caller decides on this application no more, with any certificate.
//!
//! - **Rule:** `domain::review::acts::recuse`. A second time is no error. If the caller holds or
//!   has recommended the application, it goes back to the queue.
//! - **Reads:** the application, and the principal that holds it: the same person may hold it
//!   with another certificate.
//! - **Locks:** nothing. The update names the version that was read.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::review::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::get_for_review;

/// Recuses the caller from one application.
pub(crate) struct RecuseApplication;

impl Mutation for RecuseApplication {
    const ACTION: Action = Action::RecuseApplication;
    type Message = v1::RecuseApplicationRequest;
    type Input = request::ChangeOfHands;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::recuse_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let read = get_for_review(tx, by, &input.application, Some(&input.etag)).await?;
        let holder = match read.application.reviewer() {
            Some(reviewer) => tx.lookup_principal(reviewer).await?,
            None => None,
        };
        let holder = holder.as_ref().and_then(|found| found.holder.person());
        Ok(acts::recuse(by, read, holder, input.reason.clone())?)
    }
}
