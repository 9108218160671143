//! The checks of one application: passport, nationality, quota and machine-readable zone. Duplicates are found
//! elsewhere.

use jiff::civil::Date;

use super::{Finding, MAX_NAMED};
use crate::application::content::{Content, Filing};
use crate::rule_pack::RulePack;
use crate::screening::mrz::{self, MrzProblem};
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::name::WatchListEntryName;

/// An entry of the commission's watch list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The resource name.
    pub name: WatchListEntryName,
    /// The person whom the entry is about.
    pub person: crate::watch_list::ListedPerson,
}

/// What an application is checked against, apart from other people.
#[derive(Debug, Clone)]
pub struct Surroundings<'a> {
    /// The rule pack of the election.
    pub rules: &'a RulePack,
    /// The day until which the passport must be valid, see [`crate::election::last_day`].
    pub last_day: Date,
    /// Whether the quota of the category is exceeded.
    pub over_quota: bool,
}

/// Screens an application and returns all findings in their order.
///
/// `duplicates` are the findings about other applications. `listed` are the entries of the watch list that match, at
/// most one more than [`MAX_NAMED`]: the last one only says that there are more.
pub fn screen(
    filing: &Filing,
    context: &Surroundings<'_>,
    duplicates: Vec<Finding>,
    listed: &[WatchListEntryName],
) -> Vec<Finding> {
    let mut found = content_findings(&filing.content, context);
    found.extend(mrz_findings(filing));
    found.extend(duplicates);
    found.extend(listed.iter().take(MAX_NAMED).map(|entry| Finding::about(FindingCode::WatchList, entry)));
    found.extend((listed.len() > MAX_NAMED).then(|| Finding::rest(FindingCode::WatchList)));
    found.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
    found
}

/// The findings about the content alone. A citizen of the host state may be support staff, but not an observer.
fn content_findings(content: &Content, context: &Surroundings<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if content.passport_expiry < context.last_day {
        found.push(Finding::new(FindingCode::PassportExpiresEarly, &["person.passport.expiry_date"], ""));
    }
    if content.nationality == context.rules.host_state.value && content.category.observes() {
        found.push(Finding::new(FindingCode::HostCitizen, &["person.nationality"], ""));
    }
    if context.over_quota {
        found.push(Finding::new(FindingCode::QuotaExceeded, &["category"], ""));
    }
    found
}

/// The findings about the machine-readable zone: wrong check digits, and fields that differ from the typed ones.
fn mrz_findings(filing: &Filing) -> Vec<Finding> {
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

    /// The codes that are found for a filing.
    fn codes(filing: &Filing) -> Vec<FindingCode> {
        let rules = fixture::rules("kz-1");
        let last_day: Date = "2019-06-20".parse().expect("a date");
        let context = Surroundings { rules: &rules, last_day, over_quota: false };
        screen(filing, &context, Vec::new(), &[]).into_iter().map(|finding| finding.code).collect()
    }

    /// A crowd of matches is one finding more than the maximum.
    #[test]
    fn matches_of_the_watch_list_are_named_up_to_the_maximum() {
        let rules = fixture::rules("kz-1");
        let context = Surroundings { rules: &rules, last_day: Date::MIN, over_quota: false };
        let entry = |number| WatchListEntryName {
            election: "kz-2019".parse().expect("a code"),
            id: uuid::Uuid::from_u128(number),
        };
        let found =
            |count| screen(&fixture::filing(), &context, Vec::new(), &(0..count).map(entry).collect::<Vec<_>>());
        assert_eq!(found(50).len(), 50);
        assert!(found(50).iter().all(|finding| !finding.is_rest()));
        assert_eq!(found(51).len(), 51);
        assert_eq!(found(51)[50], Finding::rest(FindingCode::WatchList));
    }

    /// The last day itself is enough, and support staff may be citizens of the host state.
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

    /// No country is special in the code: the pack says whose citizens are at home.
    #[test]
    fn the_rule_pack_names_the_host_state() {
        let mut rules = fixture::rules("kz-1");
        rules.host_state.value = "DEU".to_owned();
        let context =
            Surroundings { rules: &rules, last_day: "2019-06-20".parse().expect("a date"), over_quota: false };
        let codes = |filing: &Filing| -> Vec<_> {
            screen(filing, &context, Vec::new(), &[]).into_iter().map(|finding| finding.code).collect()
        };
        let mut filing = fixture::filing();
        assert_eq!(codes(&filing), [FindingCode::HostCitizen]);
        filing.content.nationality = "KAZ".to_owned();
        assert_eq!(codes(&filing), []);
    }

    /// An unreadable zone is a finding and not an error.
    #[test]
    fn an_unreadable_zone_is_a_finding() {
        let mut filing = fixture::filing();
        filing.identity.mrz = crate::vocabulary::personal::Personal::new("nonsense".to_owned());
        assert_eq!(codes(&filing), [FindingCode::MrzCheckDigit]);
    }
}
