//! What is done with an invitation: sent, answered, changed.

use super::super::{Invitation, InvitationState, Quota, check_inviter};
use crate::outcome::{Acting, Deed, Happening, Outcome, RowChange};
use crate::refusal::Refusal;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::InvitationName;
use crate::vocabulary::role::OrganizationKind;

fn happens(name: &InvitationName, deed: Deed) -> Happening {
    Happening::new(LogName::Election(name.election.clone()), name, &name.organization, deed)
}

/// Invites an organization of a kind. `before` is the invitation that it has already.
pub fn invite(
    by: &Acting<'_>,
    name: InvitationName,
    kind: OrganizationKind,
    before: Option<&Invitation>,
    quotas: Vec<Quota>,
) -> Result<Outcome, Refusal> {
    check_inviter(by.actor.kind, kind)?;
    if before.is_some() {
        return Err(Refusal::AlreadyExists { resource: name.to_string() });
    }
    let new = Invitation {
        name,
        inviter: by.actor.principal.organization.clone(),
        state: InvitationState::Pending,
        quotas,
        version: 1,
        create_time: by.now,
        response_time: None,
    };
    Ok(by.only(happens(&new.name, Deed::InvitationSent {}).row(RowChange::NewInvitation(new))))
}

/// Accepts a pending invitation, or declines it.
pub fn answer(by: &Acting<'_>, invitation: Invitation, accepted: bool) -> Result<Outcome, Refusal> {
    let before = invitation.version;
    let state = if accepted { InvitationState::Accepted } else { InvitationState::Declined };
    let after = invitation.answer(state, by.now)?;
    let deed = Deed::InvitationAnswered { state, on_paper: by.registrar()?.is_some() };
    Ok(by.only(happens(&after.name, deed).row(RowChange::InvitationAnswered { after, before })))
}

/// Has an invitation of an organization of a kind expect other numbers of people; whoever is there already stays.
pub fn expect(
    by: &Acting<'_>,
    invitation: Invitation,
    kind: OrganizationKind,
    etag: &str,
    quotas: Vec<Quota>,
) -> Result<Outcome, Refusal> {
    check_inviter(by.actor.kind, kind)?;
    let before = invitation.version;
    let after = invitation.expect(etag, quotas)?;
    let expected = after.quotas.iter().map(|quota| i64::from(quota.limit)).sum();
    let changed = happens(&after.name, Deed::InvitationChanged { expected });
    Ok(by.only(changed.row(RowChange::InvitationQuotas { after, before })).having_read(etag.to_owned()))
}
