//! Every state with every verb, by calling the transitions themselves.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::fixture::{at, draft, election, filing, person, place, question};
use super::*;
use crate::decree::{RefusalGround, Verdict};
use crate::refusal::Refusal;
use crate::screening::{Finding, Screening};
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::verb::Verb;

const NOW: &str = "2019-05-10T00:00:00Z";
const DUE: &str = "2019-05-12T00:00:00Z";

fn now() -> Timestamp {
    at(NOW)
}

/// A screening of the current revision with these findings.
fn screened(application: &Application, findings: Vec<Finding>) -> Screening {
    Screening { revision: application.revision, version: 1, findings, time: now() }
}

/// A blocking finding.
fn host_citizen() -> Finding {
    let (code, fields, related) = (FindingCode::HostCitizen, Vec::new(), String::new());
    Finding { code, blocking: true, fields, related, clearance: None }
}

fn verdict_to_refuse() -> Verdict {
    Verdict::Refuse(RefusalGround { ground: "not-nominated".to_owned(), text: Personal::new("No letter.".to_owned()) })
}

/// Calls one verb with arguments to which only the state can object.
fn call(application: Application, verb: Verb) -> Result<Application, Refusal> {
    let (election, filing) = (election(), filing());
    let reviewer = person("reviewer-1", "p1");
    let late = at("2019-06-05T00:00:00Z");
    match verb {
        Verb::Update => application.update(filing.content.category, [2; 32], &election, now()),
        Verb::Submit => {
            let (content, received) = (&filing.content, now());
            application.submit(SubmissionGuard { election: &election, content, uploaded: &content.documents, received })
        }
        Verb::Return => application.return_by_ministry(vec![question()], now()),
        Verb::Present => application.present(place()),
        Verb::Claim => {
            let screening = screened(&application, Vec::new());
            let rules = &election.rules;
            application.claim(ClaimGuard { reviewer: &reviewer, rules, screening: &screening, now: now() })
        }
        Verb::RaiseQuestions => application.raise_questions(&reviewer.principal, vec![question()], at(DUE), now()),
        Verb::Answer => application.answer(&[(question().field, "It is there now.".to_owned())], None),
        Verb::ClearFinding => {
            let (found, reason) =
                (screened(&application, vec![host_citizen()]), Personal::new("Dual citizen.".to_owned()));
            let code = FindingCode::HostCitizen;
            application.clear_finding(found, &reviewer.principal, code, reason, now()).map(|_| application)
        }
        Verb::Recommend => {
            let screening = screened(&application, Vec::new());
            application.recommend(&reviewer, verdict_to_refuse(), &election.rules, &screening, now())
        }
        Verb::Release => application.release(&reviewer.principal),
        Verb::TakeOver => {
            let (screening, colleague) = (screened(&application, Vec::new()), person("reviewer-2", "p2"));
            let rules = &election.rules;
            application.take_over(ClaimGuard { reviewer: &colleague, rules, screening: &screening, now: now() })
        }
        Verb::Recuse => application.recuse(&reviewer, Some(&reviewer.person)),
        Verb::SendBack => application.send_back(&person("adopter", "p3"), &election.rules, now()),
        Verb::Adopt => application.decide(1, Decision::Refuse),
        Verb::Reopen => {
            let parties = vec![reviewer.clone()];
            application.reopen(&person("reviewer-2", "p2"), parties, true, &election.rules, now())
        }
        Verb::Amend => application.amend(2, [2; 32]),
        Verb::Withdraw => application.withdraw(Personal::new("Cannot travel.".to_owned())),
        Verb::Lapse | Verb::EndLease | Verb::EndQuestions => {
            let before = application.clone();
            match application.tick(&election.cutoffs, late) {
                Some((done, ticked)) if done.verb() == verb => Ok(ticked),
                _ => before.allow_for_test(verb),
            }
        }
    }
}

impl Application {
    /// A tick that does nothing is no refusal, so the table is asked instead.
    fn allow_for_test(self, verb: Verb) -> Result<Self, Refusal> {
        let (state, allowed) = (self.state.kind(), self.state.kind().verbs().to_vec());
        assert!(!allowed.contains(&verb), "{state} should {verb:?} by itself");
        Err(Refusal::IllegalTransition { state, verb, allowed })
    }
}

/// The application after these verbs.
fn through(verbs: &[Verb]) -> Application {
    verbs.iter().fold(draft(), |application, verb| call(application, *verb).expect("a legal path"))
}

