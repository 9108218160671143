//! What can be adopted, by whom, and what follows from it.

use super::*;
use crate::accreditation::Accreditation;
use crate::accreditation::badge::Badge;
use crate::application::fixture::{at, draft, election, filing, person, place};
use crate::application::{ClaimGuard, PaperFiling, SubmissionGuard};
use crate::proposal::{ProposalDraft, ProposalKind};
use crate::screening::Screening;
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::id::ApplicationId;
use crate::vocabulary::name::AccreditationName;
use crate::vocabulary::personal::Personal;

const NOW: &str = "2019-05-10T00:00:00Z";
const FREE: FreeNumbers = FreeNumbers { accreditation: 5, badge: 8 };

/// An application that `p1` recommended, with an id made from the number.
pub(super) fn recommended(number: u128, verdict: Verdict) -> Application {
    let (election, filing, reviewer) = (election(), filing(), person("reviewer-1", "p1"));
    let mut application = draft();
    application.name.id = ApplicationId(uuid::Uuid::from_u128(number));
    let content = &filing.content;
    let guard = SubmissionGuard { election: &election, content, uploaded: &content.documents, received: at(NOW) };
    let screening = Screening { revision: 1, ..Screening::default() };
    let rules = &election.rules;
    let claim = ClaimGuard { reviewer: &reviewer, rules, screening: &screening, now: at(NOW) };
    let held = application.submit(guard).and_then(|a| a.present(place())).and_then(|a| a.claim(claim));
    held.and_then(|held| held.recommend(&reviewer, verdict, rules, &screening, at(NOW))).expect("a legal path")
}

/// A list of applications only.
fn of(applications: impl Iterator<Item = Result<Application, ApplicationName>>) -> Items {
    Items { applications: applications.collect(), proposals: Vec::new() }
}

/// A draft that lists these applications.
pub(super) fn decree(applications: &[Application]) -> Decree {
    let decree = Decree {
        name: "elections/kz-2019/decrees/1".parse().expect("a name"),
        decree_number: "12/230".to_owned(),
        session_date: "2019-05-13".parse().expect("a date"),
        chair: Personal::new("Chair".to_owned()),
        secretary: Personal::new("Secretary".to_owned()),
        state: DecreeState::Draft,
        version: 1,
        applications: Vec::new(),
        proposals: Vec::new(),
        scans: Vec::new(),
        created_by: person("adopter", "p9").principal,
        create_time: at(NOW),
    };
    decree.include(&of(applications.iter().cloned().map(Ok))).expect("all are recommended")
}

/// The adoption of a draft with these applications, by the human with this id.
fn adopt_as(applications: Vec<Application>, person_id: &str) -> Result<Adoption, Refusal> {
    let decree = decree(&applications);
    let etag = decree.etag();
    let found = of(applications.into_iter().map(Ok));
    adopt(decree, &etag, found, |_| Vec::new(), &person("adopter", person_id), FREE, at(NOW))
}

/// A recommendation to refuse.
pub(super) fn refuse() -> Verdict {
    Verdict::Refuse(RefusalGround { ground: "not-nominated".to_owned(), text: Personal::new("No letter.".to_owned()) })
}

/// An organization that was renamed later keeps its old name on a signed list.
#[test]
fn an_adopted_list_uses_the_names_of_its_adoption_day() {
    let adopted = adopt_as(vec![recommended(1, Verdict::Accredit)], "p2").expect("another person").decree;
    let later = at("2020-01-01T00:00:00Z");
    assert_eq!((decree(&[]).names_time(later), adopted.names_time(later)), (later, at(NOW)));
}

/// Gaps in numbers would look like missing accreditations.
#[test]
fn numbers_of_accreditations_have_no_gaps() {
    let list = vec![recommended(1, Verdict::Accredit), recommended(2, refuse()), recommended(3, Verdict::Accredit)];
    let adopted = adopt_as(list, "p2").expect("another person");
    let serial = |made: &Accreditation| made.badge.as_ref().map(|badge| badge.serial);
    let numbers: Vec<_> = adopted.accreditations.iter().map(|made| (made.name.number, serial(made))).collect();
    assert_eq!(numbers, [(5, Some(8)), (6, Some(9))]);
    assert!(matches!(adopted.decree.state, DecreeState::Adopted { accredited: 2, refused: 1, .. }));
}

/// A second certificate must not get around separation of duties.
#[test]
fn two_certificates_of_one_human_count_as_one_person() {
    let refused = adopt_as(vec![recommended(1, Verdict::Accredit)], "p1").expect_err("the same person");
    assert!(matches!(refused, Refusal::FourEyes { items } if items.len() == 1));
}

