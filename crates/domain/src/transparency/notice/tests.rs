//! Who sees which event: delegation, ministry and commission, in this order.

use super::*;
use crate::application::Place;
use crate::application::fixture::{election, place};
use crate::outcome::VotingDayMoved;
use crate::proposal::ProposalKind;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::id::EventId;
use crate::vocabulary::name::{AccreditationName, PrincipalName};

/// Which views see the event.
fn told(payload: impl Into<Option<EventPayload>>) -> [bool; 3] {
    let event = LoggedEvent {
        position: 0,
        id: EventId(uuid::Uuid::nil()),
        leaf: [0; 32],
        time: jiff::Timestamp::UNIX_EPOCH,
        actor: String::new(),
        action: "x".to_owned(),
        subject: "x".to_owned(),
        organization: "osce".parse().expect("a code"),
        payload: payload.into(),
    };
    [View::Delegation, View::Ministry, View::Commission].map(|view| is_told(view, &event))
}

/// A transition or step of an application.
fn moved(step: Step, from: StateKind, to: StateKind, place: Option<Place>) -> EventPayload {
    let (revision, content_digest, on_paper) = (1, [1; 32], false);
    EventPayload::ApplicationMoved {
        moved: ApplicationMoved { step, from, to, revision, content_digest, place, on_paper },
    }
}

fn accreditation() -> AccreditationName {
    "elections/e1/accreditations/7".parse().expect("a name")
}

/// Each reader sees what the resource would show them, and nothing internal to another side.
#[test]
fn each_reader_sees_the_events_of_what_they_may_read() {
    use StateKind::{Accredited, Draft, InReview, Lapsed, Presented, Recommended, Submitted, Withdrawn};
    let placed = Some(place());
    let (withdrawn, decided) = (Step::Withdrawn { note_number: None }, Step::Decided { decree: 1 });
    let cleared = Step::Cleared { finding: FindingCode::WatchList };
    let reviewer: PrincipalName = "organizations/cec/principals/r1".parse().expect("a name");
    let taken_over = Step::TakenOver { reviewer_before: Some(reviewer.clone()), reviewer };
    let amended = Step::Amended { accreditation: accreditation(), badge: 8, void_badge: Some(7) };
    for (step, from, to, place, expected) in [
        (Step::Updated, Draft, Draft, None, [true, false, false]),
        (withdrawn.clone(), Draft, Withdrawn, None, [true, false, false]),
        (Step::Submitted, Draft, Submitted, None, [true, true, false]),
        (Step::Lapsed, Submitted, Lapsed, None, [true, true, false]),
        (Step::Updated, Lapsed, Lapsed, None, [true, false, false]),
        (Step::Submitted, Lapsed, Submitted, None, [true, true, false]),
        (withdrawn, Submitted, Withdrawn, None, [true, true, false]),
        (Step::Presented, Submitted, Presented, placed, [true, true, true]),
        (Step::Claimed, Presented, InReview, placed, [true, true, true]),
        (Step::Claimed, InReview, InReview, placed, [false, false, true]),
        (cleared, InReview, InReview, placed, [false, false, true]),
        (taken_over, InReview, InReview, placed, [false, false, true]),
        (Step::Recused, Recommended, Presented, placed, [false, false, true]),
        (Step::Released, InReview, Presented, placed, [true, true, true]),
        (decided, Recommended, Accredited, placed, [true, true, true]),
        (amended, Accredited, Accredited, placed, [true, true, true]),
    ] {
        assert_eq!(told(moved(step.clone(), from, to, place)), expected, "{step:?} {from} {to}");
    }
    let to = Draft;
    let filed = EventPayload::ApplicationFiled { to, revision: 1, content_digest: [1; 32], on_paper: false };
    assert_eq!(told(filed), [true, false, false]);
    let standing = |state, place| StateAndPlace { state, place };
    let screened = |application| EventPayload::Screened { revision: 1, findings: Vec::new(), application };
    assert_eq!(told(screened(Some(standing(Presented, placed)))), [false, false, true]);
    assert_eq!(told(screened(None)), [false, false, true], "of an amendment");
    let erased = |state, place| EventPayload::ApplicationErased { standing: standing(state, place), documents: 1 };
    assert_eq!(told(erased(Draft, None)), [true, false, false]);
    assert_eq!(told(erased(Submitted, None)), [true, true, false]);
    assert_eq!(told(erased(Accredited, placed)), [true, true, true]);
}

/// An invited organization must not get the news twice.
#[test]
fn a_moved_voting_day_is_shown_once_to_each_reader() {
    for invited in [true, false] {
        let date = |text: &str| text.parse().expect("a date");
        let moved = VotingDayMoved {
            voting_day: date("2019-06-16"),
            from: date("2019-06-09"),
            run_off: false,
            cutoffs: election().cutoffs,
            act: "Decree 7".to_owned(),
            invited,
        };
        assert_eq!(told(EventPayload::VotingDayMoved { moved }), [invited, !invited, !invited]);
    }
}

/// Unknown events, repetitions and proposals have the narrowest readers.
#[test]
fn repetitions_are_shown_to_nobody_and_proposals_to_the_commission() {
    assert_eq!(told(None), [false; 3], "of the future");
    assert_eq!(told(EventPayload::MissionWithdrawalRepeated {}), [false; 3]);
    let (accreditation, kind) = (accreditation(), ProposalKind::Reinstate);
    assert_eq!(told(EventPayload::ProposalMade { accreditation, kind, ground: None }), [false, false, true]);
    assert_eq!(told(EventPayload::DecreeDrafted {}), [false, false, true]);
    assert_eq!(told(EventPayload::PresentationMade { applications: 3 }), [false, true, true]);
    assert_eq!(told(EventPayload::DeploymentPlanned { teams: 3 }), [true; 3]);
    assert_eq!(told(EventPayload::ElectionOpened {}), [false; 3]);
}
