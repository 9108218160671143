//! The legal acts on an invitation: sending, answering and changing it.

use super::super::{Invitation, InvitationState, Quota, check_inviter};
use crate::outcome::{CallContext, EventDraft, EventPayload, Outcome, RowChange};
use crate::refusal::Refusal;
use crate::vocabulary::log::LogName;
use crate::vocabulary::name::InvitationName;
use crate::vocabulary::role::OrganizationKind;

/// An event about an invitation, which concerns the invited organization.
fn invitation_event(name: &InvitationName, payload: EventPayload) -> EventDraft {
    EventDraft::new(LogName::Election(name.election.clone()), name, &name.organization, payload)
}

/// Invites an organization of a kind. `before` is the invitation that it has already, if there is one.
///
/// # Errors
///
/// [`Refusal::WrongInviter`], [`Refusal::AlreadyExists`].
pub fn invite(
    by: &CallContext<'_>,
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
    Ok(by.single_outcome(
        invitation_event(&new.name, EventPayload::InvitationSent {}).with_row(RowChange::NewInvitation(new)),
    ))
}

/// Accepts or declines a pending invitation.
///
/// # Errors
///
/// The refusals of [`Invitation::answer`].
pub fn answer(by: &CallContext<'_>, invitation: Invitation, accepted: bool) -> Result<Outcome, Refusal> {
    let before = invitation.version;
    let state = if accepted { InvitationState::Accepted } else { InvitationState::Declined };
    let after = invitation.answer(state, by.now)?;
    let payload = EventPayload::InvitationAnswered { state, on_paper: by.registrar()?.is_some() };
    Ok(by.single_outcome(
        invitation_event(&after.name, payload).with_row(RowChange::InvitationAnswered { after, before }),
    ))
}

/// Replaces the quotas of an invitation of an organization of a kind.
///
/// # Errors
///
/// [`Refusal::WrongInviter`], and the refusals of [`Invitation::expect`].
pub fn expect(
    by: &CallContext<'_>,
    invitation: Invitation,
    kind: OrganizationKind,
    etag: &str,
    quotas: Vec<Quota>,
) -> Result<Outcome, Refusal> {
    check_inviter(by.actor.kind, kind)?;
    let before = invitation.version;
    let after = invitation.expect(etag, quotas)?;
    let expected = after.quotas.iter().map(|quota| i64::from(quota.limit)).sum();
    let changed = invitation_event(&after.name, EventPayload::InvitationChanged { expected });
    Ok(by
        .single_outcome(changed.with_row(RowChange::InvitationQuotas { after, before }))
        .with_read_etag(etag.to_owned()))
}
