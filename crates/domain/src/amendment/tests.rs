//! What can be amended, and who decides it.

use super::*;
use crate::application::PaperDraft;
use crate::application::fixture::{at, draft, election, filing, person};
use crate::vocabulary::category::Category;
use crate::vocabulary::document_kind::DocumentKind;
use crate::vocabulary::finding_code::FindingCode;

const NOW: &str = "2019-06-02T00:00:00Z";

fn text(text: &str) -> Personal<String> {
    Personal::new(text.to_owned())
}

/// The paths of the fields that a change is refused for.
fn refused_fields(kind: AmendmentKind, change: impl FnOnce(&mut Filing)) -> Vec<String> {
    let mut after = filing();
    change(&mut after);
    match kind.check(&filing(), &after) {
        Ok(()) => Vec::new(),
        Err(Refusal::NotAmendable { problems }) => problems.into_iter().map(|problem| problem.field).collect(),
        Err(other) => panic!("{other:?}"),
    }
}

/// A new French passport with its page.
fn with_new_passport(after: &mut Filing) {
    after.identity.passport_number = text("N7654321");
    after.content.issuing_state = "FRA".to_owned();
    after.content.passport_expiry = "2031-01-01".parse().expect("a date");
    let page = after.content.documents.iter_mut().find(|one| one.kind == DocumentKind::PassportPage);
    page.expect("a page").sha256 = [9; 32];
}

/// A changed family name.
fn renamed(after: &mut Filing) {
    after.content.family_name = text("MUELLER-SCHMIDT");
}

/// A changed date of birth.
fn born_another_day(after: &mut Filing) {
    after.identity.birth_date = Personal::new("1980-02-04".parse().expect("a date"));
}

/// A new passport must not be used to change the person; a correction keeps category and nationality.
#[test]
fn each_kind_of_amendment_changes_only_its_own_fields() {
    use AmendmentKind::{Correction, NewPassport};
    assert!(refused_fields(NewPassport, with_new_passport).is_empty());
    assert_eq!(
        refused_fields(NewPassport, |after| {
            with_new_passport(after);
            renamed(after);
            born_another_day(after);
        }),
        ["application.person.family_name", "application.person.birth_date"]
    );
    let number_alone = |after: &mut Filing| after.identity.passport_number = text("N7654321");
    assert_eq!(refused_fields(NewPassport, number_alone), ["application.documents.PASSPORT_PAGE"]);
    assert_eq!(refused_fields(NewPassport, |_| ()), ["application.person.passport.number"]);
    assert_eq!(refused_fields(Correction, |_| ()), ["application"]);
    for change in [renamed, born_another_day, number_alone, with_new_passport] {
        assert!(refused_fields(Correction, change).is_empty());
    }
    let other = |after: &mut Filing| {
        with_new_passport(after);
        after.content.category = Category::Driver;
        after.content.nationality = "USA".to_owned();
    };
    for kind in [NewPassport, Correction] {
        assert_eq!(refused_fields(kind, other), ["application.category", "application.person.nationality"]);
    }
}

/// An open correction of revision 1, which makes revision 3.
fn open() -> Amendment {
    let (by, time) = (person("secretary", "p5").principal, at("2019-06-01T00:00:00Z"));
    Amendment {
        name: format!("{}/amendments/1", draft().name).parse().expect("a name"),
        accreditation: 7,
        kind: AmendmentKind::Correction,
        reason: text("Lost."),
        before: 1,
        after: 3,
        content_digest: [7; 32],
        requested_by: by,
        request_time: time,
        state: AmendmentState::Open,
        closing: None,
    }
}

/// The result of the first screening, with these codes.
fn checked(codes: &[FindingCode]) -> Screening {
    let finding = |code: &FindingCode| Finding {
        code: *code,
        blocking: *code != FindingCode::QuotaExceeded,
        fields: Vec::new(),
        related: "another".to_owned(),
        clearance: None,
    };
    open().rerun(&Screening::default(), codes.iter().map(finding).collect(), at(NOW)).expect("the first run")
}

/// A decision on the open amendment with this screening.
fn ruling(decision: AmendmentDecision, reason: &str, clear: &str, screening: &Screening) -> AmendmentRuling {
    AmendmentRuling { etag: open().etag_with(screening), decision, text: text(reason), clear_reason: text(clear) }
}

/// Decides the open amendment as a reviewer who took no part.
fn decide(
    decision: AmendmentDecision,
    new_content: &str,
    clear: &str,
    screening: &Screening,
) -> Result<(Amendment, Screening), Refusal> {
    let ruling = ruling(decision, new_content, clear, screening);
    open().decide(ruling, &draft(), screening.clone(), &person("reviewer", "p1"), at(NOW))
}

