//! Which duplicates are found, from both sides, and how many are named.

use super::*;
use crate::application::content::Filing;
use crate::application::fixture::{self, at};
use crate::screening::Clearance;
use crate::vocabulary::personal::Personal;

const NOW: &str = "2019-05-20T00:00:00Z";

/// The name of an application of another organization.
fn name(number: usize) -> ApplicationName {
    format!("elections/e1/missions/sco/applications/0b6a1f0e-0000-4000-8000-{number:012}").parse().expect("a name")
}

/// The screened version of a filing.
fn version(filing: &Filing) -> Version {
    Version { names: PersonNames::of(&filing.content), is_own: true, counts: true }
}

/// The other filing, as the store compares it with the own one.
fn alike(number: usize, own: &Filing, other: &Filing) -> SimilarApplication {
    let same_issuer = own.content.issuing_state == other.content.issuing_state;
    SimilarApplication {
        name: name(number),
        revision: 1,
        is_own: true,
        same_document: same_issuer && own.identity.passport_number == other.identity.passport_number,
        same_birth_date: own.identity.birth_date == other.identity.birth_date,
        content: other.content.clone(),
        known: Known::default(),
    }
}

/// The comparison with this many applications of the same person.
fn crowd(count: usize) -> Comparison {
    let filing = fixture::filing();
    let mut comparison = Comparison::default();
    for number in 0..count {
        comparison.add(&version(&filing), &alike(number, &filing, &filing));
    }
    comparison
}

/// A result with these findings.
fn screening(findings: Vec<Finding>) -> Screening {
    Screening { revision: 1, version: 7, findings, time: at(NOW) }
}

/// The same person, filed by another organization: by the passport, or by date of birth and name in another script.
#[test]
fn duplicates_are_found_by_document_and_by_name_and_birth_date() {
    let text = |text: &str| Personal::new(text.to_owned());
    let mut own = fixture::filing();
    (own.content.family_name, own.content.given_name) = (text("ALIYEV"), text("YERLAN"));
    let check = |change: &dyn Fn(&mut Filing), expected: &[FindingCode]| {
        let mut other = own.clone();
        change(&mut other);
        let mut comparison = Comparison::default();
        comparison.add(&version(&own), &alike(1, &own, &other));
        let found = comparison.findings(&Screening::default());
        assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), expected);
        assert!(found.iter().all(|finding| finding.blocking && finding.related == name(1).to_string()));
        let pair = comparison.pair(&name(1)).expect("it was added");
        assert_eq!(pair.ours, pair.theirs);
    };
    let number = |other: &mut Filing| other.identity.passport_number = text("X7654321");
    check(&|_| {}, &[FindingCode::DuplicateDocument]);
    check(&|other| other.content.issuing_state = "FRA".to_owned(), &[FindingCode::DuplicatePerson]);
    check(&number, &[FindingCode::DuplicatePerson]);
    let cyrillic = |other: &mut Filing| {
        number(other);
        other.content.family_name = text("ALIEV");
        (other.content.given_name, other.content.native_name) = (text("ERLAN"), text("Ерлан Алиев"));
    };
    check(&cyrillic, &[FindingCode::DuplicatePerson]);
    let brother = |other: &mut Filing| {
        number(other);
        (other.content.given_name, other.content.native_name) = (text("MARAT"), text("Марат Алиев"));
    };
    check(&brother, &[]);
    let born_on_another_day = |other: &mut Filing| {
        number(other);
        other.identity.birth_date = Personal::new("1981-02-03".parse().expect("a date"));
    };
    check(&born_on_another_day, &[]);
}

/// A reviewer must not lose the findings that they have read when a crowd grows.
#[test]
fn findings_named_before_stay_named_in_a_crowd() {
    let code = FindingCode::DuplicateDocument;
    let found = crowd(MAX_NAMED).findings(&Screening::default());
    assert_eq!(found.len(), MAX_NAMED);
    let found = crowd(MAX_NAMED + 20).findings(&Screening::default());
    assert_eq!(found.len(), MAX_NAMED + 1);
    assert_eq!(found[MAX_NAMED], Finding::rest(code));
    assert!(!found.contains(&Finding::about(code, name(MAX_NAMED + 19))));
    let before = screening(vec![Finding::about(code, name(MAX_NAMED + 19))]);
    let found = crowd(MAX_NAMED + 20).findings(&before);
    assert_eq!((found.len(), &found[0]), (MAX_NAMED + 1, &before.findings[0]));
}

