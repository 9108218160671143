//! Registers an organization with its trust domain and anchors.

use domain::event::LogName;
use domain::name::OrganizationName;
use domain::organization::Organization;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let draft = input.organization.clone();
        for (index, anchor) in draft.anchors.iter().enumerate() {
            tls::check_anchor(anchor).map_err(|problem| Refusal::InvalidAnchor { index, problem })?;
        }
        let new = Organization {
            code: input.code.clone(),
            kind: draft.kind,
            display_name: draft.display_name,
            state: draft.state,
            trust_domain: draft.trust_domain,
            anchors: draft.anchors,
            suspended: false,
            create_time: cx.now,
        };
        for known in tx.all_organizations().await? {
            if known.code == new.code {
                let resource = format!("organizations/{}", new.code);
                return Err(Refusal::AlreadyExists { resource }.into());
            }
            if known.trust_domain == new.trust_domain {
                let resource = format!("the trust domain {}", new.trust_domain);
                return Err(Refusal::AlreadyExists { resource }.into());
            }
        }
        tx.insert_organization(cx.permit, &new).await?;
        let name = OrganizationName { organization: new.code.clone() };
        Ok(Effect::new(LogName::Registry, name, &new.code).fact("trust_domain", new.trust_domain))
    }
}
