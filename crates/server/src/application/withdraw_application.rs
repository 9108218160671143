//! `WithdrawApplication`: a delegation withdraws an application that no decree has decided, at
//! any time.
//!
//! - **Rule:** `domain::application::acts::withdraw`.
//! - **Reads:** the application, as far as the caller sees applications.
//! - **Locks:** nothing. The update names the version that was read. If a decree decides the
//!   application meanwhile, the withdrawal runs again and is refused.
//! - **Afterwards:** an application that was presented is queued for the checks, so that others
//!   found to be like it are checked again. Drafts are in no comparison.

use domain::application::acts;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Withdraws one application, with a reason.
pub(crate) struct WithdrawApplication;

impl Mutation for WithdrawApplication {
    const ACTION: Action = Action::WithdrawApplication;
    type Message = v1::WithdrawApplicationRequest;
    type Input = request::WithdrawApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::withdraw_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let application = tx.application(by.permit, &input.application).await?;
        Ok(acts::withdraw(by, application, input.reason.clone())?)
    }
}
