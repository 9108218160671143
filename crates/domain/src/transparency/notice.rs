//! Which readers see an event: those who could also have read the fact from the resource itself.
//!
//! An event must not tell more than the resource. The scope of the reader has already left out the events of other
//! organizations.

use crate::outcome::{ApplicationMoved, EventPayload, StateAndPlace, Step};
use crate::policy::View;
use crate::transparency::event::LoggedEvent;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::state::StateKind;

/// Whether a reader with this view sees the event. An event that this version cannot read is shown to nobody.
pub fn is_told(view: View, event: &LoggedEvent) -> bool {
    event.payload.as_ref().is_some_and(|payload| payload_is_visible(view, payload))
}

/// The same for the content of an event. The match is exhaustive, so a new kind cannot be forgotten.
fn payload_is_visible(view: View, payload: &EventPayload) -> bool {
    let to_commission = view == View::Commission;
    match payload {
        EventPayload::ApplicationFiled { .. } => view == View::Delegation,
        EventPayload::ApplicationMoved { moved } => transition_is_visible(view, moved),
        EventPayload::ApplicationErased { standing, .. } => state_is_visible(view, standing),
        // Findings are internal to the commission.
        EventPayload::Screened { application: Some(standing), .. } => to_commission && standing.place.is_some(),
        EventPayload::Screened { application: None, .. } => to_commission,
        // Delegation and commission read amendments; the ministry does not.
        EventPayload::AmendmentMoved { .. } => matches!(view, View::Delegation | View::Commission),
        // Everybody who reads the accreditation sees its change, whatever caused it.
        EventPayload::AccreditationChanged { .. } => {
            matches!(view, View::Delegation | View::Ministry | View::Commission)
        }
        // A moved voting day is told to each invited organization by its own event, and to the hosts by one more.
        EventPayload::VotingDayMoved { moved } => moved.invited == (view == View::Delegation),
        EventPayload::InvitationSent {}
        | EventPayload::InvitationAnswered { .. }
        | EventPayload::InvitationChanged { .. }
        | EventPayload::MissionAnnounced { .. }
        | EventPayload::MissionUpdated { .. }
        | EventPayload::MissionWithdrawn { .. }
        | EventPayload::DeploymentPlanned { .. }
        | EventPayload::AccreditationsConfirmed { .. }
        | EventPayload::AccreditationConfirmed { .. }
        | EventPayload::AppealFiled { .. }
        | EventPayload::AppealDecided { .. } => true,
        EventPayload::PresentationMade { .. }
        | EventPayload::DecreeAdopted { .. }
        | EventPayload::DecreeScanned { .. } => view != View::Delegation,
        // A proposal is internal to the commission until a decree carries it out.
        EventPayload::DecreeDrafted {}
        | EventPayload::DecreeCorrected { .. }
        | EventPayload::DecreeListed { .. }
        | EventPayload::ProposalMade { .. }
        | EventPayload::ProposalWithdrawn { .. } => to_commission,
        // A repetition changed nothing, and the first event was shown.
        EventPayload::MissionWithdrawalRepeated {}
        | EventPayload::MissionErased {}
        | EventPayload::ServiceInitialized {}
        | EventPayload::OrganizationRegistered { .. }
        | EventPayload::OrganizationSuspended {}
        | EventPayload::PersonRegistered {}
        | EventPayload::PrincipalRegistered { .. }
        | EventPayload::PrincipalDisabled {}
        | EventPayload::RulePackImported { .. }
        | EventPayload::ElectionRegistered { .. }
        | EventPayload::ElectionOpened {}
        | EventPayload::ResultsPublished { .. }
        | EventPayload::LegalHoldSet { .. }
        | EventPayload::LegalHoldReleased {}
        | EventPayload::WatchListReplaced { .. }
        | EventPayload::WatchListErased { .. }
        | EventPayload::DocumentUploaded { .. }
        | EventPayload::DocumentRead { .. }
        | EventPayload::SubjectExported { .. } => false,
    }
}

/// The state of the application after the event, if the event is about an application.
pub fn state_after(event: &LoggedEvent) -> Option<StateKind> {
    match event.payload.as_ref()? {
        EventPayload::ApplicationFiled { to, .. } => Some(*to),
        EventPayload::ApplicationMoved { moved } => Some(moved.to),
        EventPayload::ApplicationErased { standing, .. }
        | EventPayload::Screened { application: Some(standing), .. } => Some(standing.state),
        _ => None,
    }
}

/// The state of the accreditation after the event, if the event is about one.
pub fn accreditation_after(event: &LoggedEvent) -> Option<AccreditationState> {
    match event.payload.as_ref()? {
        EventPayload::AccreditationChanged { changed } => Some(changed.to),
        _ => None,
    }
}

/// Whether a reader sees a transition or step of an application.
fn transition_is_visible(view: View, moved: &ApplicationMoved) -> bool {
    let ApplicationMoved { step, from, to, place, .. } = moved;
    // Findings, takeovers and recusals are internal to the commission.
    let internal = match step {
        Step::Cleared { .. } | Step::TakenOver { .. } | Step::Recused => true,
        Step::Claimed => from == to,
        _ => false,
    };
    match view {
        View::Delegation => !internal,
        View::Ministry => !internal && !before_submission(*from, *to),
        View::Commission => place.is_some(),
        // A registrar has no event stream: it lists the applications from paper.
        View::Registrar | View::CommissionAndRegistrar => false,
    }
}

/// Whether a reader sees an event that left the application in its state.
fn state_is_visible(view: View, standing: &StateAndPlace) -> bool {
    match view {
        View::Delegation => true,
        View::Ministry => !before_submission(standing.state, standing.state),
        View::Commission => standing.place.is_some(),
        View::Registrar | View::CommissionAndRegistrar => false,
    }
}

/// Whether the application was changed, withdrawn or overtaken while the ministry could not see it. A lapsed
/// application may have been a draft.
fn before_submission(from: StateKind, to: StateKind) -> bool {
    to == StateKind::Draft || (from.is_unsubmitted() && to != StateKind::Submitted)
}

#[cfg(test)]
mod tests;
