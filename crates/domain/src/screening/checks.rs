//! The checks themselves.

use jiff::civil::Date;

use super::{Finding, FindingCode};
use crate::content::{Content, Filing};
use crate::mrz::{self, MrzProblem};
use crate::name::{ApplicationName, WatchListEntryName};
use crate::names::{PersonNames, same_person_name};
use crate::rule_pack::RulePack;

/// Another application that may be of the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// Its name.
    pub name: ApplicationName,
    /// What it says.
    pub filing: Filing,
}

/// An entry of the commission's watch list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: WatchListEntryName,
    /// Who it is about.
    pub person: crate::watch_list::ListedPerson,
}

/// What an application is checked against.
#[derive(Debug, Clone)]
pub struct Surroundings<'a> {
    /// The election's rules.
    pub rules: &'a RulePack,
    /// The day that a passport must outlast: see [`crate::election::last_day`].
    pub last_day: Date,
    /// Other applications before the commission with the same passport or the same birth date.
    pub others: &'a [Other],
    /// The watch list's entries that could be meant.
    pub listed: &'a [Listed],
    /// Whether more people of the category were submitted than the invitation expects.
    pub over_quota: bool,
}

/// Checks what an application says.
pub fn screen(filing: &Filing, around: &Surroundings<'_>) -> Vec<Finding> {
    let mut found = own(&filing.content, around);
    found.extend(zone(filing));
    let names = PersonNames::of(&filing.content);
    for twin in around.others.iter().filter_map(|other| duplicate(filing, &names, other)) {
        // One that an amendment may change is held against what it says and against what it may say.
        if !found.contains(&twin) {
            found.push(twin);
        }
    }
    let listed = around.listed.iter().filter(|entry| entry.person.may_be(filing, &names));
    found.extend(listed.map(|entry| Finding::new(FindingCode::WatchList, &[], &entry.name)));
    found
}

/// What the application says about itself.
fn own(content: &Content, around: &Surroundings<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if content.passport_expiry < around.last_day {
        found.push(Finding::new(FindingCode::PassportExpiresEarly, &["person.passport.expiry_date"], ""));
    }
    if content.nationality == around.rules.host_state && content.category.observes() {
        found.push(Finding::new(FindingCode::HostCitizen, &["person.nationality"], ""));
    }
    if around.over_quota {
        found.push(Finding::new(FindingCode::QuotaExceeded, &["category"], ""));
    }
    found
}

/// What the machine-readable zone says against itself, and against what was typed.
fn zone(filing: &Filing) -> Vec<Finding> {
    const ZONE: &str = "person.passport.mrz";
    let (mut wrong, mut mismatched) = (Vec::new(), Vec::new());
    for problem in mrz::compare(filing) {
        match problem {
            MrzProblem::Malformed => wrong.push(ZONE),
            MrzProblem::CheckDigit(field) => wrong.push(field.path()),
            MrzProblem::Mismatch(field) => mismatched.push(field.path()),
        }
    }
    wrong.dedup();
    let found = [(FindingCode::MrzCheckDigit, wrong), (FindingCode::MrzMismatch, mismatched)];
    let found = found.into_iter().filter(|(_, fields)| !fields.is_empty());
    found.map(|(code, fields)| Finding::new(code, &fields, "")).collect()
}

fn duplicate(filing: &Filing, names: &PersonNames, other: &Other) -> Option<Finding> {
    let (own, others) = (&filing.identity, &other.filing.identity);
    let same_issuer = filing.content.issuing_state == other.filing.content.issuing_state;
    if same_issuer && own.passport_number == others.passport_number {
        return Some(Finding::new(FindingCode::DuplicateDocument, &["person.passport.number"], &other.name));
    }
    let same_birth = own.birth_date == others.birth_date;
    let same_name = same_birth && same_person_name(names, &PersonNames::of(&other.filing.content));
    let fields = ["person.birth_date", "person.family_name", "person.given_name"];
    same_name.then(|| Finding::new(FindingCode::DuplicatePerson, &fields, &other.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture;
    use crate::content::Category;

    fn codes(filing: &Filing, others: &[Other]) -> Vec<FindingCode> {
        let rules = RulePack::find("kz/1").expect("bundled");
        let last_day: Date = "2019-06-20".parse().expect("a date");
        let around = Surroundings { rules: &rules, last_day, others, listed: &[], over_quota: false };
        screen(filing, &around).into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn findings_follow_nationality_category_and_expiry() {
        let check = |nationality: &str, category: Category, expiry: &str, expected: &[FindingCode]| {
            let mut filing = fixture::filing();
            (filing.content.nationality, filing.content.category) = (nationality.to_owned(), category);
            filing.content.passport_expiry = expiry.parse().expect("a date");
            assert_eq!(codes(&filing, &[]), expected, "{nationality} {category:?} {expiry}");
        };
        check("DEU", Category::ShortTermObserver, "2019-06-20", &[]);
        check("DEU", Category::ShortTermObserver, "2019-06-19", &[FindingCode::PassportExpiresEarly]);
        check("KAZ", Category::ShortTermObserver, "2025-01-01", &[FindingCode::HostCitizen]);
        check("KAZ", Category::Interpreter, "2025-01-01", &[]);
    }

    /// The same person, filed by another organization: by the passport, or by birth date and name in another script.
    #[test]
    fn duplicates_are_found_by_document_and_by_name_and_birth_date() {
        let name: ApplicationName =
            "elections/e1/missions/sco/applications/0b6a1f0e-0000-4000-8000-000000000001".parse().expect("a name");
        let text = |text: &str| crate::personal::Personal::new(text.to_owned());
        let mut own = fixture::filing();
        (own.content.family_name, own.content.given_name) = (text("ALIYEV"), text("YERLAN"));
        let check = |change: &dyn Fn(&mut Filing), expected: &[FindingCode]| {
            let mut other = own.clone();
            change(&mut other);
            assert_eq!(codes(&own, &[Other { name: name.clone(), filing: other }]), expected);
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
            other.identity.birth_date = crate::personal::Personal::new("1981-02-03".parse().expect("a date"));
        };
        check(&born_on_another_day, &[]);
    }

    #[test]
    fn the_zone_is_held_against_itself_and_against_what_was_typed() {
        let mut filing = fixture::filing();
        filing.identity.mrz = crate::personal::Personal::new("nonsense".to_owned());
        assert_eq!(codes(&filing, &[]), [FindingCode::MrzCheckDigit]);
    }
}
