//! Whom an event is told: what its reader could also have read from the resource itself, and nothing more.
//!
//! A reader's scope has already left out what concerns other organizations.

use crate::accreditation::AccreditationState;
use crate::application::{StateKind, Verb};
use crate::event::LoggedEvent;
use crate::name::{AccreditationName, AmendmentName, ApplicationName, ProposalName};
use crate::policy::{Action, View};

/// The fact of an event that tells an organization what its invitation is to.
pub const INVITED: &str = "invited";

/// Whether a reader is told of an event. What is not known here is told to nobody.
pub fn is_told(view: View, event: &LoggedEvent) -> bool {
    match event.subject.parse::<ApplicationName>() {
        Ok(_) => application_is_told(view, event),
        // A repetition changed nothing: what there was to tell was told.
        Err(_) if event.facts.contains_key("repeated") => false,
        // What is only proposed is the commission's own affair, whatever made it be proposed.
        Err(_) if event.subject.parse::<ProposalName>().is_ok() && view != View::Commission => false,
        // Another voting day is told once to each organization that was invited, and once to the hosts.
        Err(_) if [Action::PostponeElection, Action::CallRunOff].iter().any(|by| event.action == by.method()) => {
            event.facts.contains_key(INVITED) == (view == View::Delegation)
        }
        Err(_) if event.subject.parse::<AmendmentName>().is_ok() => amendment_is_told(view, event),
        // Whose accreditation changes is told of it, whatever changed it.
        Err(_) if accreditation_after(event).is_some() => {
            matches!(view, View::Delegation | View::Ministry | View::Commission)
        }
        Err(_) => Action::find(&event.action).is_some_and(|action| action_is_told(view, action)),
    }
}

/// The state in which an event left its application, if it is about one.
pub fn state_after(event: &LoggedEvent) -> Option<StateKind> {
    event.subject.parse::<ApplicationName>().ok().and_then(|_| state(event, "to"))
}

/// The state in which an event left its accreditation, if it is about one.
pub fn accreditation_after(event: &LoggedEvent) -> Option<AccreditationState> {
    event.subject.parse::<AccreditationName>().ok()?;
    let word = event.facts.get("to")?;
    AccreditationState::ALL.into_iter().find(|state| state.as_str() == word)
}

fn state(event: &LoggedEvent, fact: &str) -> Option<StateKind> {
    let word = event.facts.get(fact)?;
    StateKind::ALL.into_iter().find(|kind| kind.as_str() == word)
}

fn application_is_told(view: View, event: &LoggedEvent) -> bool {
    let Some(to) = state(event, "to") else { return false };
    let from = state(event, "from");
    let verb = event.facts.get("verb").map(String::as_str);
    // Findings, who holds a claim, and who leaves it to others are the commission's own affair.
    let internal = verb == Some("screen")
        || [Verb::ClearFinding, Verb::TakeOver, Verb::Recuse].iter().any(|own| verb == Some(own.as_str()))
        || (verb == Some(Verb::Claim.as_str()) && from == Some(to));
    match view {
        View::Delegation => !internal,
        View::Ministry => !internal && !before_submission(from, to),
        View::Commission => event.facts.contains_key("presentation"),
        // A registrar watches nothing; what it may read of paper, it lists.
        View::Registrar | View::CommissionAndRegistrar => false,
    }
}

/// The delegation and the commission read amendments; what the checks found is the commission's own affair.
fn amendment_is_told(view: View, event: &LoggedEvent) -> bool {
    match event.facts.get("verb").map(String::as_str) {
        Some("screen") => view == View::Commission,
        _ => matches!(view, View::Delegation | View::Commission),
    }
}

/// A draft that was filed, changed, withdrawn or overtaken: the ministry has never seen it. What has lapsed may have been
/// one.
fn before_submission(from: Option<StateKind>, to: StateKind) -> bool {
    to == StateKind::Draft || (from.is_some_and(StateKind::is_unsubmitted) && to != StateKind::Submitted)
}

