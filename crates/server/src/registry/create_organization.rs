//! Registers an organization with its trust domain and anchors.

use domain::outcome::{Acting, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::registry::organization::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::tls;

pub(crate) struct CreateOrganization;

impl Mutation for CreateOrganization {
    const ACTION: Action = Action::CreateOrganization;
    type Message = v1::CreateOrganizationRequest;
    type Input = request::CreateOrganization;
    type Answer = v1::Organization;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_organization(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &Acting<'_>) -> Result<Outcome, CommandError> {
        let draft = input.organization.clone();
        for (index, anchor) in draft.anchors.iter().enumerate() {
            tls::check_anchor(anchor).map_err(|problem| Refusal::InvalidAnchor { index, problem })?;
        }
        Ok(acts::register(by, input.code.clone(), draft, &tx.all_organizations().await?)?)
    }
}
