//! The checks themselves.

use jiff::civil::Date;

use super::{Finding, MOST_NAMED};
use crate::application::content::{Content, Filing};
use crate::rule_pack::RulePack;
use crate::screening::mrz::{self, MrzProblem};
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::name::WatchListEntryName;

/// An entry of the commission's watch list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: WatchListEntryName,
    /// Who it is about.
    pub person: crate::watch_list::ListedPerson,
}

/// What an application is checked against, by itself.
#[derive(Debug, Clone)]
pub struct Surroundings<'a> {
    /// The election's rules.
    pub rules: &'a RulePack,
    /// The day that a passport must outlast: see [`crate::election::last_day`].
    pub last_day: Date,
    /// Whether more people of the category were submitted than the invitation expects.
    pub over_quota: bool,
}

/// Checks what an application says. `duplicates` are the findings about other applications, and `listed` the entries of the
/// watch list that may be meant, one more than are named if there are more.
pub fn screen(
    filing: &Filing,
    around: &Surroundings<'_>,
    duplicates: Vec<Finding>,
    listed: &[WatchListEntryName],
) -> Vec<Finding> {
    let mut found = own(&filing.content, around);
    found.extend(zone(filing));
    found.extend(duplicates);
    found.extend(listed.iter().take(MOST_NAMED).map(|entry| Finding::about(FindingCode::WatchList, entry)));
    found.extend((listed.len() > MOST_NAMED).then(|| Finding::rest(FindingCode::WatchList)));
    found.sort_by(|one, other| one.place().cmp(&other.place()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture;
    use crate::vocabulary::category::Category;

    fn codes(filing: &Filing) -> Vec<FindingCode> {
        let rules = RulePack::find("kz/1").expect("bundled");
        let last_day: Date = "2019-06-20".parse().expect("a date");
        let around = Surroundings { rules: &rules, last_day, over_quota: false };
        screen(filing, &around, Vec::new(), &[]).into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn of_many_entries_that_may_be_meant_some_are_named() {
        let rules = RulePack::find("kz/1").expect("bundled");
        let around = Surroundings { rules: &rules, last_day: Date::MIN, over_quota: false };
        let entry = |number| WatchListEntryName {
            election: "kz-2019".parse().expect("a code"),
            id: uuid::Uuid::from_u128(number),
        };
        let found = |count| screen(&fixture::filing(), &around, Vec::new(), &(0..count).map(entry).collect::<Vec<_>>());
        assert_eq!(found(50).len(), 50);
        assert!(found(50).iter().all(|finding| !finding.is_rest()));
        assert_eq!(found(51).len(), 51);
        assert_eq!(found(51)[50], Finding::rest(FindingCode::WatchList));
    }

    #[test]
    fn findings_follow_nationality_category_and_expiry() {
        let check = |nationality: &str, category: Category, expiry: &str, expected: &[FindingCode]| {
            let mut filing = fixture::filing();
            (filing.content.nationality, filing.content.category) = (nationality.to_owned(), category);
            filing.content.passport_expiry = expiry.parse().expect("a date");
            assert_eq!(codes(&filing), expected, "{nationality} {category:?} {expiry}");
        };
        check("DEU", Category::ShortTermObserver, "2019-06-20", &[]);
        check("DEU", Category::ShortTermObserver, "2019-06-19", &[FindingCode::PassportExpiresEarly]);
        check("KAZ", Category::ShortTermObserver, "2025-01-01", &[FindingCode::HostCitizen]);
        check("KAZ", Category::Interpreter, "2025-01-01", &[]);
    }

    #[test]
    fn the_zone_is_held_against_itself_and_against_what_was_typed() {
        let mut filing = fixture::filing();
        filing.identity.mrz = crate::vocabulary::personal::Personal::new("nonsense".to_owned());
        assert_eq!(codes(&filing), [FindingCode::MrzCheckDigit]);
    }
}
