//! Values for tests.

use jiff::Timestamp;

use super::{Application, Place, Question, ReturnReason};
use crate::accreditation::Accreditation;
use crate::accreditation::badge::Badge;
use crate::application::content::{Content, Document, Filing, Identity};
use crate::application::reference::Reference;
use crate::election::{Election, ElectionDraft, ElectionKind};
use crate::policy::PersonActor;
use crate::vocabulary::category::Category;
use crate::vocabulary::document_kind::DocumentKind;
use crate::vocabulary::name::PrincipalName;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::sex::Sex;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

pub(crate) fn filing() -> Filing {
    let document = |kind| Document { kind, sha256: [7; 32], size_bytes: 1 };
    let content = Content {
        category: Category::ShortTermObserver,
        family_name: Personal::new("MUELLER".to_owned()),
        given_name: Personal::new("ANNA".to_owned()),
        native_name: Personal::new("Anna Müller".to_owned()),
        name_kk: Personal::default(),
        name_ru: Personal::default(),
        nationality: "DEU".to_owned(),
        sex: Sex::Female,
        issuing_state: "DEU".to_owned(),
        passport_expiry: "2027-01-01".parse().expect("a date"),
        documents: [DocumentKind::PassportPage, DocumentKind::Photo, DocumentKind::Pledge].map(document).to_vec(),
    };
    let identity = Identity {
        passport_number: Personal::new("C01X00T47".to_owned()),
        birth_date: Personal::new("1980-02-03".parse().expect("a date")),
        mrz: Personal::default(),
    };
    Filing { content, identity }
}

pub(crate) fn election() -> Election {
    let draft = ElectionDraft {
        code: "kz-2019".parse().expect("a code"),
        names: vec!["en=Presidential election".parse().expect("a name")],
        kind: ElectionKind::Presidential,
        voting_day: "2019-06-09".parse().expect("a date"),
        time_zone: "Asia/Almaty".to_owned(),
        rule_pack: "kz/1".to_owned(),
        region_set: "kz-2019".to_owned(),
    };
    Election::register(draft, at("2019-04-10T00:00:00Z")).expect("a valid election").open()
}

pub(crate) fn draft() -> Application {
    let name = "elections/kz-2019/missions/cis/applications/0190b0a0-0000-7000-8000-000000000001";
    let (name, filed) = (name.parse().expect("a name"), at("2019-05-01T00:00:00Z"));
    Application::draft(name, Reference::from_number(7), Category::ShortTermObserver, [1; 32], None, filed)
}

pub(crate) fn issued() -> Accreditation {
    let (by, time) = (person("adopter", "p2").principal, at("2019-05-14T00:00:00Z"));
    Accreditation {
        name: "elections/kz-2019/accreditations/7".parse().expect("a name"),
        application: draft().name,
        category: Category::ShortTermObserver,
        decree: 1,
        recommended_by: person("reviewer", "p1").principal,
        adopted_by: by,
        accredit_time: time,
        badge: Some(Badge::issue(7, time)),
        last_change: None,
        replaced_by: None,
        confirm_time: None,
    }
}

pub(crate) fn person(principal: &str, person: &str) -> PersonActor {
    let principal: PrincipalName = format!("organizations/cec/principals/{principal}").parse().expect("a name");
    PersonActor { principal, person: person.parse().expect("an id") }
}

pub(crate) fn place() -> Place {
    Place { presentation: 1, position: 1 }
}

pub(crate) fn question() -> Question {
    let (text, answer) = (Personal::default(), Personal::default());
    Question { field: "person.passport.mrz".to_owned(), reason: ReturnReason::Missing, text, answer }
}
