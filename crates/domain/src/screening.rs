//! The automatic checks of an application. They find; only a person decides.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::name::PrincipalName;
use crate::rule_pack::RulePack;

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FindingCode {
    /// The passport expires before the mission ends.
    PassportExpiresEarly,
    /// A citizen of the host state in an observer category.
    HostCitizen,
}

impl FindingCode {
    /// Every code.
    pub const ALL: [Self; 2] = [Self::PassportExpiresEarly, Self::HostCitizen];

    /// The code on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PassportExpiresEarly => "PASSPORT_EXPIRES_EARLY",
            Self::HostCitizen => "HOST_CITIZEN",
        }
    }
}

/// A finding and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// Whether it must be cleared before a recommendation to accredit.
    pub blocking: bool,
    /// Who cleared it, when and why.
    pub clearance: Option<Clearance>,
}

/// A reviewer's word that a finding does not stand in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clearance {
    /// Why.
    pub reason: String,
    /// Who.
    pub by: PrincipalName,
    /// When.
    pub time: Timestamp,
}

impl Finding {
    /// Whether it stands in the way of a recommendation to accredit.
    pub fn stands(&self) -> bool {
        self.blocking && self.clearance.is_none()
    }
}

/// Checks a filing against the rules and its mission's last day. A clearance given before stays with its finding.
pub fn screen(content: &Content, rules: &RulePack, mission_end: Date, before: &[Finding]) -> Vec<Finding> {
    let mut found = Vec::new();
    if content.passport_expiry < mission_end {
        found.push(FindingCode::PassportExpiresEarly);
    }
    if content.nationality == rules.host_state && content.category.observes() {
        found.push(FindingCode::HostCitizen);
    }
    let clearance = |code| before.iter().find(|old| old.code == code).and_then(|old| old.clearance.clone());
    found.into_iter().map(|code| Finding { code, blocking: true, clearance: clearance(code) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::fixture;
    use crate::content::Category;

    #[test]
    fn findings_follow_nationality_category_and_expiry() {
        let rules = RulePack::find("kz/1").expect("bundled");
        let end: Date = "2019-06-20".parse().expect("a date");
        let check = |nationality: &str, category: Category, expiry: &str, expected: &[FindingCode]| {
            let mut content = fixture::filing().content;
            (content.nationality, content.category) = (nationality.to_owned(), category);
            content.passport_expiry = expiry.parse().expect("a date");
            let codes: Vec<_> = screen(&content, &rules, end, &[]).into_iter().map(|finding| finding.code).collect();
            assert_eq!(codes, expected, "{nationality} {category:?} {expiry}");
        };
        check("DEU", Category::ShortTermObserver, "2019-06-20", &[]);
        check("DEU", Category::ShortTermObserver, "2019-06-19", &[FindingCode::PassportExpiresEarly]);
        check("KAZ", Category::ShortTermObserver, "2025-01-01", &[FindingCode::HostCitizen]);
        check("KAZ", Category::Interpreter, "2025-01-01", &[]);
    }
}
