//! Values of the domain for tests, none of them with a default in a field.

use domain::accreditation::Accreditation;
use domain::accreditation::badge::Badge;
use domain::application::content::{Content, Document, Filing, Identity};
use domain::application::reference::Reference;
use domain::application::{
    Application, PaperFiling, Place, Question, Recommendation, Return, ReturnReason, ReturnedBy,
};
use domain::decree::{Decree, DecreeState, Verdict};
use domain::deployment::{DeploymentPlan, Place as TeamPlace, Team, Visit};
use domain::election::{Election, ElectionDraft, ElectionKind};
use domain::mission::{Invitation, InvitationState, Mission, Quota};
use domain::policy::PersonActor;
use domain::presentation::Presentation;
use domain::proposal::{Proposal, ProposalDraft, ProposalKind, ProposalState};
use domain::registry::organization::{Holder, Organization, Principal};
use domain::registry::person::Person;
use domain::rule_pack::RulePackFile;
use domain::screening::{Clearance, Finding, Screening};
use domain::vocabulary::category::Category;
use domain::vocabulary::dated_name::{NameDraft, Names};
use domain::vocabulary::document_kind::DocumentKind;
use domain::vocabulary::finding_code::FindingCode;
use domain::vocabulary::name::PrincipalName;
use domain::vocabulary::personal::Personal;
use domain::vocabulary::role::{OrganizationKind, Role};
use domain::vocabulary::sex::Sex;
use jiff::Timestamp;

pub(crate) const APPLICATION: &str = "elections/kz-2019/missions/cis/applications/0190b0a0-0000-7000-8000-000000000001";
pub(crate) const OTHER: &str = "elections/kz-2019/missions/sco/applications/0190b0a0-0000-7000-8000-000000000002";

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

pub(crate) fn principal(name: &str) -> PrincipalName {
    name.parse().expect("a name")
}

pub(crate) fn election() -> Election {
    let draft = ElectionDraft {
        code: "kz-2019".parse().expect("a code"),
        names: vec![name("en=Presidential election"), name("ru=Выборы Президента")],
        kind: ElectionKind::Presidential,
        voting_day: "2019-06-09".parse().expect("a date"),
        time_zone: "Asia/Almaty".to_owned(),
        rule_pack: "kz-1".parse().expect("an id"),
        region_set: "kz-2019".to_owned(),
    };
    Election::register(draft, &rule_pack(), time("2019-04-10T00:00:00Z")).expect("a valid election").open()
}

/// The built-in pack `kz-1`.
pub(crate) fn rule_pack() -> RulePackFile {
    RulePackFile::built_in().remove(0)
}

fn name(text: &str) -> NameDraft {
    text.parse().expect("a name")
}

pub(crate) fn organization() -> Organization {
    let create_time = time("2019-04-01T00:00:00Z");
    let before = NameDraft { valid_from: Some(time("1991-12-08T00:00:00Z")), ..name("ru=Содружество") };
    let names = vec![name("en=Commonwealth of Independent States"), before, name("ru=СНГ")];
    Organization {
        code: "cis".parse().expect("a code"),
        kind: OrganizationKind::InternationalOrganization,
        names: Names::register(names, "names", create_time).expect("names"),
        state: Some("BLR".to_owned()),
        trust_domain: "cis.example".parse().expect("a domain"),
        anchors: vec!["PEM 1".to_owned(), "PEM 2".to_owned()],
        suspended: true,
        create_time,
    }
}

pub(crate) fn person() -> Person {
    Person {
        id: "p1".parse().expect("an id"),
        full_name: Personal::new("Aliya Specimen".to_owned()),
        create_time: time("2019-04-01T00:00:00Z"),
    }
}

pub(crate) fn registered() -> Principal {
    Principal {
        name: principal("organizations/cis/principals/secretary"),
        spiffe_id: "spiffe://cis.example/secretary".to_owned(),
        holder: Holder::Person("p1".parse().expect("an id")),
        roles: vec![Role::DelegationSubmitter],
        disabled: true,
    }
}

