//! Registers one certificate identity of an organization, with its roles.

use domain::event::LogName;
use domain::name::OrganizationName;
use domain::organization::{Principal, check_roles};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct CreatePrincipal;

impl Mutation for CreatePrincipal {
    const ACTION: Action = Action::CreatePrincipal;
    type Message = v1::CreatePrincipalRequest;
    type Input = request::CreatePrincipal;
    type Answer = v1::Principal;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_principal(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let code = &input.name.organization;
        let organization = tx.lookup_organization(code).await?;
        let parent = || OrganizationName { organization: code.clone() };
        let organization = organization.ok_or_else(|| Refusal::not_found(parent()))?;
        check_roles(organization.kind, &input.principal.roles)?;
        if tx.lookup_principal(&input.name).await?.is_some() {
            return Err(Refusal::AlreadyExists { resource: input.name.to_string() }.into());
        }
        let new = Principal {
            name: input.name.clone(),
            spiffe_id: organization.spiffe_id(&input.name.principal),
            holder: input.principal.holder.clone(),
            roles: input.principal.roles.clone(),
            disabled: false,
        };
        tx.insert_principal(cx.permit, &new).await?;
        let roles: Vec<_> = new.roles.iter().map(|role| role.as_str()).collect();
        Ok(Effect::new(LogName::Registry, &new.name, code).fact("roles", roles.join(",")))
    }
}
