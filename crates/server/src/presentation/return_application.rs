//! `ReturnApplication`: the ministry returns a submitted application to its delegation, with a
//! reason for each field.
//!
//! - **Rule:** `domain::review::acts::send_to_delegation`.
//! - **Locks:** nothing. The update names the version that was read.
//! - **Two at once:** if another officer presents it meanwhile, this call runs again and is
//!   refused by its etag.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::review::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Returns one application.
pub(crate) struct ReturnApplication;

impl Mutation for ReturnApplication {
    const ACTION: Action = Action::ReturnApplication;
    type Message = v1::ReturnApplicationRequest;
    type Input = request::ReturnApplication;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::return_application(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let application = tx.application(by.permit, &input.application).await?;
        Ok(acts::send_to_delegation(by, application, &input.etag, input.questions.clone())?)
    }
}
