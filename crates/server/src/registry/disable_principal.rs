//! `DisablePrincipal`: takes away the access of one principal.
//!
//! - **Rule:** `domain::registry::organization::acts::disable_principal`. A second time is no
//!   error.
//! - **Two at once:** both set the same flag, so the update names no version and never
//!   conflicts.
//! - **Before the reply:** the engine reloads the trust anchors and closes the principal's
//!   connections.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::registry::organization::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Disables one principal.
pub(crate) struct DisablePrincipal;

impl Mutation for DisablePrincipal {
    const ACTION: Action = Action::DisablePrincipal;
    type Message = v1::DisablePrincipalRequest;
    type Input = request::DisablePrincipal;
    type Answer = v1::Principal;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::disable_principal(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        if tx.lookup_principal(&input.principal).await?.is_none() {
            return Err(Refusal::not_found(&input.principal).into());
        }
        Ok(acts::disable_principal(by, &input.principal, input.reason.clone()))
    }
}
