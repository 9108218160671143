//! The checks themselves.

use jiff::civil::Date;
use uuid::Uuid;

use super::{Finding, FindingCode};
use crate::content::{Content, Filing};
use crate::name::ApplicationName;
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
    /// Its id.
    pub id: Uuid,
    /// Who it is about.
    pub person: crate::watch_list::ListedPerson,
}

/// What an application is checked against.
#[derive(Debug, Clone)]
pub struct Surroundings<'a> {
    /// The election's rules.
    pub rules: &'a RulePack,
    /// The mission's last day.
    pub mission_end: Date,
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
    found.extend(around.others.iter().filter_map(|other| duplicate(filing, other)));
    let listed = around.listed.iter().filter(|entry| entry.person.may_be(filing));
    found.extend(
        listed.map(|entry| Finding::new(FindingCode::WatchList, &[], format!("watchListEntries/{}", entry.id))),
    );
    found
}

/// What the application says about itself.
fn own(content: &Content, around: &Surroundings<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if content.passport_expiry < around.mission_end {
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

fn duplicate(filing: &Filing, other: &Other) -> Option<Finding> {
    let (own, others) = (&filing.identity, &other.filing.identity);
    let same_issuer = filing.content.issuing_state == other.filing.content.issuing_state;
    if same_issuer && own.passport_number == others.passport_number {
        return Some(Finding::new(FindingCode::DuplicateDocument, &["person.passport.number"], &other.name));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture;
    use crate::content::Category;

    fn codes(filing: &Filing, others: &[Other]) -> Vec<FindingCode> {
        let rules = RulePack::find("kz/1").expect("bundled");
        let mission_end: Date = "2019-06-20".parse().expect("a date");
        let around = Surroundings { rules: &rules, mission_end, others, listed: &[], over_quota: false };
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
}
