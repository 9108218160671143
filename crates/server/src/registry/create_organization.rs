//! `CreateOrganization`: registers an organization with its trust domain and its trust anchors.
//!
//! - **Rule:** `domain::registry::organization::acts::register`. No other organization has the
//!   code or the trust domain.
//! - **Reads:** all organizations, to compare codes and trust domains.
//! - **Locks:** nothing. Code and trust domain are unique keys.
//! - **Two at once:** the later one finds its key taken, runs again and answers ALREADY_EXISTS.
//! - **Before the reply:** the engine reloads the trust anchors, so the organization can connect
//!   at once.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::registry::organization::acts;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;
use crate::tls;

/// Registers one organization.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let draft = input.organization.clone();
        // Checked here, because the domain reads no X.509. One bad anchor in the registry would
        // stop every reload of the anchors.
        for (index, anchor) in draft.anchors.iter().enumerate() {
            tls::check_anchor(anchor).map_err(|problem| Refusal::InvalidAnchor { index, problem })?;
        }
        Ok(acts::register(by, input.code.clone(), draft, &tx.all_organizations().await?)?)
    }
}
