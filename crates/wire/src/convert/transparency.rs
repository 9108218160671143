//! Events, as their readers may see them.

use domain::policy::View;
use domain::transparency::event::LoggedEvent;
use domain::transparency::notice::{accreditation_after, state_after};
use domain::vocabulary::id::OrganizationCode;
use domain::vocabulary::name::{OrganizationName, PrincipalName};
use domain::vocabulary::state::StateKind;

use super::enums::Enumerated as _;
use super::time::timestamp;
use crate::v1;

/// The event as a reader of that organization and view may see it. [`domain::transparency::notice::is_told`] decides
/// whether the reader sees it at all.
pub fn to_message(event: &LoggedEvent, reader: &OrganizationCode, view: View) -> v1::Event {
    let LoggedEvent { position: _, id, leaf, time, actor, action, subject, organization, payload: _ } = event;
    let shows_actor = may_see_actor(reader, view, actor);
    let application_state = state_after(event).map_or(v1::ApplicationState::Unspecified, state);
    v1::Event {
        event_id: id.to_string(),
        event_time: Some(timestamp(*time)),
        action: action.clone(),
        subject: subject.clone(),
        organization: OrganizationName { organization: organization.clone() }.to_string(),
        actor: if shows_actor { actor.clone() } else { String::new() },
        application_state: application_state.into(),
        // The hash covers the actor, so a reader who does not see the actor cannot check it.
        leaf_hash: if shows_actor { leaf.to_vec() } else { Vec::new() },
        accreditation_state: accreditation_after(event).map(|state| state.number()).unwrap_or_default(),
    }
}

/// The commission sees every actor. Others see the actors of their own organization, and the service itself.
fn may_see_actor(reader: &OrganizationCode, view: View, actor: &str) -> bool {
    match (view, actor.parse::<PrincipalName>()) {
        (View::Commission, _) => true,
        (_, Ok(principal)) => principal.organization == *reader,
        (_, Err(_)) => true,
    }
}

/// The state in messages: the two returned states are one there.
pub(super) fn state(kind: StateKind) -> v1::ApplicationState {
    match kind {
        StateKind::Draft => v1::ApplicationState::Draft,
        StateKind::Submitted => v1::ApplicationState::Submitted,
        StateKind::ReturnedByMinistry | StateKind::ReturnedByCommission => v1::ApplicationState::Returned,
        StateKind::Presented => v1::ApplicationState::Presented,
        StateKind::InReview => v1::ApplicationState::InReview,
        StateKind::Recommended => v1::ApplicationState::Recommended,
        StateKind::Accredited => v1::ApplicationState::Accredited,
        StateKind::Refused => v1::ApplicationState::Refused,
        StateKind::Withdrawn => v1::ApplicationState::Withdrawn,
        StateKind::Lapsed => v1::ApplicationState::Lapsed,
    }
}

#[cfg(test)]
mod tests {
    use domain::outcome::{ApplicationMoved, EventPayload, Recommends, Step};

    use super::*;

    #[test]
    fn nobody_but_the_commission_learns_who_reviewed() {
        let recommended = ApplicationMoved {
            step: Step::Recommended { verdict: Recommends::Accredit },
            from: StateKind::InReview,
            to: StateKind::Recommended,
            revision: 1,
            content_digest: [1; 32],
            place: None,
            on_paper: false,
        };
        let event = |actor: &str| LoggedEvent {
            position: 7,
            id: domain::vocabulary::id::EventId(uuid::Uuid::nil()),
            leaf: [1; 32],
            time: jiff::Timestamp::UNIX_EPOCH,
            actor: actor.to_owned(),
            action: "ReviewService/RecommendApplication".to_owned(),
            subject: "elections/e1/missions/osce/applications/0b6a1f0e-0000-4000-8000-000000000001".to_owned(),
            organization: "osce".parse().expect("a code"),
            payload: Some(EventPayload::ApplicationMoved { moved: recommended.clone() }),
        };
        let reviewer = event("organizations/cec/principals/reviewer-1");
        let secretary = event("organizations/osce/principals/secretary");
        let actor = |event, reader: &str, view| {
            let told = to_message(event, &reader.parse().expect("a code"), view);
            assert_eq!(told.actor.is_empty(), told.leaf_hash.is_empty(), "the hash goes with the actor");
            told.actor
        };
        assert_eq!(actor(&reviewer, "osce", View::Delegation), "");
        assert_eq!(actor(&reviewer, "mfa", View::Ministry), "");
        assert_eq!(actor(&reviewer, "cec", View::Commission), reviewer.actor);
        assert_eq!(actor(&secretary, "osce", View::Delegation), secretary.actor);
        assert_eq!(actor(&secretary, "mfa", View::Ministry), "");
        assert_eq!(actor(&event("system"), "osce", View::Delegation), "system");
        let message = to_message(&reviewer, &"osce".parse().expect("a code"), View::Delegation);
        assert_eq!(message.application_state(), v1::ApplicationState::Recommended);
    }
}