pub(crate) fn invitation() -> Invitation {
    let quota = |category, limit| Quota { category, limit };
    Invitation {
        name: "elections/kz-2019/invitations/cis".parse().expect("a name"),
        inviter: "mfa".parse().expect("a code"),
        state: InvitationState::Pending,
        quotas: vec![quota(Category::ShortTermObserver, 700), quota(Category::Driver, 0)],
        version: 3,
        create_time: time("2019-04-11T00:00:00Z"),
        response_time: None,
    }
}

pub(crate) fn mission() -> Mission {
    Mission {
        name: "elections/kz-2019/missions/cis".parse().expect("a name"),
        format: "EOM".to_owned(),
        head: Personal::new("A. Head".to_owned()),
        headquarters: "Nur-Sultan".to_owned(),
        start_date: "2019-05-01".parse().expect("a date"),
        end_date: "2019-06-20".parse().expect("a date"),
        version: 4,
        create_time: time("2019-04-20T00:00:00Z"),
        withdrawal: None,
    }
}

pub(crate) fn deployment_plan() -> DeploymentPlan {
    let date = |text: &str| text.parse().expect("a date");
    let visit = |place, from, to| Visit { place, start_date: date(from), end_date: date(to) };
    let commission = TeamPlace::Commission { region: "KZ-79".to_owned(), label: "polling station 12".to_owned() };
    let abroad = TeamPlace::Abroad { country: "DEU".to_owned(), city: "Berlin".to_owned() };
    let team = Team {
        number: 7,
        observers: vec![APPLICATION.parse().expect("a name")],
        reason: Personal::new("An embassy has one observer.".to_owned()),
        support: vec![OTHER.parse().expect("a name")],
        visits: vec![
            visit(TeamPlace::Region("KZ-75".to_owned()), "2019-06-01", "2019-06-05"),
            visit(commission, "2019-06-06", "2019-06-06"),
            visit(abroad, "2019-06-08", "2019-06-10"),
        ],
    };
    DeploymentPlan {
        name: "elections/kz-2019/missions/cis/deploymentPlan".parse().expect("a name"),
        version: 6,
        teams: vec![team],
        update_time: time("2019-05-20T00:00:00Z"),
    }
}

pub(crate) fn filing() -> Filing {
    let text = |text: &str| Personal::new(text.to_owned());
    let document = |kind, byte| Document { kind, sha256: [byte; 32], size_bytes: i64::from(byte) };
    let content = Content {
        category: Category::ShortTermObserver,
        family_name: text("MUELLER"),
        given_name: text("ANNA"),
        native_name: text("Anna Müller"),
        name_kk: text("Анна Мюллер kk"),
        name_ru: text("Анна Мюллер ru"),
        nationality: "DEU".to_owned(),
        sex: Sex::Female,
        issuing_state: "D<<".to_owned(),
        passport_expiry: "2027-01-02".parse().expect("a date"),
        documents: vec![document(DocumentKind::Photo, 7), document(DocumentKind::Pledge, 8)],
    };
    let identity = Identity {
        passport_number: text("C01X00T47"),
        birth_date: Personal::new("1980-02-03".parse().expect("a date")),
        mrz: text("mrz"),
    };
    Filing { content, identity }
}

/// Two findings, of which one was cleared.
pub(crate) fn screening() -> Screening {
    let clearance = Clearance {
        reason: Personal::new("Seen.".to_owned()),
        by: principal("organizations/cec/principals/reviewer"),
        time: time("2019-05-05T00:00:00Z"),
    };
    let finding = |code, field: &str, related: &str, clearance| Finding {
        code,
        blocking: true,
        fields: vec![field.to_owned()],
        related: related.to_owned(),
        clearance,
    };
    let early = finding(FindingCode::PassportExpiresEarly, "person.passport.expiry_date", "", Some(clearance));
    let twice = finding(FindingCode::DuplicateDocument, "person.passport.number", OTHER, None);
    Screening { revision: 1, version: 2, findings: vec![early, twice], time: time("2019-05-05T00:00:00Z") }
}

