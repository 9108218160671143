//! No `Debug` shows what a person wrote about a person, or a person's name: it would end up in a log.

use std::fmt::Debug;
use std::path::Path;

use domain::accreditation::{Change, Withdrawal};
use domain::amendment::acts::AmendmentRequest;
use domain::amendment::{Amendment, AmendmentDecision, AmendmentKind, AmendmentRuling, AmendmentState, Closing};
use domain::appeal::{Appeal, AppealDecision, AppealOutcome};
use domain::application::content::Registered;
use domain::application::{Question, Remark, ReturnReason, State};
use domain::decree::{Decree, DecreeDraft, DecreeState, RefusalGround, Verdict};
use domain::deployment::Team;
use domain::document::DocumentRead;
use domain::mission::{Mission, MissionDraft, MissionWithdrawal};
use domain::proposal::{ProposalDraft, ProposalKind, ProposalState};
use domain::registry::person::Person;
use domain::retention::legal_hold::{LegalHold, Release};
use domain::screening::Clearance;
use domain::vocabulary::accreditation_state::AccreditationState;
use domain::vocabulary::document_kind::DocumentKind;
use domain::vocabulary::id::EventId;
use domain::vocabulary::name::{ApplicationName, PrincipalName};
use domain::vocabulary::personal::Personal;
use domain::watch_list::ListedPerson;
use jiff::Timestamp;
use jiff::civil::{Date, date};

const CANARY: &str = "canary-7f3a";
const APPLICATION: &str = "elections/e1/missions/cis/applications/0190b0a0-0000-7000-8000-000000000001";
const HOLD: &str = "elections/e1/legalHolds/0190b0a0-0000-7000-8000-000000000001";
const TIME: Timestamp = Timestamp::UNIX_EPOCH;
const DAY: Date = date(2019, 6, 9);

fn canary() -> Personal<String> {
    Personal::new(CANARY.to_owned())
}

fn principal() -> PrincipalName {
    "organizations/cec/principals/reviewer-1".parse().expect("a name")
}

fn application() -> ApplicationName {
    APPLICATION.parse().expect("a name")
}

/// Every type whose own fields hold free text or a person's name.
fn samples() -> Vec<Box<dyn Debug>> {
    let mut samples = reviews();
    samples.extend(endings());
    samples.extend(people());
    samples
}

/// What reviewers and adopters write.
fn reviews() -> Vec<Box<dyn Debug>> {
    let ground = || RefusalGround { ground: "not-nominated".to_owned(), text: canary() };
    vec![
        Box::new(ground()),
        Box::new(Verdict::Refuse(ground())),
        Box::new(Clearance { reason: canary(), by: principal(), time: TIME }),
        Box::new(Question {
            field: "person.passport.number".to_owned(),
            reason: ReturnReason::Missing,
            text: canary(),
            answer: canary(),
        }),
        Box::new(Remark { action: String::new(), actor: String::new(), time: TIME, text: canary() }),
        Box::new(Amendment {
            name: format!("{APPLICATION}/amendments/1").parse().expect("a name"),
            accreditation: 1,
            kind: AmendmentKind::Correction,
            reason: canary(),
            before: 1,
            after: 2,
            content_digest: [0; 32],
            requested_by: principal(),
            request_time: TIME,
            state: AmendmentState::Declined,
            closing: Some(Closing { text: canary(), by: principal(), time: TIME }),
        }),
        Box::new(AmendmentRuling {
            etag: String::new(),
            decision: AmendmentDecision::Accept,
            text: canary(),
            clear_reason: canary(),
        }),
        Box::new(AmendmentRequest {
            etag: "",
            kind: AmendmentKind::Correction,
            reason: canary(),
            paper: None,
            replaces: None,
        }),
        Box::new(DecreeDraft { decree_number: String::new(), session_date: DAY, chair: canary(), secretary: canary() }),
        Box::new(Decree {
            name: "elections/e1/decrees/1".parse().expect("a name"),
            decree_number: String::new(),
            session_date: DAY,
            chair: canary(),
            secretary: canary(),
            state: DecreeState::Draft,
            version: 1,
            applications: Vec::new(),
            proposals: Vec::new(),
            created_by: principal(),
            create_time: TIME,
            scans: Vec::new(),
        }),
        Box::new(ProposalDraft { kind: ProposalKind::Revoke, ground: String::new(), text: canary() }),
    ]
}