/// An application in a state, reached by legal verbs only.
fn in_state(kind: StateKind) -> Application {
    use crate::vocabulary::verb::Verb::{Adopt, Claim, Present, RaiseQuestions, Recommend, Return, Submit, Withdraw};
    match kind {
        StateKind::Draft => draft(),
        StateKind::Submitted => through(&[Submit]),
        StateKind::ReturnedByMinistry => through(&[Submit, Return]),
        StateKind::Presented => through(&[Submit, Present]),
        StateKind::InReview => through(&[Submit, Present, Claim]),
        StateKind::ReturnedByCommission => through(&[Submit, Present, Claim, RaiseQuestions]),
        StateKind::Recommended => through(&[Submit, Present, Claim, Recommend]),
        StateKind::Refused => through(&[Submit, Present, Claim, Recommend, Adopt]),
        StateKind::Withdrawn => through(&[Submit, Withdraw]),
        StateKind::Lapsed => through(&[Verb::Lapse]),
        StateKind::Accredited => {
            let held = through(&[Submit, Present, Claim]);
            let rules = election().rules;
            let (reviewer, screening) = (person("reviewer-1", "p1"), screened(&held, Vec::new()));
            let recommended = held.recommend(&reviewer, Verdict::Accredit, &rules, &screening, now());
            recommended.and_then(|done| done.decide(1, Decision::Accredit { accreditation: 1 })).expect("a legal path")
        }
    }
}

/// The whole table as it really behaves. A change of the rules shows up in review as a change of the snapshot.
#[test]
fn every_state_and_every_verb() {
    let mut table = String::new();
    for kind in StateKind::ALL {
        for verb in Verb::ALL {
            let application = in_state(kind);
            assert_eq!(application.state.kind(), kind);
            let version = application.version;
            match call(application, verb) {
                Ok(changed) => {
                    assert!(kind.verbs().contains(&verb), "{kind} {verb:?} succeeded against the table");
                    // A clearance changes the screening alone.
                    let changes = i64::from(verb != Verb::ClearFinding);
                    assert_eq!(changed.version, version + changes, "{kind} {verb:?}");
                    writeln!(table, "{kind} --{}--> {}", verb.as_str(), changed.state.kind()).expect("a String");
                }
                Err(Refusal::IllegalTransition { state, verb: refused, allowed }) => {
                    assert_eq!((state, refused), (kind, verb));
                    assert!(!kind.verbs().contains(&verb), "{kind} {verb:?} refused against the table");
                    assert!(allowed.iter().all(|verb| kind.verbs().contains(verb)));
                }
                Err(other) => panic!("{kind} {verb:?}: {other}"),
            }
        }
    }
    insta::assert_snapshot!(table);
}

/// A final state continues only by an appeal, by an amendment, or after a postponement.
#[test]
fn final_states_allow_only_appeal_amendment_or_resumption() {
    for kind in StateKind::ALL {
        assert_eq!(kind.verbs().is_empty(), kind == StateKind::Withdrawn, "{kind}");
    }
    assert_eq!(StateKind::Refused.verbs(), [Verb::Reopen]);
    assert_eq!(StateKind::Accredited.verbs(), [Verb::Amend]);
    assert_eq!(StateKind::Lapsed.verbs(), [Verb::Update, Verb::Submit]);
}

/// A lapsed application comes back only if a postponement moved its cutoff, to the microsecond.
#[test]
fn a_lapsed_application_resumes_only_before_a_moved_cutoff() {
    let (election, filing) = (election(), filing());
    let lapsed = in_state(StateKind::Lapsed);
    let last = election.cutoffs.submission;
    let content = &filing.content;
    let update = |now| lapsed.clone().update(content.category, [2; 32], &election, now);
    let submit = |received| {
        let guard = SubmissionGuard { election: &election, content, uploaded: &content.documents, received };
        lapsed.clone().submit(guard)
    };
    assert_eq!(update(last).expect("in time").state, State::Lapsed);
    assert_eq!(submit(last).expect("in time").state, State::Submitted);
    let late = last + jiff::SignedDuration::from_micros(1);
    for refused in [update(late), submit(late)] {
        assert!(matches!(refused, Err(Refusal::CutoffPassed { cutoff, .. }) if cutoff == last), "{refused:?}");
    }
}