/// Entering from paper is taking part, so the registrar does not adopt.
#[test]
fn a_registrar_cannot_adopt_what_they_entered_from_paper() {
    let (receive_time, also_by) = (at(NOW), vec![person("registrar-2", "p3")]);
    let (note_number, registered_by) = ("7".to_owned(), person("registrar", "p2"));
    let paper = PaperFiling { note_number, receive_time, registered_by, also_by };
    let from_paper = Application { paper: Some(paper), ..recommended(2, Verdict::Accredit) };
    let list = || vec![recommended(1, Verdict::Accredit), from_paper.clone()];
    for entered in ["p2", "p3"] {
        let refused = adopt_as(list(), entered).expect_err("the same person");
        assert!(matches!(refused, Refusal::FourEyes { items } if items.len() == 1 && items[0].index == 1));
    }
    assert!(adopt_as(list(), "p4").is_ok());
}

/// A decree is adopted as a whole or not at all.
#[test]
fn one_item_that_is_not_ready_prevents_the_adoption() {
    let ready = recommended(1, Verdict::Accredit);
    let draft = decree(std::slice::from_ref(&ready));
    let withdrawn = ready.clone().withdraw(Personal::default()).expect("open");
    let mut altered = ready;
    altered.content_digest = [9; 32];
    for broken in [Ok(withdrawn), Ok(altered), Err(draft.applications[0].clone())] {
        let etag = draft.etag();
        let adopter = person("adopter", "p2");
        let refused = adopt(draft.clone(), &etag, of([broken].into_iter()), |_| Vec::new(), &adopter, FREE, at(NOW));
        assert!(matches!(refused, Err(Refusal::ItemsNotReady { items }) if items[0].index == 0));
    }
}

/// A finding may come up between recommendation and adoption. It prevents accrediting, not refusing.
#[test]
fn findings_after_a_recommendation_prevent_accrediting_only() {
    let adopt_found = |verdict: Verdict| {
        let ready = recommended(1, verdict);
        let (draft, adopter) = (decree(std::slice::from_ref(&ready)), person("adopter", "p2"));
        let found = |_: &ApplicationName| vec![FindingCode::DuplicateDocument];
        adopt(draft.clone(), &draft.etag(), of([Ok(ready)].into_iter()), found, &adopter, FREE, at(NOW))
    };
    let refused = adopt_found(Verdict::Accredit).expect_err("a finding stands");
    assert!(matches!(refused, Refusal::ItemsNotReady { items } if items[0].problem.contains("DUPLICATE_DOCUMENT")));
    assert!(adopt_found(refuse()).is_ok());
}

/// A decree is adopted once, with a list, and as it was read.
#[test]
fn empty_changed_and_adopted_decrees_cannot_be_adopted() {
    assert_eq!(adopt_as(Vec::new(), "p2").map(|_| ()), Err(Refusal::DecreeEmpty));
    let ready = recommended(1, Verdict::Accredit);
    let draft = decree(std::slice::from_ref(&ready));
    let adopter = person("adopter", "p2");
    let stale = adopt(draft, "1-0", of([Ok(ready.clone())].into_iter()), |_| Vec::new(), &adopter, FREE, at(NOW));
    assert_eq!(stale.map(|_| ()), Err(Refusal::EtagMismatch));
    let adopted = adopt_as(vec![ready], "p2").expect("another person").decree;
    assert_eq!(adopted.clone().include(&Items::default()), Err(Refusal::DecreeAdopted));
    assert_eq!(adopted.exclude(&[], &[]), Err(Refusal::DecreeAdopted));
}

/// A proposal to annul the accreditation with this number, made by the human with this id.
pub(super) fn proposed(number: u32, by: &str) -> Proposed {
    let application = Application { name: draft().name, ..draft() };
    let accreditation = Accreditation {
        name: AccreditationName { election: application.name.election.clone(), number },
        application: application.name.clone(),
        category: application.category,
        decree: 1,
        recommended_by: person("reviewer-1", "p1").principal,
        adopted_by: person("adopter", "p2").principal,
        accredit_time: at(NOW),
        badge: Some(Badge::issue(number, at(NOW))),
        last_change: None,
        replaced_by: None,
        confirm_time: None,
    };
    let new_draft = ProposalDraft { kind: ProposalKind::Annul, ground: String::new(), text: Personal::default() };
    let made = new_draft.propose(number, &accreditation, &application, &election().rules, person("x", by), at(NOW));
    Proposed { proposal: made.expect("it is in force"), accreditation, application, obstacle: None }
}

/// The adopter of a proposal is not its proposer.
#[test]
fn a_proposal_is_carried_out_by_another_person() {
    let items = || Items {
        applications: vec![Ok(recommended(1, Verdict::Accredit))],
        proposals: vec![Ok(proposed(1, "p1")), Ok(proposed(2, "p3"))],
    };
    let listed = decree(&[]).include(&items()).expect("all are ready");
    assert_eq!(listed.etag(), "3-1-2");
    let adopt = |items: Items, id: &str| {
        adopt(listed.clone(), &listed.etag(), items, |_| Vec::new(), &person("adopter", id), FREE, at(NOW))
    };
    let done = adopt(items(), "p2").expect("another person");
    assert!(matches!(done.decree.state, DecreeState::Adopted { accredited: 1, annulled: 2, revoked: 0, .. }));
    assert_eq!(done.changed.iter().map(|one| one.changes()).collect::<Vec<_>>(), [1, 1]);
    let places = |refused: Refusal| match refused {
        Refusal::FourEyes { items } | Refusal::ItemsNotReady { items } => {
            items.iter().map(|item| (item.list, item.index)).collect::<Vec<_>>()
        }
        other => panic!("{other}"),
    };
    assert_eq!(places(adopt(items(), "p1").expect_err("hers")), [("applications", 0), ("proposals", 0)]);
    assert_eq!(places(adopt(items(), "p3").expect_err("his")), [("proposals", 1)]);
    let mut overtaken = items();
    overtaken.proposals[1] = Err("elections/kz-2019/proposals/9".parse().expect("a name"));
    assert_eq!(places(adopt(overtaken, "p2").expect_err("one is not there")), [("proposals", 1)]);
}

