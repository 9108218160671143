//! `ClearFinding`: a reviewer says why a finding does not stand in the way.
//!
//! - **Rule:** `domain::review::acts::clear_finding`. The delegation never reads it.
//! - **Locks:** nothing. The update names the version of the findings.
//! - **Two at once:** if the checks run meanwhile, this call runs again on the new findings and
//!   is refused by its etag. So nobody clears what has just changed.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::review::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::engine::act_input::get_for_review;

/// Clears the findings of one code on one application.
pub(crate) struct ClearFinding;

impl Mutation for ClearFinding {
    const ACTION: Action = Action::ClearFinding;
    type Message = v1::ClearFindingRequest;
    type Input = request::ClearFinding;
    type Answer = v1::Application;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::clear_finding(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let read = get_for_review(tx, by, &input.application, Some(&input.etag)).await?;
        Ok(acts::clear_finding(by, read, input.code, input.reason.clone())?)
    }
}
