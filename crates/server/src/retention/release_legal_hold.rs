//! `ReleaseLegalHold`: ends a legal hold, once.
//!
//! - **Rule:** `domain::retention::legal_hold::acts::release`.
//! - **Locks:** nothing. The update changes only a hold that was not released.
//! - **Two at once:** the later one changes no row, runs again and is refused.
//! - **Afterwards:** the mutation wakes the retention job, so that data whose time is over is
//!   erased at once.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::retention::legal_hold::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Releases one hold.
pub(crate) struct ReleaseLegalHold;

impl Mutation for ReleaseLegalHold {
    const ACTION: Action = Action::ReleaseLegalHold;
    type Message = v1::ReleaseLegalHoldRequest;
    type Input = request::ReleaseLegalHold;
    type Answer = v1::LegalHold;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::release_legal_hold(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let found = tx.lookup_legal_hold(&input.hold).await?.ok_or_else(|| Refusal::not_found(&input.hold))?;
        Ok(acts::release(by, found, input.reason.clone())?)
    }
}