/// Why something ended, was kept, or was read.
fn endings() -> Vec<Box<dyn Debug>> {
    let decision = AppealDecision { outcome: AppealOutcome::Uphold, text: canary(), by: principal(), time: TIME };
    vec![
        Box::new(State::Withdrawn { place: None, reason: canary(), note_number: String::new() }),
        Box::new(Withdrawal { reason: canary(), note_number: String::new() }),
        Box::new(Change {
            sequence: 1,
            state: AccreditationState::Ended,
            reason: canary(),
            note_number: String::new(),
            decree: None,
            ground: String::new(),
            by: None,
            time: TIME,
        }),
        Box::new(MissionWithdrawal { time: TIME, note_number: String::new(), reason: canary() }),
        Box::new(ProposalState::Withdrawn { by: principal(), time: TIME, reason: canary() }),
        Box::new(Appeal {
            name: "elections/e1/appeals/0190b0a0-0000-7000-8000-000000000003".parse().expect("a name"),
            application: application(),
            accreditation: None,
            decree: 1,
            text: canary(),
            filed_by: principal(),
            file_time: TIME,
            decision: Some(decision),
        }),
        Box::new(LegalHold {
            name: HOLD.parse().expect("a name"),
            application: None,
            reason: canary(),
            created_by: principal(),
            create_time: TIME,
            release: Some(Release { by: principal(), time: TIME, reason: canary() }),
        }),
        Box::new(DocumentRead {
            document: format!("{APPLICATION}/documents/0190b0a0-0000-7000-8000-000000000002").parse().expect("a name"),
            kind: DocumentKind::Photo,
            reader: principal(),
            purpose: canary(),
            time: TIME,
            event: EventId(uuid::Uuid::nil()),
        }),
    ]
}

/// Names of people, and what is written about a team of them.
fn people() -> Vec<Box<dyn Debug>> {
    let format = || "EOM".to_owned();
    let headquarters = String::new;
    vec![
        Box::new(Team { number: 1, observers: Vec::new(), reason: canary(), support: Vec::new(), visits: Vec::new() }),
        Box::new(Mission {
            name: application().mission(),
            format: format(),
            head: canary(),
            headquarters: headquarters(),
            start_date: DAY,
            end_date: DAY,
            version: 1,
            create_time: TIME,
            withdrawal: None,
        }),
        Box::new(MissionDraft {
            format: format(),
            head: canary(),
            headquarters: headquarters(),
            start_date: DAY,
            end_date: DAY,
        }),
        Box::new(Person { id: "p1".parse().expect("an id"), full_name: canary(), create_time: TIME }),
        Box::new(Registered {
            family_name: canary(),
            given_name: canary(),
            native_name: canary(),
            name_kk: canary(),
            name_ru: canary(),
            nationality: String::new(),
        }),
        Box::new(ListedPerson {
            names: vec![canary()],
            birth_date: None,
            issuing_state: String::new(),
            document_number: canary(),
        }),
    ]
}

#[test]
fn debug_shows_no_free_text() {
    for sample in samples() {
        let shown = format!("{sample:?}");
        assert!(shown.contains("[personal]"), "the sample has no canary: {shown}");
        assert!(!shown.contains(CANARY), "{shown}");
    }
}

#[test]
fn the_database_gets_the_text_alone() {
    let ground = RefusalGround { ground: "not-nominated".to_owned(), text: canary() };
    let expected = format!(r#"{{"ground":"not-nominated","text":"{CANARY}"}}"#);
    assert_eq!(serde_json::to_string(&ground).expect("it serializes"), expected);
    assert_eq!(serde_json::from_str::<RefusalGround>(&expected).expect("it deserializes"), ground);
}

/// Fields that may hold free text in a plain `String`, because it is not about a person.
const NOT_ABOUT_A_PERSON: [&str; 2] = [
    "vocabulary/dated_name.rs: text", // the name of an organization or an election
    "election/schedule.rs: reason",   // why voting was moved, as the act says
];

/// A new field for free text must be `Personal`, or be listed above with a reason.
#[test]
fn a_new_field_for_free_text_is_personal() {
    const FREE: [&str; 12] = [
        "text",
        "reason",
        "clear_reason",
        "note",
        "remark",
        "comment",
        "purpose",
        "answer",
        "head",
        "chair",
        "secretary",
        "full_name",
    ];
    let mut found = Vec::new();
    each_source(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut |path, source| {
        for line in source.lines() {
            let Some((field, kind)) = line.trim().trim_start_matches("pub ").split_once(": ") else { continue };
            let field = field.trim_start_matches("pub(crate) ");
            if FREE.contains(&field) && matches!(kind, "String," | "Option<String>,") {
                found.push(format!("{path}: {field}"));
            }
        }
    });
    found.retain(|field| !NOT_ABOUT_A_PERSON.contains(&field.as_str()));
    assert_eq!(found, [""; 0], "these fields must be `Personal`");
}

fn each_source(directory: &Path, visit: &mut impl FnMut(&str, &str)) {
    for entry in std::fs::read_dir(directory).expect("the sources are there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            each_source(&path, visit);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let shown = path.display().to_string();
            let shown = shown.split_once("/src/").map_or(shown.as_str(), |(_, inside)| inside);
            visit(shown, &std::fs::read_to_string(&path).expect("a source is text"));
        }
    }
}