/// A finding about another application must not disturb the rest of the result.
#[test]
fn a_duplicate_changes_one_finding_of_the_other_application() {
    let codes = |codes: &[FindingCode]| codes.iter().copied().collect::<BTreeSet<_>>();
    let code = FindingCode::DuplicatePerson;
    let before = screening(vec![Finding::rest(FindingCode::HostCitizen), Finding::about(code, name(3))]);
    let after = before.with_duplicate(&name(1), &codes(&[code]), at(NOW)).expect("one more");
    assert_eq!(after.version, 8);
    assert_eq!(after.findings[1..], [Finding::about(code, name(1)), Finding::about(code, name(3))]);
    assert_eq!(after.with_duplicate(&name(1), &codes(&[code]), at(NOW)), None);
    let other =
        after.with_duplicate(&name(1), &codes(&[FindingCode::DuplicateDocument]), at(NOW)).expect("another code");
    assert_eq!(other.findings[1], Finding::about(FindingCode::DuplicateDocument, name(1)));
    let forgotten = after.with_duplicate(&name(1), &codes(&[]), at(NOW)).expect("one less");
    assert_eq!(forgotten.findings, before.findings);
    assert_eq!(before.with_duplicate(&name(9), &codes(&[]), at(NOW)), None);
}

/// At the maximum one finding says that there are more, and nobody can clear it.
#[test]
fn at_the_maximum_one_finding_says_that_there_are_more() {
    let code = FindingCode::DuplicateDocument;
    let codes = BTreeSet::from([code]);
    let full = screening(crowd(MAX_NAMED).findings(&Screening::default()));
    let more = full.with_duplicate(&name(99), &codes, at(NOW)).expect("there are more");
    assert_eq!(more.findings[MAX_NAMED..], [Finding::rest(code)]);
    assert_eq!(more.with_duplicate(&name(98), &codes, at(NOW)), None);
    assert!(more.has_more_duplicates() && !full.has_more_duplicates());
    // Nobody has seen those that are not named, so nobody clears them.
    let by = "organizations/cec/principals/a1".parse().expect("a name");
    let cleared =
        more.clear(code, &Clearance { reason: Personal::new("seen".to_owned()), by, time: at(NOW) }).expect("found");
    assert_eq!(cleared.standing(), [code]);
    assert_eq!(cleared.findings.iter().filter(|finding| finding.clearance.is_none()).count(), 1);
}

/// An application whose findings do not change must not be written: its etag would change for no reason.
#[test]
fn only_applications_whose_findings_change_are_updated() {
    let filing = fixture::filing();
    let of = |known: Known, counts: bool, said_otherwise: bool| {
        let (mut comparison, mut other) = (Comparison::default(), alike(1, &filing, &filing));
        other.known = known;
        comparison.add(&Version { counts, ..version(&filing) }, &other);
        comparison.concerned(said_otherwise).count() == 1
    };
    let (known, rest) = (|| Known { this: true, ..Known::default() }, BTreeSet::from([FindingCode::DuplicateDocument]));
    let full = || Known { rest: rest.clone(), ..Known::default() };
    assert!(of(Known::default(), true, false), "it is to learn of it");
    assert!(!of(Known { waits_too: true, ..Known::default() }, true, true), "it will find it by itself");
    assert!(!of(known(), true, false), "it has learned of it");
    assert!(of(known(), true, true), "it may have learned of another version");
    assert!(!of(full(), true, true), "it says that there are more");
    assert!(!of(Known::default(), false, true), "it never knew");
    assert!(of(known(), false, true), "it is to forget it");
    assert!(of(full(), false, true), "a crowd has become smaller");
    let mut comparison = Comparison::default();
    comparison.expect(name(5));
    assert_eq!(comparison.concerned(false).count(), 1, "what was found and is no more is forgotten");
}
