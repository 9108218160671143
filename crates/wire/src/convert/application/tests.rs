use domain::application::content::{Registered, StoredFiling};
use domain::application::{AccreditedFacts, Application, State};
use domain::decree::{RefusalGround, Verdict};
use domain::policy::View;
use domain::vocabulary::state::StateKind;

use super::super::sample;
use super::super::time::timestamp;
use super::*;

const REVIEWER: &str = "organizations/cec/principals/reviewer";

/// One application in each state.
fn state(kind: StateKind) -> State {
    let place = sample::place();
    let ground = RefusalGround { ground: "not-nominated".to_owned(), text: Personal::new("No letter.".to_owned()) };
    let accredit = || sample::recommendation(Verdict::Accredit);
    match kind {
        StateKind::Draft => State::Draft,
        StateKind::Submitted => State::Submitted,
        StateKind::ReturnedByMinistry => State::ReturnedByMinistry,
        StateKind::Presented => State::Presented(place),
        StateKind::InReview => {
            let lease_until = sample::time("2019-05-07T12:00:00Z");
            State::InReview { place, reviewer: sample::principal(REVIEWER), lease_until }
        }
        StateKind::ReturnedByCommission => {
            State::ReturnedByCommission { place, due: sample::time("2019-05-06T00:00:00Z") }
        }
        StateKind::Recommended => State::Recommended { place, recommendation: accredit() },
        StateKind::Accredited => {
            State::Accredited(AccreditedFacts { place, decree: 4, accreditation: 12, recommendation: accredit() })
        }
        StateKind::Refused => {
            let recommendation = sample::recommendation(Verdict::Refuse(ground.clone()));
            State::Refused { place, decree: 4, recommendation, ground }
        }
        StateKind::Withdrawn => State::Withdrawn {
            place: Some(place),
            reason: Personal::new("Ill.".to_owned()),
            note_number: String::new(),
        },
        StateKind::Lapsed => State::Lapsed,
    }
}

fn seen(kind: StateKind, view: View) -> v1::Application {
    let application = Application { state: state(kind), ..sample::application() };
    let mut before = sample::filing();
    before.content.passport_expiry = "2020-01-02".parse().expect("a date");
    let (now, before) = (StoredFiling::Whole(sample::filing()), StoredFiling::Whole(before));
    to_message(&application, &now, Some(&before), &sample::screening(), &sample::election().rules, view)
}

#[test]
fn a_filing_reads_back_as_written() {
    let message = seen(StateKind::Draft, View::Delegation);
    let mut violations = Violations::default();
    assert_eq!(filing(message, "application", &mut violations), Some(sample::filing()));
    assert!(violations.is_empty());
}

#[test]
fn of_what_was_erased_the_register_alone_is_shown() {
    let content = sample::filing().content;
    let registered = Registered {
        family_name: content.family_name.clone(),
        given_name: content.given_name,
        native_name: content.native_name,
        name_kk: content.name_kk,
        name_ru: content.name_ru,
        nationality: content.nationality,
    };
    let erase_time = sample::time("2019-09-09T00:00:00Z");
    let application = Application { erase_time: Some(erase_time), ..sample::application() };
    let rules = sample::election().rules;
    let show = |kept: StoredFiling| {
        let before = StoredFiling::Whole(sample::filing());
        to_message(&application, &kept, Some(&before), &sample::screening(), &rules, View::Commission)
    };
    let shown = show(StoredFiling::Erased(Some(registered)));
    let person = shown.person.expect("accredited people are in the register");
    assert_eq!((&person.family_name, person.nationality.as_str()), (content.family_name.expose(), "DEU"));
    assert_eq!((person.birth_date.as_str(), person.passport, person.sex), ("", None, 0));
    assert_eq!(
        (shown.erase_time, shown.documents, shown.changed_fields.len()),
        (Some(timestamp(erase_time)), vec![], 0)
    );
    assert_eq!(show(StoredFiling::Erased(None)).person, None);
}

#[test]
fn a_draft_says_what_it_is() {
    let message = seen(StateKind::Draft, View::Delegation);
    let application = sample::application();
    assert_eq!(message.name, sample::APPLICATION);
    assert_eq!(message.category(), v1::Category::ShortTermObserver);
    assert_eq!((message.etag, message.revision, message.return_count), (application.etag(), 1, 1));
    assert_eq!(message.content_digest, [1; 32]);
    assert_eq!(message.create_time, Some(timestamp(application.create_time)));
    assert_eq!(message.first_submit_time, application.first_submit_time.map(timestamp));
    assert_eq!(message.submit_time, application.submit_time.map(timestamp));
    assert_eq!((message.presentation.as_str(), message.presentation_position), ("", 0));
    let asked = message.last_return.expect("it was asked");
    assert_eq!(asked.returned_by(), v1::ReturnedBy::Commission);
    assert_eq!(asked.return_time, Some(timestamp(sample::time("2019-05-04T00:00:00Z"))));
    assert_eq!(asked.due_time, Some(timestamp(sample::time("2019-05-06T00:00:00Z"))));
    assert_eq!(asked.questions[0].answer, "A new one is declared.");
    assert_eq!(message.changed_fields, ["person.passport.expiry_date"]);
    assert!(message.findings.is_empty() && message.screen_time.is_none());
}

