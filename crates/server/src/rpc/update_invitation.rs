//! Changes how many people an invitation expects; whoever is there already stays.

use domain::event::LogName;
use domain::mission::check_inviter;
use domain::policy::Action;
use domain::refusal::Refusal;
use store::{CommandError, Tx};
use wire::request::{self, RequestKey};
use wire::v1;
use wire::violations::Violations;

use super::{Cx, Effect, Mutation};

pub(crate) struct UpdateInvitation;

impl Mutation for UpdateInvitation {
    const ACTION: Action = Action::UpdateInvitation;
    type Message = v1::UpdateInvitationRequest;
    type Input = request::UpdateInvitation;
    type Answer = v1::Invitation;

    fn read(message: Self::Message) -> Result<Self::Input, Violations> {
        request::update_invitation(message)
    }

    fn key(input: &Self::Input) -> RequestKey {
        input.key
    }

    async fn apply(input: &Self::Input, tx: &mut Tx<'_>, cx: &Cx<'_>) -> Result<Effect, CommandError> {
        let found = tx.lookup_invitation(cx.permit.scope(), &input.invitation).await?;
        let found = found.ok_or_else(|| Refusal::not_found(&input.invitation))?;
        let invited = tx.lookup_organization(&found.name.organization).await?;
        check_inviter(cx.actor.kind, invited.ok_or_else(|| Refusal::not_found(&input.invitation))?.kind)?;
        let before = found.version;
        let changed = found.expect(&input.etag, input.quotas.clone())?;
        tx.update_quotas(cx.permit, &changed, before).await?;
        let log = LogName::Election(changed.name.election.clone());
        let quotas = changed.quotas.iter().map(|quota| i64::from(quota.limit)).sum::<i64>();
        Ok(Effect::new(log, &changed.name, &changed.name.organization).fact("expected", quotas))
    }
}