/// A draft, with a return that has been answered.
pub(crate) fn application() -> Application {
    let name = APPLICATION.parse().expect("a name");
    let draft = Application::draft(
        name,
        Reference::from_number(7),
        Category::ShortTermObserver,
        [1; 32],
        None,
        time("2019-05-01T00:00:00Z"),
    );
    let question = Question {
        field: "person.passport.expiry_date".to_owned(),
        reason: ReturnReason::Expired,
        text: Personal::new("It has expired.".to_owned()),
        answer: Personal::new("A new one is declared.".to_owned()),
    };
    let asked = Return {
        by: ReturnedBy::Commission,
        questions: vec![question],
        time: time("2019-05-04T00:00:00Z"),
        due: Some(time("2019-05-06T00:00:00Z")),
        revision: 1,
    };
    Application {
        last_return: Some(asked),
        first_submit_time: Some(time("2019-05-02T00:00:00Z")),
        submit_time: Some(time("2019-05-03T00:00:00Z")),
        return_count: 1,
        erase_time: None,
        ..draft
    }
}

/// A note that a registrar entered.
pub(crate) fn paper() -> PaperFiling {
    let (principal, person) = (principal("organizations/cec/principals/registrar"), "p8".parse().expect("an id"));
    let registered_by = PersonActor { principal, person };
    let (note_number, receive_time) = ("12-3/456".to_owned(), time("2019-05-01T10:00:00Z"));
    PaperFiling { note_number, receive_time, registered_by, also_by: Vec::new() }
}

pub(crate) fn place() -> Place {
    Place { presentation: 3, position: 17 }
}

pub(crate) fn recommendation(verdict: Verdict) -> Recommendation {
    Recommendation {
        verdict,
        by: principal("organizations/cec/principals/reviewer"),
        person: "p7".parse().expect("an id"),
        time: time("2019-05-07T00:00:00Z"),
        content_digest: [1; 32],
    }
}

pub(crate) fn presentation() -> Presentation {
    Presentation {
        name: "elections/kz-2019/presentations/3".parse().expect("a name"),
        note_number: "12-3/456".to_owned(),
        applications: vec![APPLICATION.parse().expect("a name"), OTHER.parse().expect("a name")],
        presented_by: principal("organizations/mfa/principals/officer"),
        create_time: time("2019-05-03T12:00:00Z"),
    }
}

pub(crate) fn decree() -> Decree {
    Decree {
        name: "elections/kz-2019/decrees/4".parse().expect("a name"),
        decree_number: "12/230".to_owned(),
        session_date: "2019-05-13".parse().expect("a date"),
        chair: Personal::new("A. Chair".to_owned()),
        secretary: Personal::new("B. Secretary".to_owned()),
        state: DecreeState::Draft,
        version: 5,
        applications: vec![APPLICATION.parse().expect("a name")],
        proposals: vec!["elections/kz-2019/proposals/3".parse().expect("a name")],
        created_by: principal("organizations/cec/principals/adopter"),
        create_time: time("2019-05-12T00:00:00Z"),
        scans: Vec::new(),
    }
}

pub(crate) fn proposal() -> Proposal {
    let (proposed_by, person) = (principal("organizations/cec/principals/reviewer"), "p7".parse().expect("an id"));
    let (ground, text) = ("campaigning".to_owned(), Personal::new("Anna spoke.".to_owned()));
    Proposal {
        name: "elections/kz-2019/proposals/3".parse().expect("a name"),
        accreditation: accreditation().name,
        application: APPLICATION.parse().expect("a name"),
        changes: 0,
        draft: ProposalDraft { kind: ProposalKind::Revoke, ground, text },
        proposed_by: PersonActor { principal: proposed_by, person },
        create_time: time("2019-05-20T00:00:00Z"),
        state: ProposalState::Open,
    }
}

pub(crate) fn accreditation() -> Accreditation {
    Accreditation {
        name: "elections/kz-2019/accreditations/12".parse().expect("a name"),
        application: APPLICATION.parse().expect("a name"),
        category: Category::ShortTermObserver,
        decree: 4,
        recommended_by: principal("organizations/cec/principals/reviewer"),
        adopted_by: principal("organizations/cec/principals/adopter"),
        accredit_time: time("2019-05-14T00:00:00Z"),
        badge: Some(Badge::issue(13, time("2019-05-14T00:00:00Z"))),
        last_change: None,
        replaced_by: None,
        confirm_time: None,
    }
}
