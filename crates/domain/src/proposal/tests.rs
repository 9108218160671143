//! Who proposes, who carries out, and what a proposal does to an accreditation.

use super::*;
use crate::accreditation::{ISSUED_IN_ERROR, Withdrawal};
use crate::application::fixture::{at, draft, election, issued, person};

const NOW: &str = "2019-05-20T00:00:00Z";

fn draft_of_kind(kind: ProposalKind) -> ProposalDraft {
    let ground = if kind == ProposalKind::Revoke { "campaigning" } else { "" };
    ProposalDraft { kind, ground: ground.to_owned(), text: Personal::new("Seen on stage.".to_owned()) }
}

fn propose(kind: ProposalKind) -> Proposed {
    let (accreditation, application) = (issued(), draft());
    let by = person("reviewer-1", "p3");
    let proposal = draft_of_kind(kind).propose(1, &accreditation, &application, &election().rules, by, at(NOW));
    Proposed { proposal: proposal.expect("it is in force"), accreditation, application, obstacle: None }
}

/// An annulment must not show the reviewer's words: readers would take it for an accusation.
#[test]
fn an_annulment_shows_only_that_it_was_an_error() {
    let adopter = person("adopter", "p4");
    for (kind, state, ground, reason) in [
        (ProposalKind::Revoke, AccreditationState::Revoked, "campaigning", "Seen on stage."),
        (ProposalKind::Annul, AccreditationState::Annulled, "", ISSUED_IN_ERROR),
    ] {
        let (proposal, after) = propose(kind).carry_out(9, 20, &adopter, at(NOW)).expect("it is in force");
        assert!(matches!(proposal.state, ProposalState::CarriedOut { decree: 9, .. }));
        let change = after.last_change.clone().expect("a change");
        assert_eq!((after.state(), change.decree, &*change.ground), (state, Some(9), ground));
        assert_eq!(change.reason.expose(), reason);
        assert!(after.badge.and_then(|badge| badge.void).is_some());
    }
}

/// The ground comes from the rule pack, and only an active accreditation can be revoked.
#[test]
fn a_revocation_needs_a_known_ground_and_an_active_accreditation() {
    let rules = election().rules;
    let by = || person("reviewer-1", "p3");
    let unknown = ProposalDraft { ground: "bad-hair".to_owned(), ..draft_of_kind(ProposalKind::Revoke) };
    let refused = unknown.propose(1, &issued(), &draft(), &rules, by(), at(NOW)).expect_err("no such ground");
    assert_eq!(refused.reason(), "UNKNOWN_GROUND");
    let told = refused.to_string();
    assert!(told.contains("campaigning (Conducting election campaigning or taking part in it), "), "{told}");
    let withdrawal = Withdrawal { reason: Personal::default(), note_number: "1".to_owned() };
    let ended = issued().withdraw(withdrawal, &by().principal, at(NOW)).expect("it is in force");
    let refused = draft_of_kind(ProposalKind::Annul).propose(1, &ended, &draft(), &rules, by(), at(NOW));
    assert_eq!(refused.expect_err("it has ended").reason(), "ACCREDITATION_ENDED");
    // One that was open when it ended stands in the way of a decree, and says why.
    let overtaken = Proposed { accreditation: ended, ..propose(ProposalKind::Revoke) };
    assert!(overtaken.check_ready().expect_err("it has ended").contains("WITHDRAWN_BY_SENDER"));
}

/// Recusal counts by human, also with a second certificate.
#[test]
fn recused_people_can_neither_propose_nor_adopt() {
    let (reviewer, adopter) = (person("reviewer-1", "p3"), person("adopter", "p4"));
    let application = Application { recused: vec![reviewer.clone(), adopter.clone()], ..draft() };
    let refused =
        draft_of_kind(ProposalKind::Annul).propose(1, &issued(), &application, &election().rules, reviewer, at(NOW));
    assert_eq!(refused.expect_err("recused").reason(), "FOUR_EYES");
    assert!(Proposed { application, ..propose(ProposalKind::Annul) }.exclusion_reason(&adopter).is_some());
    assert_eq!(propose(ProposalKind::Annul).exclusion_reason(&adopter), None);
    assert!(
        propose(ProposalKind::Annul).exclusion_reason(&person("adopter-2", "p3")).is_some(),
        "a second certificate"
    );
}

