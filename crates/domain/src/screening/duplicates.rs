//! Applications of one person: each that is checked is held against the others, and both learn of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Finding, MOST_NAMED, Screening};
use crate::application::content::Content;
use crate::screening::names::{PersonNames, same_person_name};
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::name::ApplicationName;

/// Up to so many others a crowd may have become small enough for all of it to be named again.
const SMALL_CROWD: usize = MOST_NAMED + 10;

/// One version of what the application that is checked says.
#[derive(Debug, Clone)]
pub struct Version {
    /// The names in it.
    pub names: PersonNames,
    /// Whether it is the one that the checks look at.
    pub is_own: bool,
    /// Whether others are held against it. One that holds no more, or of whoever is gone, is only there to find who has to
    /// forget it.
    pub counts: bool,
}

/// One version of another application, which has the passport or the birth date of a [`Version`], or had.
#[derive(Debug, Clone)]
pub struct Alike {
    /// The other application.
    pub name: ApplicationName,
    /// The number of its revision.
    pub revision: i32,
    /// Whether it is the one that the other's own checks look at.
    pub is_own: bool,
    /// Whether it has the same passport.
    pub same_document: bool,
    /// Whether it has the same birth date.
    pub same_birth_date: bool,
    /// What else it says.
    pub content: Content,
    /// What the other's checks have found so far.
    pub known: Known,
}

/// What the checks of another application have found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Whether they have found this one.
    pub this: bool,
    /// Of which codes there are more than are named.
    pub rest: BTreeSet<FindingCode>,
    /// Whether they will find this one by themselves: both came with one presentation, and neither was looked at before.
    pub waits_too: bool,
}

impl Alike {
    /// Whether it is of the same person: by the passport, or by birth date and name.
    fn code(&self, names: &PersonNames) -> Option<FindingCode> {
        if self.same_document {
            return Some(FindingCode::DuplicateDocument);
        }
        let same = self.same_birth_date && same_person_name(names, &PersonNames::of(&self.content));
        same.then_some(FindingCode::DuplicatePerson)
    }
}

/// The application that is checked and one other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pair {
    /// As what this one finds the other.
    pub ours: BTreeSet<FindingCode>,
    /// As what the other finds this one.
    pub theirs: BTreeSet<FindingCode>,
    /// The revisions of the other that were looked at, and whether its own checks look at them.
    pub seen: BTreeMap<i32, bool>,
    known: Known,
    matched: bool,
    was_found: bool,
}

/// What came of holding an application against others.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    pairs: BTreeMap<ApplicationName, Pair>,
}

impl Comparison {
    /// Another application that was found before: it has to forget this one unless it is found again.
    pub fn expect(&mut self, other: ApplicationName) {
        self.pairs.entry(other).or_default().was_found = true;
    }

    /// Holds one version of each side against the other's.
    pub fn add(&mut self, version: &Version, other: &Alike) {
        let pair = self.pairs.entry(other.name.clone()).or_default();
        pair.seen.insert(other.revision, other.is_own);
        pair.known.this |= other.known.this;
        pair.known.waits_too |= other.known.waits_too;
        pair.known.rest.extend(&other.known.rest);
        let Some(code) = other.code(&version.names) else { return };
        pair.matched = true;
        if version.is_own {
            pair.ours.insert(code);
        }
        if version.counts && other.is_own {
            pair.theirs.insert(code);
        }
    }

    /// How many others were found under a code.
    pub fn count(&self, code: FindingCode) -> usize {
        self.pairs.values().filter(|pair| pair.ours.contains(&code)).count()
    }

    /// Whether another application was looked at.
    pub fn knows(&self, other: &ApplicationName) -> bool {
        self.pairs.get(other).is_some_and(|pair| !pair.seen.is_empty())
    }

    /// The pair with another.
    pub fn pair(&self, other: &ApplicationName) -> Option<&Pair> {
        self.pairs.get(other)
    }

    /// The findings about others. Those that were found before stay among those that are named, with their clearances.
    pub fn findings(&self, before: &Screening) -> Vec<Finding> {
        let mut findings = Vec::new();
        for code in [FindingCode::DuplicateDocument, FindingCode::DuplicatePerson] {
            let all = self.pairs.iter().filter(|(_, pair)| pair.ours.contains(&code));
            let mut all: Vec<_> = all.map(|(name, _)| Finding::about(code, name)).collect();
            let is_new = |one: &Finding| !before.findings.iter().any(|known| known.says_the_same(one));
            all.sort_by_cached_key(|one| (is_new(one), one.place().2.to_owned()));
            let rest = (all.len() > MOST_NAMED).then(|| Finding::rest(code));
            findings.extend(all.into_iter().take(MOST_NAMED).chain(rest));
        }
        findings
    }

    /// The others whose findings change, or may. `said_otherwise` says that others may know it by another version than this.
    ///
    /// Who names as many as are named and says that there are more learns nothing from one more.
    pub fn concerned(&self, said_otherwise: bool) -> impl Iterator<Item = (&ApplicationName, &Pair)> {
        let matched = self.pairs.values().filter(|pair| pair.matched).count();
        self.pairs.iter().filter(move |(_, pair)| {
            let Known { this, rest, waits_too } = &pair.known;
            match pair.theirs.is_empty() {
                false if *waits_too => false,
                false if *this => said_otherwise,
                false => !pair.theirs.is_subset(rest),
                true => *this || pair.was_found || (pair.matched && !rest.is_empty() && matched <= SMALL_CROWD),
            }
        })
    }
}

impl Screening {
    /// The other applications that it names.
    pub fn duplicates(&self) -> impl Iterator<Item = ApplicationName> {
        let duplicates = self.findings.iter().filter(|finding| finding.code.is_duplicate());
        duplicates.filter_map(|finding| finding.related.parse().ok())
    }

    /// Whether there are more duplicates than it names.
    pub fn has_more_duplicates(&self) -> bool {
        self.findings.iter().any(|finding| finding.code.is_duplicate() && finding.is_rest())
    }

    /// The same once another application was held against this one: it is found under exactly these codes. `None` if nothing
    /// changes.
    pub fn with_duplicate(
        &self,
        other: &ApplicationName,
        codes: &BTreeSet<FindingCode>,
        now: Timestamp,
    ) -> Option<Self> {
        let related = other.to_string();
        let about = |finding: &Finding| finding.code.is_duplicate() && finding.related == related;
        let mut findings = self.findings.clone();
        findings.retain(|finding| !about(finding) || codes.contains(&finding.code));
        for code in codes {
            let named = findings.iter().filter(|finding| finding.code == *code && !finding.is_rest());
            let finding = match named.count() {
                _ if findings.iter().any(|finding| about(finding) && finding.code == *code) => continue,
                MOST_NAMED.. if findings.iter().any(|known| known.code == *code && known.is_rest()) => continue,
                MOST_NAMED.. => Finding::rest(*code),
                _ => Finding::about(*code, other),
            };
            findings.push(finding);
        }
        findings.sort_by(|one, other| one.place().cmp(&other.place()));
        let changed = !self.has_exactly(&findings);
        changed.then(|| Self { revision: self.revision, version: self.version + 1, findings, time: now })
    }
}

#[cfg(test)]
mod tests;