/// A finding has to be cleared with a reason before a reviewer can recommend to accredit.
#[test]
fn blocking_findings_prevent_accrediting_until_they_are_cleared() {
    let (reviewer, rules) = (person("reviewer-1", "p1"), election().rules);
    let held = in_state(StateKind::InReview);
    let found = screened(&held, vec![host_citizen()]);
    let refused = held.clone().recommend(&reviewer, Verdict::Accredit, &rules, &found, now());
    assert_eq!(refused, Err(Refusal::BlockingFindings { codes: vec![FindingCode::HostCitizen] }));
    let reason = Personal::new("Gave up the citizenship in 2011.".to_owned());
    let cleared =
        held.clear_finding(found, &reviewer.principal, FindingCode::HostCitizen, reason, now()).expect("held");
    assert!(held.recommend(&reviewer, Verdict::Accredit, &rules, &cleared, now()).is_ok());
}

/// A reviewer who claims before the screening would not see the findings.
#[test]
fn an_application_is_claimed_only_after_its_screening() {
    let (reviewer, rules) = (person("reviewer-1", "p1"), election().rules);
    let presented = in_state(StateKind::Presented);
    let none = Screening::default();
    let claimed = presented.claim(ClaimGuard { reviewer: &reviewer, rules: &rules, screening: &none, now: now() });
    assert_eq!(claimed, Err(Refusal::ScreeningPending));
}

/// A clearance must not hide a new finding.
#[test]
fn a_clearance_stays_with_what_it_cleared_and_with_nothing_else() {
    let held = in_state(StateKind::InReview);
    let reviewer = person("reviewer-1", "p1").principal;
    let twin =
        |related: &str| Finding { code: FindingCode::DuplicateDocument, related: related.to_owned(), ..host_citizen() };
    let found = screened(&held, vec![twin("a")]);
    let cleared = held.clear_finding(
        found,
        &reviewer,
        FindingCode::DuplicateDocument,
        Personal::new("A twin.".to_owned()),
        now(),
    );
    let cleared = cleared.expect("held");
    assert_eq!(cleared.standing(), []);
    assert_eq!(cleared.rerun(&held, vec![twin("a")], now(), now()), None, "nothing changed");
    let again = cleared.rerun(&held, vec![twin("a"), twin("b")], now(), now()).expect("another one");
    assert_eq!(again.standing(), [FindingCode::DuplicateDocument]);
    assert!(again.findings[0].clearance.is_some() && again.findings[1].clearance.is_none());
    assert_ne!(held.etag_with(&cleared), held.etag_with(&again), "the commission reads it again");
}

/// Two reviewers must not work on the same application.
#[test]
fn only_the_reviewer_who_holds_an_application_works_on_it() {
    let (other, rules) = (person("reviewer-2", "p2"), election().rules);
    let held = in_state(StateKind::InReview);
    let screening = screened(&held, Vec::new());
    let refused = held.recommend(&other, Verdict::Accredit, &rules, &screening, now());
    assert_eq!(refused, Err(Refusal::NotYourClaim));
}

/// A person can appeal only against a ground that the law knows.
#[test]
fn a_refusal_names_a_ground_of_the_rule_pack() {
    let (reviewer, rules) = (person("reviewer-1", "p1"), election().rules);
    let refuse = |ground: &str, text: &str| {
        let verdict =
            Verdict::Refuse(RefusalGround { ground: ground.to_owned(), text: Personal::new(text.to_owned()) });
        let held = in_state(StateKind::InReview);
        let screening = screened(&held, Vec::new());
        held.recommend(&reviewer, verdict, &rules, &screening, now())
    };
    assert_eq!(refuse("", "x"), Err(Refusal::GroundRequired));
    assert_eq!(refuse("not-nominated", " "), Err(Refusal::GroundRequired));
    assert!(matches!(refuse("because", "x"), Err(Refusal::UnknownGround { .. })));
    assert!(refuse("not-nominated", "No letter.").is_ok());
}

/// A partial answer would leave a question open without anybody noticing.
#[test]
fn every_question_needs_an_answer_and_the_place_stays() {
    let asked = in_state(StateKind::ReturnedByCommission);
    let refused = asked.clone().answer(&[("category".to_owned(), "x".to_owned())], None);
    assert_eq!(refused, Err(Refusal::QuestionsUnanswered { fields: vec![question().field] }));
    let answered = asked.answer(&[(question().field, "Here.".to_owned())], Some((Category::Driver, [9; 32])));
    let answered = answered.expect("answered");
    assert_eq!((answered.place(), answered.revision), (Some(place()), 2));
    let asked = answered.last_return.expect("kept for the reviewer");
    assert_eq!(asked.questions[0].answer.expose(), "Here.");
}

use crate::vocabulary::category::Category;