/// The delegation has to know why its request was declined.
#[test]
fn an_amendment_is_decided_once_and_declined_with_a_reason() {
    use AmendmentDecision::{Accept, Decline};
    let (accepted, _) = decide(Accept, "", "", &checked(&[])).expect("nothing stands in the way");
    let (declined, _) = decide(Decline, "Illegible.", "", &checked(&[])).expect("a reason is given");
    assert_eq!((accepted.state, declined.state), (AmendmentState::Accepted, AmendmentState::Declined));
    assert_eq!(decide(Decline, " ", "", &checked(&[])).expect_err("why").reason(), "INVALID_REQUEST");
    assert_ne!(accepted.etag(), open().etag());
    let withdrawn = open().withdraw(&open().requested_by, at(NOW)).expect("it is open");
    for closed in [accepted, declined, withdrawn] {
        let state = closed.state.as_str();
        let again = ruling(Accept, "", "", &checked(&[]));
        let again = closed.clone().decide(again, &draft(), checked(&[]), &person("reviewer", "p1"), at(NOW));
        assert_eq!(again, Err(Refusal::AmendmentClosed { state }));
        assert_eq!(closed.withdraw(&open().requested_by, at(NOW)), Err(Refusal::AmendmentClosed { state }));
    }
}

/// A reviewer who accepts must have seen every finding, and cleared each with a reason.
#[test]
fn an_amendment_is_accepted_only_after_its_findings_were_read() {
    use AmendmentDecision::{Accept, Decline};
    let none = Screening::default();
    assert_eq!(decide(Accept, "", "", &none), Err(Refusal::ScreeningPending));
    assert!(decide(Decline, "Illegible.", "", &none).is_ok(), "to decline, nobody waits for the checks");
    let found = checked(&[FindingCode::WatchList, FindingCode::DuplicateDocument]);
    let codes = vec![FindingCode::WatchList, FindingCode::DuplicateDocument];
    assert_eq!(decide(Accept, "", " ", &found), Err(Refusal::BlockingFindings { codes }));
    let (_, after) = decide(Accept, "", "A twin.", &found).expect("it is said why");
    assert!(after.standing().is_empty() && after.findings.iter().all(|found| found.clearance.is_some()));
    // Duplicates that are not named cannot be cleared: nobody has seen them.
    let crowd = Screening { findings: vec![Finding::rest(FindingCode::DuplicatePerson)], ..found.clone() };
    let codes = vec![FindingCode::DuplicatePerson];
    assert_eq!(decide(Accept, "", "A twin.", &crowd), Err(Refusal::BlockingFindings { codes }));
    // Findings that came up after the reviewer read the amendment were not read.
    let stale = ruling(Accept, "", "A twin.", &checked(&[]));
    let later = Screening { version: 2, ..found };
    let refused = open().decide(stale, &draft(), later, &person("reviewer", "p1"), at(NOW));
    assert_eq!(refused, Err(Refusal::EtagMismatch));
}

/// A new screening with the same result must not change the commission's etag.
#[test]
fn a_new_screening_counts_only_if_the_result_differs() {
    let first = checked(&[FindingCode::WatchList]);
    assert_eq!(open().rerun(&first, first.findings.clone(), at(NOW)), None);
    let second = open().rerun(&first, Vec::new(), at(NOW)).expect("nothing is found any more");
    assert_eq!((second.version, second.revision), (2, 3));
    assert_ne!(open().etag_with(&first), open().etag_with(&second));
    assert_eq!(open().etag(), open().etag(), "a delegation cannot tell");
}

/// Separation of duties holds for amendments as well, by human.
#[test]
fn recused_people_cannot_decide_an_amendment_and_nobody_can_after_erasure() {
    let (registrar, other) = (person("registrar", "p1"), person("other", "p2"));
    let note = PaperDraft { note_number: "12/345".to_owned(), receive_time: at("2019-06-03T12:00:00Z") };
    let paper = note.file(registrar.clone(), &election(), at("2019-06-03T15:00:00Z")).expect("in time");
    let on_paper = Application { paper: Some(paper), ..draft() };
    let recused = Application { recused: vec![registrar.clone()], ..draft() };
    let decide = |application: &Application, by: &PersonActor| {
        let ruling = ruling(AmendmentDecision::Accept, "", "", &checked(&[]));
        open().decide(ruling, application, checked(&[]), by, at(NOW)).map(drop)
    };
    let second_card = person("registrar-as-reviewer", "p1");
    for application in [&on_paper, &recused] {
        assert_eq!(decide(application, &second_card), Err(Refusal::FourEyes { items: Vec::new() }));
        assert_eq!(decide(application, &other), Ok(()));
    }
    let erased = draft().erase(at(NOW)).expect("it was whole");
    assert_eq!(decide(&erased, &other).expect_err("gone").reason(), "ERASED");
}