fn action_is_told(view: View, action: Action) -> bool {
    match action {
        Action::CreateInvitation
        | Action::AcceptInvitation
        | Action::DeclineInvitation
        | Action::UpdateInvitation
        | Action::CreateMission
        | Action::UpdateMission
        | Action::WithdrawMission
        | Action::UpdateDeploymentPlan
        | Action::WithdrawAccreditation
        | Action::ConfirmAccreditations
        | Action::FileAppeal
        | Action::DecideAppeal => true,
        Action::CreatePresentation | Action::AdoptDecree | Action::AttachDecreeScan => view != View::Delegation,
        Action::CreateDecree
        | Action::UpdateDecree
        | Action::AddDecreeItems
        | Action::RemoveDecreeItems
        | Action::ProposeChange
        | Action::WithdrawProposal => view == View::Commission,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::id::EventId;

    const APPLICATION: &str = "elections/e1/missions/osce/applications/0b6a1f0e-0000-4000-8000-000000000001";

    fn event(subject: &str, action: &str, facts: &[(&str, &str)]) -> LoggedEvent {
        LoggedEvent {
            position: 0,
            id: EventId(uuid::Uuid::nil()),
            leaf: [0; 32],
            time: jiff::Timestamp::UNIX_EPOCH,
            actor: String::new(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            organization: "osce".parse().expect("a code"),
            facts: facts
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect::<BTreeMap<_, _>>(),
        }
    }

    fn told(event: &LoggedEvent) -> [bool; 3] {
        [View::Delegation, View::Ministry, View::Commission].map(|view| is_told(view, event))
    }

    #[test]
    fn of_an_application_everyone_is_told_what_they_may_read() {
        let place = ("presentation", "1");
        for (verb, from, to, place, expected) in [
            ("", "", "DRAFT", None, [true, false, false]),
            ("update", "DRAFT", "DRAFT", None, [true, false, false]),
            ("withdraw", "DRAFT", "WITHDRAWN", None, [true, false, false]),
            ("submit", "DRAFT", "SUBMITTED", None, [true, true, false]),
            ("lapse", "SUBMITTED", "LAPSED", None, [true, true, false]),
            ("update", "LAPSED", "LAPSED", None, [true, false, false]),
            ("submit", "LAPSED", "SUBMITTED", None, [true, true, false]),
            ("withdraw", "SUBMITTED", "WITHDRAWN", None, [true, true, false]),
            ("present", "SUBMITTED", "PRESENTED", Some(place), [true, true, true]),
            ("claim", "PRESENTED", "IN_REVIEW", Some(place), [true, true, true]),
            ("claim", "IN_REVIEW", "IN_REVIEW", Some(place), [false, false, true]),
            (Verb::ClearFinding.as_str(), "IN_REVIEW", "IN_REVIEW", Some(place), [false, false, true]),
            ("screen", "PRESENTED", "PRESENTED", Some(place), [false, false, true]),
            ("take-over", "IN_REVIEW", "IN_REVIEW", Some(place), [false, false, true]),
            ("recuse", "RECOMMENDED", "PRESENTED", Some(place), [false, false, true]),
            ("release", "IN_REVIEW", "PRESENTED", Some(place), [true, true, true]),
            ("adopt", "RECOMMENDED", "ACCREDITED", Some(place), [true, true, true]),
            ("adopt", "RECOMMENDED", "NO_SUCH_STATE", Some(place), [false, false, false]),
        ] {
            let mut facts = vec![("verb", verb), ("from", from), ("to", to)];
            facts.extend(place);
            assert_eq!(told(&event(APPLICATION, "x", &facts)), expected, "{verb} {from} {to}");
        }
    }

    #[test]
    fn lists_decrees_and_what_is_unknown() {
        for (action, expected) in [
            ("MissionService/CreateInvitation", [true, true, true]),
            ("MissionService/UpdateInvitation", [true, true, true]),
            ("MissionService/UpdateMission", [true, true, true]),
            ("MissionService/WithdrawMission", [true, true, true]),
            ("MissionService/UpdateDeploymentPlan", [true, true, true]),
            ("AccreditationService/WithdrawAccreditation", [true, true, true]),
            ("AccreditationService/ConfirmAccreditations", [true, true, true]),
            ("PresentationService/CreatePresentation", [false, true, true]),
            ("DecreeService/AdoptDecree", [false, true, true]),
            ("DecreeScanService/AttachDecreeScan", [false, true, true]),
            ("DecreeService/CreateDecree", [false, false, true]),
            ("DecreeService/UpdateDecree", [false, false, true]),
            ("AccreditationService/ProposeChange", [false, false, true]),
            ("AppealService/FileAppeal", [true, true, true]),
            ("AppealService/DecideAppeal", [true, true, true]),
            ("AccreditationService/WithdrawProposal", [false, false, true]),
            ("RegistryService/CreatePrincipal", [false, false, false]),
            ("Tick", [false, false, false]),
            ("of the future", [false, false, false]),
        ] {
            assert_eq!(told(&event("elections/e1/x/1", action, &[])), expected, "{action}");
        }
    }

    #[test]
    fn a_postponement_is_told_to_everyone_once() {
        for action in ["ElectionService/PostponeElection", "ElectionService/CallRunOff"] {
            let of = |facts: &[(&str, &str)]| event("elections/e1", action, facts);
            assert_eq!(told(&of(&[])), [false, true, true]);
            assert_eq!(told(&of(&[(INVITED, "true")])), [true, false, false]);
        }
    }

    #[test]
    fn what_is_said_again_is_told_to_nobody() {
        let again = event("elections/e1/missions/osce", "MissionService/WithdrawMission", &[("repeated", "true")]);
        assert_eq!(told(&again), [false, false, false]);
    }

    #[test]
    fn what_an_appeal_makes_be_proposed_is_told_to_the_commission_alone() {
        let proposed = event("elections/e1/proposals/7", "AppealService/DecideAppeal", &[]);
        assert_eq!(told(&proposed), [false, false, true]);
    }

    #[test]
    fn an_amendment_is_told_to_its_delegation_and_the_commission_and_what_is_found_to_the_commission_alone() {
        let subject = format!("{APPLICATION}/amendments/1");
        for action in ["AmendAccreditation", "WithdrawAmendment", "DecideAmendment"] {
            let action = format!("AccreditationService/{action}");
            assert_eq!(told(&event(&subject, &action, &[("state", "OPEN")])), [true, false, true]);
        }
        assert_eq!(told(&event(&subject, "Tick", &[("verb", "screen")])), [false, false, true]);
        let place = ("presentation", "1");
        let amended = [("verb", "amend"), ("from", "ACCREDITED"), ("to", "ACCREDITED"), place];
        assert_eq!(told(&event(APPLICATION, "AccreditationService/DecideAmendment", &amended)), [true; 3]);
    }

    #[test]
    fn what_becomes_of_an_accreditation_is_told_to_everyone_whose_it_is() {
        let of = |to: &str| event("elections/e1/accreditations/7", "DecreeService/AdoptDecree", &[("to", to)]);
        for state in AccreditationState::ALL {
            assert_eq!(accreditation_after(&of(state.as_str())), Some(state));
            assert_eq!(told(&of(state.as_str())), [true; 3]);
        }
        assert_eq!(told(&of("NO_SUCH_STATE")), [false, true, true]);
    }

    #[test]
    fn every_word_of_a_state_is_known() {
        for kind in StateKind::ALL {
            assert_eq!(state_after(&event(APPLICATION, "x", &[("to", kind.as_str())])), Some(kind));
        }
    }
}
