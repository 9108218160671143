//! Which readers see an event: those who could also have read the fact from the resource itself.
//!
//! An event must not tell more than the resource. The scope of the reader has already left out the events of other
//! organizations.

use crate::outcome::{ApplicationMoved, Deed, StateAndPlace, Step};
use crate::policy::View;
use crate::transparency::event::LoggedEvent;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::state::StateKind;

/// Whether a reader with this view sees the event. An event that this version cannot read is shown to nobody.
pub fn is_told(view: View, event: &LoggedEvent) -> bool {
    event.deed.as_ref().is_some_and(|deed| payload_is_visible(view, deed))
}

/// The same for the content of an event. The match is exhaustive, so a new kind cannot be forgotten.
fn payload_is_visible(view: View, deed: &Deed) -> bool {
    let to_commission = view == View::Commission;
    match deed {
        Deed::ApplicationFiled { .. } => view == View::Delegation,
        Deed::ApplicationMoved { moved } => transition_is_visible(view, moved),
        Deed::ApplicationErased { standing, .. } => state_is_visible(view, standing),
        // Findings are internal to the commission.
        Deed::Screened { application: Some(standing), .. } => to_commission && standing.place.is_some(),
        Deed::Screened { application: None, .. } => to_commission,
        // Delegation and commission read amendments; the ministry does not.
        Deed::AmendmentMoved { .. } => matches!(view, View::Delegation | View::Commission),
        // Everybody who reads the accreditation sees its change, whatever caused it.
        Deed::AccreditationChanged { .. } => matches!(view, View::Delegation | View::Ministry | View::Commission),
        // A moved voting day is told to each invited organization by its own event, and to the hosts by one more.
        Deed::VotingDayMoved { moved } => moved.invited == (view == View::Delegation),
        Deed::InvitationSent {}
        | Deed::InvitationAnswered { .. }
        | Deed::InvitationChanged { .. }
        | Deed::MissionAnnounced { .. }
        | Deed::MissionUpdated { .. }
        | Deed::MissionWithdrawn { .. }
        | Deed::DeploymentPlanned { .. }
        | Deed::AccreditationsConfirmed { .. }
        | Deed::AccreditationConfirmed { .. }
        | Deed::AppealFiled { .. }
        | Deed::AppealDecided { .. } => true,
        Deed::PresentationMade { .. } | Deed::DecreeAdopted { .. } | Deed::DecreeScanned { .. } => {
            view != View::Delegation
        }
        // A proposal is internal to the commission until a decree carries it out.
        Deed::DecreeDrafted {}
        | Deed::DecreeCorrected { .. }
        | Deed::DecreeListed { .. }
        | Deed::ProposalMade { .. }
        | Deed::ProposalWithdrawn { .. } => to_commission,
        // A repetition changed nothing, and the first event was shown.
        Deed::MissionWithdrawalRepeated {}
        | Deed::MissionErased {}
        | Deed::ServiceInitialized {}
        | Deed::OrganizationRegistered { .. }
        | Deed::OrganizationSuspended {}
        | Deed::PersonRegistered {}
        | Deed::PrincipalRegistered { .. }
        | Deed::PrincipalDisabled {}
        | Deed::RulePackImported { .. }
        | Deed::ElectionRegistered { .. }
        | Deed::ElectionOpened {}
        | Deed::ResultsPublished { .. }
        | Deed::LegalHoldSet { .. }
        | Deed::LegalHoldReleased {}
        | Deed::WatchListReplaced { .. }
        | Deed::WatchListErased { .. }
        | Deed::DocumentUploaded { .. }
        | Deed::DocumentRead { .. }
        | Deed::SubjectExported { .. } => false,
    }
}

/// The state of the application after the event, if the event is about an application.
pub fn state_after(event: &LoggedEvent) -> Option<StateKind> {
    match event.deed.as_ref()? {
        Deed::ApplicationFiled { to, .. } => Some(*to),
        Deed::ApplicationMoved { moved } => Some(moved.to),
        Deed::ApplicationErased { standing, .. } | Deed::Screened { application: Some(standing), .. } => {
            Some(standing.state)
        }
        _ => None,
    }
}

/// The state of the accreditation after the event, if the event is about one.
pub fn accreditation_after(event: &LoggedEvent) -> Option<AccreditationState> {
    match event.deed.as_ref()? {
        Deed::AccreditationChanged { changed } => Some(changed.to),
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
