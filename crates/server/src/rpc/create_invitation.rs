//! Invites an organization to observe.

use domain::event::LogName;
use domain::mission::{Invitation, InvitationState, check_inviter};
use domain::name::{ElectionName, OrganizationName};
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct CreateInvitation;

impl Mutation for CreateInvitation {
    const ACTION: Action = Action::CreateInvitation;
    type Message = v1::CreateInvitationRequest;
    type Input = request::CreateInvitation;
    type Answer = v1::Invitation;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::create_invitation(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let (election, code) = (&input.name.election, &input.name.organization);
        if tx.lookup_election(election).await?.is_none() {
            return Err(Refusal::not_found(ElectionName { election: election.clone() }).into());
        }
        let invited = tx.lookup_organization(code).await?;
        let missing = || Refusal::not_found(OrganizationName { organization: code.clone() });
        check_inviter(cx.actor.kind, invited.ok_or_else(missing)?.kind)?;
        if tx.lookup_invitation(cx.permit.scope(), &input.name).await?.is_some() {
            return Err(Refusal::AlreadyExists { resource: input.name.to_string() }.into());
        }
        let new = Invitation {
            name: input.name.clone(),
            inviter: cx.actor.principal.organization.clone(),
            state: InvitationState::Pending,
            quotas: input.quotas.clone(),
            version: 1,
            create_time: cx.now,
            response_time: None,
        };
        tx.insert_invitation(cx.permit, &new).await?;
        Ok(Effect::new(LogName::Election(election.clone()), &new.name, code))
    }
}
