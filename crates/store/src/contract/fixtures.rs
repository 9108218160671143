//! Values that the tests use. Names and texts contain what tends to break:
//! other scripts, quotes, tabs, backslashes and a right-to-left override.

use domain::application::content::{Content, Document, Filing, Identity};
use domain::application::{Application, ClaimGuard, Place, Question, ReturnReason, SubmissionGuard};
use domain::decree::{Adoption, Decree, DecreeState, FreeNumbers, Items, RefusalGround, Verdict};
use domain::election::{Election, ElectionDraft, ElectionKind};
use domain::mission::{Invitation, InvitationState, Mission, Quota};
use domain::refusal::Refusal;
use domain::registry::organization::Organization;
use domain::rule_pack::RulePackFile;
use domain::screening::Screening;
use domain::vocabulary::category::Category;
use domain::vocabulary::dated_name::{NameDraft, Names};
use domain::vocabulary::document_kind::DocumentKind;
use domain::vocabulary::id::{ApplicationId, ElectionCode};
use domain::vocabulary::name::ApplicationName;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::role::OrganizationKind;
use domain::vocabulary::sex::Sex;
use domain::vocabulary::state::StateKind;
use jiff::Timestamp;
use uuid::Uuid;

use crate::contract::permits::person;

/// The election that most tests use.
pub const ELECTION: &str = "kz-2019";
/// The time of most events: before the cutoffs of the election.
pub const NOW: &str = "2019-05-10T09:00:00Z";

/// Parses a timestamp.
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// [`NOW`] as a timestamp.
pub fn now() -> Timestamp {
    at(NOW)
}

/// [`ELECTION`] as a code.
pub fn code() -> ElectionCode {
    ELECTION.parse().expect("a code")
}

/// An organization of this kind.
pub fn organization(code: &str, kind: OrganizationKind) -> Organization {
    Organization {
        code: code.parse().expect("a code"),
        kind,
        names: names(code),
        state: code.strip_prefix("state-").map(str::to_uppercase),
        trust_domain: format!("{code}.example").parse().expect("a trust domain"),
        anchors: vec!["first anchor\n".to_owned(), "second anchor\n".to_owned()],
        suspended: false,
        create_time: now(),
    }
}

/// The names of an organization: two languages, and an earlier name in one of
/// them.
fn names(code: &str) -> Names {
    let name = |text: &str| text.parse::<NameDraft>().expect("a name");
    let before = NameDraft { valid_from: Some(at("1991-12-16T00:00:00Z")), ..name("kk=Бұрынғы «ұйым»") };
    let names = vec![name(&format!("en=Organization «{code}»")), before, name(&format!("kk=\"{code}\" ұйымы"))];
    Names::register(names, "names", now()).expect("names")
}

/// A built-in rule pack. Every test store has them.
pub fn rule_pack(id: &str) -> RulePackFile {
    let found = RulePackFile::built_in().into_iter().find(|one| one.rules().id.as_str() == id);
    found.expect("a built-in pack")
}

/// A registered election that is not open yet.
pub fn election(code: &str) -> Election {
    let draft = ElectionDraft {
        code: code.parse().expect("a code"),
        names: vec!["en=Presidential election".parse().expect("a name"), "kk=Сайлау".parse().expect("a name")],
        kind: ElectionKind::Presidential,
        voting_day: "2019-06-09".parse().expect("a date"),
        time_zone: "Asia/Almaty".to_owned(),
        rule_pack: "kz-1".parse().expect("an id"),
        region_set: "kz-2019".to_owned(),
    };
    Election::register(draft, &rule_pack("kz-1"), at("2019-04-10T00:00:00Z")).expect("a valid election")
}

/// A pending invitation with a quota.
pub fn invitation(election: &str, organization: &str) -> Invitation {
    Invitation {
        name: format!("elections/{election}/invitations/{organization}").parse().expect("a name"),
        inviter: "mfa".parse().expect("a code"),
        state: InvitationState::Pending,
        quotas: vec![Quota { category: Category::LongTermObserver, limit: 22 }],
        version: 1,
        create_time: now(),
        response_time: None,
    }
}

/// A mission.
pub fn mission(election: &str, organization: &str) -> Mission {
    Mission {
        name: format!("elections/{election}/missions/{organization}").parse().expect("a name"),
        format: "EOM".to_owned(),
        head: Personal::new("Head of mission".to_owned()),
        headquarters: "Nur-Sultan".to_owned(),
        start_date: "2019-05-08".parse().expect("a date"),
        end_date: "2019-06-20".parse().expect("a date"),
        version: 1,
        create_time: now(),
        withdrawal: None,
    }
}

/// The name of an organization's application. A higher number was filed later.
pub fn application(election: &str, organization: &str, number: u32) -> ApplicationName {
    let mission = mission(election, organization).name;
    let id = ApplicationId(Uuid::from_u128(0x0190_b0a0_0000_7000_8000_0000_0000_0000 + u128::from(number)));
    ApplicationName { election: mission.election, organization: mission.organization, id }
}

