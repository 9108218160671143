//! `SuspendOrganization`: takes away the access of an organization.
//!
//! - **Rule:** `domain::registry::organization::acts::suspend`. A second suspension is no error.
//! - **Two at once:** both set the same flag, so the update names no version and never
//!   conflicts.
//! - **Before the reply:** the engine reloads the trust anchors. The open connections of the
//!   organization are closed, and its next handshake fails.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::registry::organization::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Suspends one organization.
pub(crate) struct SuspendOrganization;

impl Mutation for SuspendOrganization {
    const ACTION: Action = Action::SuspendOrganization;
    type Message = v1::SuspendOrganizationRequest;
    type Input = request::SuspendOrganization;
    type Answer = v1::Organization;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::suspend_organization(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let code = &input.organization.organization;
        if tx.lookup_organization(code).await?.is_none() {
            return Err(Refusal::not_found(&input.organization).into());
        }
        Ok(acts::suspend(by, code, input.reason.clone()))
    }
}
