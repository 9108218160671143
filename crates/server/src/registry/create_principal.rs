//! `CreatePrincipal`: registers one certificate identity of an organization, with its roles.
//!
//! - **Rule:** `domain::registry::organization::acts::register_principal`. The kind of the
//!   organization allows the roles, and a person who holds the key is registered.
//! - **Reads:** the organization, the principal if there is one, and the person.
//! - **Locks:** nothing. Name and SPIFFE id are unique keys.
//! - **Two at once:** the later one finds its key taken, runs again and answers ALREADY_EXISTS.

use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::registry::organization::acts;
use domain::vocabulary::name::OrganizationName;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Registers one principal.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let parent = OrganizationName { organization: input.name.organization.clone() };
        let organization = tx.lookup_organization(&parent.organization).await?;
        let organization = organization.ok_or_else(|| Refusal::not_found(parent))?;
        let before = tx.lookup_principal(&input.name).await?;
        let (holder, roles) = (input.principal.holder.clone(), input.principal.roles.clone());
        let person = match holder.person() {
            Some(person) => tx.lookup_person(person).await?,
            None => None,
        };
        let (before, person) = (before.as_ref(), person.as_ref());
        Ok(acts::register_principal(by, &organization, input.name.clone(), holder, roles, before, person)?)
    }
}