/// What the application with this number says. Each number is another person.
pub fn filing(number: u32) -> Filing {
    let document = |kind| Document { kind, sha256: [7; 32], size_bytes: 1 };
    let content = Content {
        category: Category::ShortTermObserver,
        family_name: Personal::new(format!("MUELLER-{number}")),
        given_name: Personal::default(),
        native_name: Personal::new("Anna \"Ännchen\"\tمولر\u{202e}\\".to_owned()),
        name_kk: Personal::new("Мюллер Анна Ұлы".to_owned()),
        name_ru: Personal::new("Мюллер Анна".to_owned()),
        nationality: "DEU".to_owned(),
        sex: Sex::Female,
        issuing_state: "DEU".to_owned(),
        passport_expiry: "2027-01-01".parse().expect("a date"),
        documents: [DocumentKind::PassportPage, DocumentKind::Photo, DocumentKind::Pledge].map(document).to_vec(),
    };
    let identity = Identity {
        passport_number: Personal::new(passport_number(number)),
        birth_date: Personal::new(BIRTH_DATE.parse().expect("a date")),
        // Only as long as the tests need; it is not a valid MRZ.
        mrz: Personal::new(format!("{}7DEU6407073F2701011<<<<<<<<<<<<<<<<", passport_number(number))),
    };
    Filing { content, identity }
}

/// The birth date of every person. So everybody is a possible duplicate of
/// everybody else.
pub const BIRTH_DATE: &str = "1964-07-07";

/// The passport number of a person.
pub fn passport_number(number: u32) -> String {
    format!("C01X{number:05}")
}

/// Moves a draft to a state by the shortest legal path. `position` is its place
/// in the list of presentation 1.
pub fn move_to_state(draft: Application, to: StateKind, position: u32) -> Result<Application, Refusal> {
    let (election, filing, reviewer) = (election(ELECTION).open(), filing(1), person("reviewer"));
    let guard = SubmissionGuard {
        election: &election,
        content: &filing.content,
        uploaded: &filing.content.documents,
        received: now(),
    };
    let screening = Screening { revision: draft.revision, version: 1, ..Screening::default() };
    let rules = &election.rules;
    let claim = ClaimGuard { reviewer: &reviewer, rules, screening: &screening, now: now() };
    let place = Place { presentation: 1, position };
    // The application in an earlier state of the path.
    let before = |state| move_to_state(draft.clone(), state, position);
    match to {
        StateKind::Draft => Ok(draft),
        StateKind::Submitted => draft.submit(guard),
        StateKind::ReturnedByMinistry => before(StateKind::Submitted)?.return_by_ministry(vec![question()], now()),
        StateKind::Presented => before(StateKind::Submitted)?.present(place),
        StateKind::InReview => before(StateKind::Presented)?.claim(claim),
        StateKind::ReturnedByCommission => {
            let due = at("2019-05-12T09:00:00Z");
            before(StateKind::InReview)?.raise_questions(&reviewer.principal, vec![question()], due, now())
        }
        StateKind::Recommended => {
            before(StateKind::InReview)?.recommend(&reviewer, Verdict::Accredit, rules, &screening, now())
        }
        StateKind::Accredited => Ok(adopt(vec![before(StateKind::Recommended)?], 1)?.applications.remove(0)),
        StateKind::Refused => {
            let ground =
                RefusalGround { ground: "not-nominated".to_owned(), text: Personal::new("No letter.".to_owned()) };
            let held = before(StateKind::InReview)?;
            let recommended = held.recommend(&reviewer, Verdict::Refuse(ground), rules, &screening, now())?;
            Ok(adopt(vec![recommended], 1)?.applications.remove(0))
        }
        StateKind::Withdrawn => {
            before(StateKind::Presented)?.withdraw(Personal::new("The observer fell ill.".to_owned()))
        }
        // Long after both cutoffs.
        StateKind::Lapsed => Ok(draft.tick(&election.cutoffs, Timestamp::MAX).expect("long past the cutoff").1),
    }
}

/// A question of the ministry or the commission.
fn question() -> Question {
    let (text, answer) = (Personal::new("Which page?".to_owned()), Personal::default());
    Question { field: "person.passport.mrz".to_owned(), reason: ReturnReason::Missing, text, answer }
}

/// A draft of a decree that lists these applications.
pub fn decree(number: u32, applications: Vec<ApplicationName>) -> Decree {
    Decree {
        name: format!("elections/{ELECTION}/decrees/{number}").parse().expect("a name"),
        decree_number: format!("12/{number}"),
        session_date: "2019-05-13".parse().expect("a date"),
        chair: Personal::new("Chair".to_owned()),
        secretary: Personal::new("Secretary".to_owned()),
        state: DecreeState::Draft,
        version: 1,
        applications,
        proposals: Vec::new(),
        scans: Vec::new(),
        created_by: person("adopter").principal,
        create_time: now(),
    }
}

/// Adopts decree 1 over recommended applications. `first_number` is the first
/// accreditation number.
pub fn adopt(recommended: Vec<Application>, first_number: u32) -> Result<Adoption, Refusal> {
    let draft = decree(1, recommended.iter().map(|application| application.name.clone()).collect());
    let etag = draft.etag();
    let found = Items { applications: recommended.into_iter().map(Ok).collect(), proposals: Vec::new() };
    let free = FreeNumbers { accreditation: first_number, badge: first_number };
    domain::decree::adopt(draft, &etag, found, |_| Vec::new(), &person("adopter"), free, now())
}