/// What a view shows of a state, field by field; `-` for what it does not.
fn shown(kind: StateKind, view: View) -> String {
    let message = seen(kind, view);
    let text = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    let recommendation = message.recommendation.as_ref().map(|made| {
        assert_eq!(made.content_digest, [1; 32]);
        let ground = made.refusal.as_ref().map(|refusal| refusal.ground.clone()).unwrap_or_default();
        format!("{:?} {} by {}", made.verdict(), text(&ground), text(&made.recommended_by))
    });
    let refusal = message.refusal.as_ref().map(|refusal| format!("{} {}", refusal.ground, refusal.appeal.is_empty()));
    format!(
        "{:?} place {} findings {} reviewer {} lease {} recommendation {} \
         decree {} accreditation {} refusal {} reason {}",
        message.state(),
        message.presentation_position,
        message.findings.len(),
        text(&message.reviewer),
        message.lease_expire_time.is_some(),
        text(&recommendation.unwrap_or_default()),
        text(&message.decree),
        text(&message.accreditation),
        text(&refusal.unwrap_or_default()),
        text(&message.withdrawal_reason),
    )
}

/// The whole of what each reader sees of each state, to be reviewed as a table.
#[test]
fn every_reader_and_every_state() {
    let mut table = String::new();
    for kind in StateKind::ALL {
        for view in [View::Delegation, View::Ministry, View::Commission] {
            table += &format!("{kind} to {view:?}: {}\n", shown(kind, view));
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn only_the_commission_sees_findings_and_who_cleared_them() {
    let message = seen(StateKind::InReview, View::Commission);
    let [cleared, open] = &message.findings[..] else { panic!("two findings") };
    assert_eq!((cleared.code.as_str(), cleared.blocking), ("PASSPORT_EXPIRES_EARLY", true));
    assert_eq!((cleared.clear_reason.as_str(), cleared.cleared_by.as_str()), ("Seen.", REVIEWER));
    assert_eq!(cleared.clear_time, Some(timestamp(sample::time("2019-05-05T00:00:00Z"))));
    assert_eq!((open.code.as_str(), open.clear_reason.as_str(), open.clear_time), ("DUPLICATE_DOCUMENT", "", None));
    assert_eq!(
        (open.fields.as_slice(), open.related.as_str()),
        (&["person.passport.number".to_owned()][..], sample::OTHER)
    );
}

#[test]
fn no_delegation_learns_a_name_in_any_state() {
    for kind in StateKind::ALL {
        let shown = crate::json::to_json(&seen(kind, View::Delegation)).to_string();
        assert!(!shown.contains("organizations/cec"), "{kind}: {shown}");
        assert!(!shown.contains("p7") && !shown.contains(sample::OTHER), "{kind}: {shown}");
    }
}

#[test]
fn every_part_of_a_person_that_means_nothing_is_a_violation() {
    let check = |change: fn(&mut v1::Application), fields: &[&str]| {
        let mut message = seen(StateKind::Draft, View::Delegation);
        change(&mut message);
        let mut violations = Violations::default();
        assert_eq!(filing(message, "application", &mut violations), None);
        let found: Vec<_> = violations.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(found, fields);
    };
    check(|message| message.category = 0, &["application.category"]);
    check(|message| message.person = None, &["application.person"]);
    check(
        |message| {
            let person = message.person.as_mut().expect("it has one");
            person.birth_date = "1980-02-30".to_owned();
            person.sex = 9;
            person.passport = None;
            message.category = 77;
            message.documents[1].sha256.pop();
        },
        &[
            "application.category",
            "application.documents[1].sha256",
            "application.person.birth_date",
            "application.person.sex",
            "application.person.passport",
        ],
    );
    check(
        |message| message.person.as_mut().and_then(|p| p.passport.as_mut()).expect("it has one").expiry_date.clear(),
        &["application.person.passport.expiry_date"],
    );
}

#[test]
fn one_document_of_a_kind_and_one_question_and_answer_for_a_field() {
    let mut violations = Violations::default();
    let mut message = seen(StateKind::Draft, View::Delegation);
    message.documents.push(message.documents[0].clone());
    filing(message, "application", &mut violations);
    let question = |field: &str, reason: i32| v1::Question { field: field.to_owned(), reason, ..Default::default() };
    questions(vec![question("person", 1), question("person", 0)], "questions", &mut violations);
    let answer = |field: &str| v1::Answer { field: field.to_owned(), text: "So.".to_owned() };
    answers(vec![answer("person"), answer("documents"), answer("person")], "answers", &mut violations);
    let found: Vec<_> = violations.iter().map(|violation| violation.field.as_str()).collect();
    let expected = ["application.documents[2].kind", "questions[1].field", "questions[1].reason", "answers[2].field"];
    assert_eq!(found, expected);
}

#[test]
fn questions_and_answers_read_as_written() {
    let question = v1::Question {
        field: "person.sex".to_owned(),
        reason: v1::ReturnReason::Unclear.into(),
        text: "Why?".to_owned(),
        answer: "only the delegation answers".to_owned(),
    };
    let read = questions(vec![question], "questions", &mut Violations::default()).expect("it is whole");
    assert_eq!(read[0].field, "person.sex");
    assert_eq!(read[0].text.expose(), "Why?");
    assert_eq!(read[0].answer.expose(), "");
    let answer = v1::Answer { field: "person.sex".to_owned(), text: "So.".to_owned() };
    let read = answers(vec![answer], "answers", &mut Violations::default());
    assert_eq!(read.expose()[..], [("person.sex".to_owned(), "So.".to_owned())]);
}

#[test]
fn a_list_is_of_one_election() {
    let mut violations = Violations::default();
    let names = names(&[sample::APPLICATION.to_owned(), sample::OTHER.to_owned()], "applications", &mut violations);
    let names = names.expect("both are names");
    check_election(&names, &"kz-2019".parse().expect("a code"), "applications", &mut violations);
    assert!(violations.is_empty());
    check_election(&names[1..], &"kz-2026".parse().expect("a code"), "applications", &mut violations);
    assert!(violations.contains_field("applications[0]"));
}