/// One application for each reason, and then more than one call adds.
#[test]
fn a_filter_adds_up_to_the_maximum_and_counts_the_others_by_reason() {
    let found =
        |number| Candidate { application: recommended(number, Verdict::Accredit), stands: false, elsewhere: false };
    let ground = RefusalGround { ground: "not-nominated".to_owned(), text: Personal::new("No letter.".to_owned()) };
    let adopter = person("adopter", "p9");
    let mut recused = found(5);
    recused.application.recused.push(person("adopter-2", "p9"));
    let mut own = found(6);
    if let State::Recommended { recommendation, .. } = &mut own.application.state {
        recommendation.person = adopter.person.clone();
    }
    let mut candidates = vec![
        found(1),
        found(2),
        Candidate { elsewhere: true, ..found(3) },
        Candidate { stands: true, ..found(4) },
        recused,
        own,
        Candidate { stands: true, ..Candidate { application: recommended(7, Verdict::Refuse(ground)), ..found(7) } },
    ];
    let before = decree(&[candidates[0].application.clone()]);
    let (after, selection) = before.clone().select(&candidates, &adopter).expect("a draft");
    let names = |list: &[usize]| list.iter().map(|at| candidates[*at].application.name.clone()).collect::<Vec<_>>();
    assert_eq!(after.applications, names(&[0, 1, 6]), "findings do not stand in the way of refusing");
    assert_eq!(after.version, before.version + 1);
    let reasons = [
        LeftOutReason::AlreadyListed,
        LeftOutReason::InAnotherDraft,
        LeftOutReason::OwnRecommendation,
        LeftOutReason::Recused,
        LeftOutReason::FindingsStand,
    ];
    let expected = Selection { added: 2, left: 0, left_out: reasons.map(|reason| (reason, 1)).into() };
    assert_eq!(selection, expected);

    let many = u128::try_from(MAX_SELECTED + 3).expect("a few");
    candidates = (100..100 + many).map(found).collect();
    let (after, selection) = before.select(&candidates, &adopter).expect("a draft");
    assert_eq!((after.applications.len(), selection.left), (1 + MAX_SELECTED, 3));
    let adopted = DecreeState::Adopted {
        by: adopter.principal.clone(),
        time: at(NOW),
        accredited: 0,
        refused: 0,
        revoked: 0,
        annulled: 0,
        reinstated: 0,
    };
    let refused = Decree { state: adopted, ..after }.select(&candidates, &adopter).map(drop);
    assert_eq!(refused, Err(Refusal::DecreeAdopted));
}

/// A correction must not change the list, and not overwrite another correction.
#[test]
fn a_correction_needs_the_current_etag_and_keeps_the_list() {
    let application = recommended(1, Verdict::Accredit);
    let draft = decree(std::slice::from_ref(&application));
    let new_draft = DecreeDraft {
        decree_number: "12/231".to_owned(),
        session_date: "2019-05-14".parse().expect("a date"),
        chair: draft.chair.clone(),
        secretary: Personal::new("Another secretary".to_owned()),
    };
    assert_eq!(draft.differences(&new_draft), ["decree_number", "session_date", "secretary"]);
    let corrected = draft.clone().correct(&draft.etag(), new_draft.clone()).expect("it is a draft");
    assert_eq!(corrected.differences(&new_draft), Vec::<&str>::new());
    assert_eq!((&corrected.applications, corrected.version), (&draft.applications, draft.version + 1));

    let again = corrected.clone().correct(&draft.etag(), new_draft.clone());
    assert!(matches!(again, Err(Refusal::EtagMismatch)), "{again:?}");
    let (items, adopter) = (of([Ok(application)].into_iter()), person("adopter", "p2"));
    let outdated = adopt(corrected.clone(), &draft.etag(), items.clone(), |_| Vec::new(), &adopter, FREE, at(NOW));
    assert!(matches!(outdated, Err(Refusal::EtagMismatch)), "{outdated:?}");
    let etag = corrected.etag();
    let adopted = adopt(corrected, &etag, items, |_| Vec::new(), &adopter, FREE, at(NOW)).expect("as it was read");
    let late = adopted.decree.clone().correct(&adopted.decree.etag(), new_draft);
    assert!(matches!(late, Err(Refusal::DecreeAdopted)), "{late:?}");
}