/// A reinstatement keeps the number, gets a new badge, and cannot be withdrawn while the mission goes on.
#[test]
fn a_reinstatement_keeps_the_number_and_cannot_be_withdrawn() {
    let (decider, adopter) = (person("reviewer-2", "p5"), person("adopter-2", "p6"));
    let (_, ended) = propose(ProposalKind::Revoke).carry_out(9, 20, &adopter, at(NOW)).expect("it is in force");
    let proposal = Proposal::reinstate(2, &ended, decider.clone(), at(NOW));
    let proposed = Proposed { proposal, accreditation: ended.clone(), application: draft(), obstacle: None };
    let withdraw = |proposed: &Proposed, obstacle: Option<ReinstatementObstacle>| {
        let proposed = Proposed { obstacle, ..proposed.clone() };
        proposed.withdraw(&decider, &[Role::CecAdopter], Personal::default(), at(NOW))
    };
    let taken = ReinstatementObstacle::PlaceTaken("elections/kz-2019/accreditations/8".parse().expect("a name"));
    for obstacle in [None, Some(taken.clone())] {
        let back = withdraw(&proposed, obstacle).expect_err("an appeal decided it");
        assert_eq!(back.reason(), "INVALID_REQUEST");
    }
    let gone = withdraw(&proposed, Some(ReinstatementObstacle::MissionWithdrawn)).expect("nobody comes back");
    assert!(matches!(gone.state, ProposalState::Withdrawn { .. }));
    for obstacle in [taken, ReinstatementObstacle::MissionWithdrawn] {
        let hindered = Proposed { obstacle: Some(obstacle), ..proposed.clone() };
        assert!(hindered.check_ready().is_err());
    }
    assert_eq!((proposed.check_ready(), proposed.exclusion_reason(&decider).is_some()), (Ok(()), true));
    let (_, again) = proposed.clone().carry_out(10, 21, &adopter, at(NOW)).expect("it has ended");
    assert_eq!((again.state(), again.changes(), &again.name), (AccreditationState::Active, 2, &ended.name));
    assert!(again.badge.as_ref().is_some_and(|badge| badge.serial == 21 && badge.void.is_none()));
    assert!(Proposed { accreditation: again, ..proposed }.check_ready().is_err(), "once");
}

/// The proposer and every adopter can withdraw a proposal, once.
#[test]
fn its_proposer_and_every_adopter_can_withdraw_it_once() {
    let withdraw = |proposed: Proposed, id: &str, roles: &[Role]| {
        proposed.withdraw(&person("x", id), roles, Personal::default(), at(NOW))
    };
    let open = propose(ProposalKind::Revoke);
    assert!(withdraw(open.clone(), "p3", &[Role::CecReviewer]).is_ok());
    let other = withdraw(open.clone(), "p5", &[Role::CecReviewer]).expect_err("not hers");
    assert_eq!(other.reason(), "ROLE_REQUIRED");
    let recused = Application { recused: vec![person("adopter", "p4")], ..draft() };
    let exclusion_reason = withdraw(Proposed { application: recused, ..open.clone() }, "p4", &[Role::CecAdopter]);
    assert_eq!(exclusion_reason.expect_err("recused from the person").reason(), "FOUR_EYES");
    let proposal = withdraw(open.clone(), "p4", &[Role::CecAdopter]).expect("an adopter sends it back");
    let again = withdraw(Proposed { proposal, ..open }, "p4", &[Role::CecAdopter]).expect_err("once");
    assert_eq!(again, Refusal::ProposalClosed { state: "WITHDRAWN" });
}
