//! Shuts an organization out.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::registry::organization::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let code = &input.organization.organization;
        if tx.lookup_organization(code).await?.is_none() {
            return Err(Refusal::not_found(&input.organization).into());
        }
        Ok(acts::suspend(by, code, input.reason.clone()))
    }
}
