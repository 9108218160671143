//! `CreateInvitation`: the ministry or the commission invites an organization to observe an
//! election.
//!
//! - **Rule:** `domain::mission::acts::invitation::invite`. Which of the two invites depends on
//!   the kind of organization.
//! - **Reads:** election, organization, and the invitation if there is one.
//! - **Locks:** nothing. An election has one invitation of an organization; that is the key of
//!   the row.
//! - **Two at once:** the later one finds its key taken, runs again and answers ALREADY_EXISTS.

use domain::mission::acts::invitation;
use domain::outcome::{CallContext, Outcome};
use domain::policy::Action;
use domain::refusal::Refusal;
use domain::vocabulary::name::{ElectionName, OrganizationName};
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use crate::engine::Mutation;

/// Invites one organization.
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

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, by: &CallContext<'_>) -> Result<Outcome, CommandError> {
        let (election, code) = (&input.name.election, &input.name.organization);
        if tx.lookup_election(election).await?.is_none() {
            return Err(Refusal::not_found(ElectionName { election: election.clone() }).into());
        }
        let invited = tx.lookup_organization(code).await?;
        let invited = invited.ok_or_else(|| Refusal::not_found(OrganizationName { organization: code.clone() }))?;
        let before = tx.lookup_invitation(by.permit.scope(), &input.name).await?;
        let quotas = input.quotas.clone();
        Ok(invitation::invite(by, input.name.clone(), invited.kind, before.as_ref(), quotas)?)
    }
}
