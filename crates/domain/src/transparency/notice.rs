//! Whom an event is told: what its reader could also have read from the resource itself, and nothing more.
//!
//! A reader's scope has already left out what concerns other organizations.

use crate::outcome::{ApplicationMoved, Deed, Standing, Step};
use crate::policy::View;
use crate::transparency::event::LoggedEvent;
use crate::vocabulary::accreditation_state::AccreditationState;
use crate::vocabulary::state::StateKind;

/// Whether a reader is told of an event. What is not known here is told to nobody.
pub fn is_told(view: View, event: &LoggedEvent) -> bool {
    event.deed.as_ref().is_some_and(|deed| deed_is_told(view, deed))
}

fn deed_is_told(view: View, deed: &Deed) -> bool {
    let to_commission = view == View::Commission;
    match deed {
        Deed::ApplicationFiled { .. } => view == View::Delegation,
        Deed::ApplicationMoved { moved } => move_is_told(view, moved),
        Deed::ApplicationErased { standing, .. } => standing_is_told(view, standing),
        // What the checks found is the commission's own affair.
        Deed::Screened { application: Some(standing), .. } => to_commission && standing.place.is_some(),
        Deed::Screened { application: None, .. } => to_commission,
        // The delegation and the commission read amendments.
        Deed::AmendmentMoved { .. } => matches!(view, View::Delegation | View::Commission),
        // Whose accreditation changes is told of it, whatever changed it.
        Deed::AccreditationChanged { .. } => matches!(view, View::Delegation | View::Ministry | View::Commission),
        // Another voting day is told once to each organization that was invited, and once to the hosts.
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
        // What is only proposed is the commission's own affair, whatever made it be proposed.
        Deed::DecreeDrafted {}
        | Deed::DecreeCorrected { .. }
        | Deed::DecreeListed { .. }
        | Deed::ProposalMade { .. }
        | Deed::ProposalWithdrawn { .. } => to_commission,
        // A repetition changed nothing: what there was to tell was told.
        Deed::MissionWithdrawnBefore {}
        | Deed::MissionErased {}
        | Deed::Founded {}
        | Deed::OrganizationRegistered { .. }
        | Deed::OrganizationSuspended {}
        | Deed::PersonRegistered {}
        | Deed::PrincipalRegistered { .. }
        | Deed::PrincipalDisabled {}
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

/// The state in which an event left its application, if it is about one.
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

/// The state in which an event left its accreditation, if it is about one.
pub fn accreditation_after(event: &LoggedEvent) -> Option<AccreditationState> {
    match event.deed.as_ref()? {
        Deed::AccreditationChanged { changed } => Some(changed.to),
        _ => None,
    }
}

fn move_is_told(view: View, moved: &ApplicationMoved) -> bool {
    let ApplicationMoved { step, from, to, place, .. } = moved;
    // Findings, who holds a claim, and who leaves it to others are the commission's own affair.
    let internal = match step {
        Step::Cleared { .. } | Step::TakenOver { .. } | Step::Recused => true,
        Step::Claimed => from == to,
        _ => false,
    };
    match view {
        View::Delegation => !internal,
        View::Ministry => !internal && !before_submission(*from, *to),
        View::Commission => place.is_some(),
        // A registrar watches nothing; what it may read of paper, it lists.
        View::Registrar | View::CommissionAndRegistrar => false,
    }
}

fn standing_is_told(view: View, standing: &Standing) -> bool {
    match view {
        View::Delegation => true,
        View::Ministry => !before_submission(standing.state, standing.state),
        View::Commission => standing.place.is_some(),
        View::Registrar | View::CommissionAndRegistrar => false,
    }
}

/// A draft that was changed, withdrawn or overtaken: the ministry has never seen it. What has lapsed may have been one.
fn before_submission(from: StateKind, to: StateKind) -> bool {
    to == StateKind::Draft || (from.is_unsubmitted() && to != StateKind::Submitted)
}

#[cfg(test)]
mod tests;
