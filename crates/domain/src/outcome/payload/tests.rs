use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::application::fixture::{election, place};
use crate::decree::{LeftOutReason, Verdict};
use crate::vocabulary::accreditation_state::AccreditationState;

/// Two kinds with one word could not be told apart in the log.
#[test]
fn words_of_kinds_and_names_of_facts_are_unique() {
    let kinds = EventPayload::kinds();
    let words: BTreeSet<_> = kinds.iter().map(|(word, _)| *word).collect();
    assert_eq!(words.len(), kinds.len());
    for (word, names) in kinds {
        let once: BTreeSet<_> = names.iter().copied().collect();
        assert_eq!(once.len(), names.len(), "{word}: {names:?}");
    }
}

/// The facts as the log gives them back.
fn recorded(payload: &EventPayload) -> Recorded {
    payload.facts().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn application() -> ApplicationName {
    "elections/e1/missions/osce/applications/0b6a1f0e-0000-4000-8000-000000000001".parse().expect("a name")
}

fn accreditation() -> AccreditationName {
    "elections/e1/accreditations/7".parse().expect("a name")
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn note() -> Option<String> {
    Some("12-3/456".to_owned())
}

/// Every step of an application; steps with an optional fact twice, with it and without.
fn steps() -> Vec<Step> {
    let principal = || "organizations/cec/principals/r1".parse().expect("a name");
    vec![
        Step::Updated,
        Step::Submitted,
        Step::Returned,
        Step::Presented,
        Step::Claimed,
        Step::AmendmentRequest,
        Step::Answered,
        Step::Cleared { finding: FindingCode::WatchList },
        Step::Recommended { verdict: (&Verdict::Accredit).into() },
        Step::Recommended { verdict: Recommends::Refuse { ground: "not-nominated".to_owned() } },
        Step::Released,
        Step::TakenOver { reviewer_before: Some(principal()), reviewer: principal() },
        Step::Recused,
        Step::SentBack,
        Step::Decided { decree: 4 },
        Step::Reopened { replaces_nobody: true },
        Step::Reopened { replaces_nobody: false },
        Step::Amended { accreditation: accreditation(), badge: 8, void_badge: Some(7) },
        Step::Withdrawn { note_number: note() },
        Step::Withdrawn { note_number: None },
        Step::Lapsed,
        Step::LeaseEnded,
        Step::QuestionsEnded,
    ]
}

fn moved(step: Step) -> EventPayload {
    let (from, to, revision, content_digest) = (StateKind::Presented, StateKind::InReview, 2, [7; 32]);
    let (place, on_paper) = (Some(place()), true);
    EventPayload::ApplicationMoved {
        moved: ApplicationMoved { step, from, to, revision, content_digest, place, on_paper },
    }
}

fn voting(run_off: bool, invited: bool) -> EventPayload {
    let (voting_day, from, cutoffs) = (date("2019-06-23"), date("2019-06-09"), election().cutoffs);
    let act = "Decree 7".to_owned();
    EventPayload::VotingDayMoved { moved: VotingDayMoved { voting_day, from, run_off, cutoffs, act, invited } }
}

fn changed(cause: ChangeCause) -> EventPayload {
    let (from, to) = (AccreditationState::Active, AccreditationState::Revoked);
    let (application, note_number, void_badge) = (application(), note(), Some(7));
    let changed = AccreditationChanged { from, to, application, note_number, void_badge, cause };
    EventPayload::AccreditationChanged { changed }
}

fn proposal(kind: ProposalKind, ground: Option<String>) -> ChangeCause {
    ChangeCause::Proposal { decree: 4, kind, ground }
}

/// An example of each kind of event; kinds with optional facts more than once.
fn examples() -> Vec<EventPayload> {
    let cutoffs = election().cutoffs;
    let adopted =
        |changed| EventPayload::DecreeAdopted { adopted: DecreeAdopted { accredited: 3, refused: 1, changed } };
    let left_out = LeftOutReason::ALL.into_iter().map(|reason| (reason, 2)).collect();
    let selection = Some(Selection { added: 3, left: 1, left_out });
    let election = "elections/e1".parse().expect("a name");
    let others = vec![
        EventPayload::ServiceInitialized {},
        EventPayload::OrganizationRegistered { trust_domain: "osce.example".parse().expect("a domain") },
        EventPayload::OrganizationSuspended {},
        EventPayload::PersonRegistered {},
        EventPayload::PrincipalRegistered { roles: vec![Role::CecReviewer, Role::CecAdopter] },
        EventPayload::PrincipalDisabled {},
        EventPayload::RulePackImported { digest: [4; 32] },
        EventPayload::ElectionRegistered {
            voting_day: date("2019-06-09"),
            rule_pack: "kz-1".parse().expect("an id"),
            rule_pack_digest: [4; 32],
            cutoffs,
        },
        EventPayload::ElectionOpened {},
        voting(true, false),
        voting(false, true),
        EventPayload::ResultsPublished { results_time: Timestamp::UNIX_EPOCH },
        EventPayload::LegalHoldSet { held: LegalHoldScope::Application(application()) },
        EventPayload::LegalHoldSet { held: LegalHoldScope::Election(election) },
        EventPayload::LegalHoldReleased {},
        EventPayload::WatchListReplaced { entries: 5 },
        EventPayload::WatchListErased { entries: 5 },
        EventPayload::InvitationSent {},
        EventPayload::InvitationAnswered { state: InvitationState::Declined, on_paper: true },
        EventPayload::InvitationChanged { expected: 300 },
        EventPayload::MissionAnnounced { format: "EOM".to_owned(), on_paper: true },
        EventPayload::MissionUpdated {
            format: "EOM".to_owned(),
            start_date: date("2019-05-10"),
            end_date: date("2019-06-20"),
            on_paper: true,
        },
        EventPayload::MissionWithdrawn { note_number: String::new(), withdrawn: 3, ended: 4 },
        EventPayload::MissionWithdrawalRepeated {},
        EventPayload::MissionErased {},
        EventPayload::AccreditationsConfirmed { confirmed: 3, note_number: note() },
        EventPayload::DeploymentPlanned { teams: 12 },
        EventPayload::ApplicationFiled { to: StateKind::Draft, revision: 1, content_digest: [1; 32], on_paper: true },
        EventPayload::Screened {
            revision: 1,
            findings: vec![FindingCode::DuplicatePerson, FindingCode::WatchList],
            application: Some(StateAndPlace { state: StateKind::Presented, place: Some(place()) }),
        },
        EventPayload::Screened { revision: 1, findings: Vec::new(), application: None },
        EventPayload::ApplicationErased {
            standing: StateAndPlace { state: StateKind::Refused, place: Some(place()) },
            documents: 3,
        },
        EventPayload::DocumentUploaded { kind: DocumentKind::Photo, size_bytes: 1000 },
        EventPayload::DocumentRead { kind: DocumentKind::Photo },
        EventPayload::SubjectExported { applications: 2 },
        EventPayload::PresentationMade { applications: 300 },
        EventPayload::DecreeDrafted {},
        EventPayload::DecreeCorrected { fields: vec!["chair".to_owned(), "secretary".to_owned()] },
        EventPayload::DecreeListed { applications: 3, proposals: Some(1), selection },
        EventPayload::DecreeListed { applications: 3, proposals: None, selection: None },
        adopted(None),
        adopted(Some([1, 2, 3])),
        EventPayload::DecreeScanned { sha256: [1; 32], size_bytes: 9, replaced_sha256: Some([2; 32]) },
        changed(ChangeCause::Withdrawal),
        changed(ChangeCause::Replacement { by: application() }),
        changed(proposal(ProposalKind::Revoke, Some("campaigned".to_owned()))),
        changed(proposal(ProposalKind::Annul, None)),
        EventPayload::AccreditationConfirmed { application: application(), note_number: note() },
        EventPayload::AmendmentMoved {
            accreditation: accreditation(),
            kind: AmendmentKind::NewPassport,
            state: AmendmentState::Open,
            revision: 3,
            content_digest: [3; 32],
            on_paper: true,
        },
        EventPayload::AppealFiled { application: application(), decree: 4 },
        EventPayload::AppealDecided { application: application(), decree: 4, outcome: AppealOutcome::Uphold },
        EventPayload::ProposalMade { accreditation: accreditation(), kind: ProposalKind::Revoke, ground: note() },
        EventPayload::ProposalWithdrawn { accreditation: accreditation(), kind: ProposalKind::Annul },
    ];
    steps().into_iter().map(moved).chain(others).collect()
}

/// An event that reads back incompletely would mislead an auditor, so it does not read back at all.
#[test]
fn recorded_events_are_read_back_completely_or_not_at_all() {
    let mut names = BTreeMap::new();
    for payload in examples() {
        let facts = recorded(&payload);
        assert_eq!(EventPayload::read(payload.kind(), &facts).as_ref(), Some(&payload), "{facts:?}");
        let mut more = facts.clone();
        more.insert("x".to_owned(), "y".to_owned());
        assert_eq!(EventPayload::read(payload.kind(), &more), None, "{payload:?}");
        assert_eq!(EventPayload::read("of-the-future", &facts), None);
        names.entry(payload.kind()).or_insert_with(BTreeSet::new).extend(facts.into_keys());
    }
    // The examples cover each kind, and each of its facts.
    for (kind, expected) in EventPayload::kinds() {
        let found: Vec<_> = names.get(kind).expect(kind).iter().map(String::as_str).collect();
        assert_eq!(found, expected, "{kind}");
    }
}

/// `docs/formats.md` lists every kind of event with its facts, each on a line of its own.
#[test]
fn the_formats_document_lists_every_kind_with_its_facts() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/formats.md")).expect("the page");
    let line = |(kind, names): &(&str, Vec<&str>)| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("| `{kind}` | {} |", if names.is_empty() { "none".to_owned() } else { names.join(", ") })
    };
    let expected: Vec<_> = EventPayload::kinds().iter().map(line).collect();
    let begin = page.find("| Event | Facts |").expect("the table");
    let found: Vec<_> = page[begin..].lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert_eq!(found, expected, "write the table again:\n{}", expected.join("\n"));
}
