//! Values for tests: one valid election, application and accreditation. A test changes the one field that it is about.

use jiff::Timestamp;

use super::{Application, Place, Question, ReturnReason};
use crate::accreditation::Accreditation;
use crate::accreditation::badge::Badge;
use crate::application::content::{Content, Document, Filing, Identity};
use crate::application::reference::Reference;
use crate::election::{Election, ElectionDraft, ElectionKind};
use crate::policy::PersonActor;
use crate::rule_pack::{RulePack, RulePackFile};
use crate::vocabulary::category::Category;
use crate::vocabulary::document_kind::DocumentKind;
use crate::vocabulary::name::PrincipalName;
use crate::vocabulary::personal::Personal;
use crate::vocabulary::sex::Sex;

/// A moment, from RFC 3339 text.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// A complete filing of a German short-term observer.
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

/// An open election with advisory quotas, on 9 June 2019. Its submission cutoff is 3 June, 12:00 UTC.
pub(crate) fn election() -> Election {
    let draft = ElectionDraft {
        code: "kz-2019".parse().expect("a code"),
        names: vec!["en=Presidential election".parse().expect("a name")],
        kind: ElectionKind::Presidential,
        voting_day: "2019-06-09".parse().expect("a date"),
        time_zone: "Asia/Almaty".to_owned(),
        rule_pack: "kz-1".parse().expect("an id"),
        region_set: "kz-2019".to_owned(),
    };
    Election::register(draft, &rule_pack("kz-1"), at("2019-04-10T00:00:00Z")).expect("a valid election").open()
}

/// A built-in rule pack.
pub(crate) fn rule_pack(id: &str) -> RulePackFile {
    let found = RulePackFile::built_in().into_iter().find(|one| one.rules().id.as_str() == id);
    found.expect("a built-in pack")
}

/// The rules of a built-in pack.
pub(crate) fn rules(id: &str) -> RulePack {
    rule_pack(id).rules().clone()
}

/// A draft of the mission `cis`, filed on 1 May 2019.
pub(crate) fn draft() -> Application {
    let name = "elections/kz-2019/missions/cis/applications/0190b0a0-0000-7000-8000-000000000001";
    let (name, filed) = (name.parse().expect("a name"), at("2019-05-01T00:00:00Z"));
    Application::draft(name, Reference::from_number(7), Category::ShortTermObserver, [1; 32], None, filed)
}

/// An active accreditation of the draft's person, with badge 7.
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

/// A human of the commission, by the codes of a principal and of a person.
pub(crate) fn person(principal: &str, person: &str) -> PersonActor {
    let principal: PrincipalName = format!("organizations/cec/principals/{principal}").parse().expect("a name");
    PersonActor { principal, person: person.parse().expect("an id") }
}

/// The first place of the first presentation.
pub(crate) fn place() -> Place {
    Place { presentation: 1, position: 1 }
}

/// A question about a missing machine-readable zone.
pub(crate) fn question() -> Question {
    let (text, answer) = (Personal::default(), Personal::default());
    Question { field: "person.passport.mrz".to_owned(), reason: ReturnReason::Missing, text, answer }
}
