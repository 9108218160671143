//! Duplicates: applications of the same person by several organizations, or twice by one.
//!
//! Embassy diplomats also serve in missions of organizations, so this happens in practice. When one application is
//! checked, the findings of the others change as well. Neither organization learns about it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Finding, MAX_NAMED, Screening};
use crate::application::content::Content;
use crate::screening::names::{PersonNames, same_person_name};
use crate::vocabulary::finding_code::FindingCode;
use crate::vocabulary::name::ApplicationName;

/// The number of others up to which a crowd may have become small enough for all of it to be named again.
const SMALL_CROWD: usize = MAX_NAMED + 10;

/// One version of the content of the checked application.
#[derive(Debug, Clone)]
pub struct Version {
    /// The names in it.
    pub names: PersonNames,
    /// Whether it is the version that is screened.
    pub is_own: bool,
    /// Whether others may be found to be the same person by it. An outdated version, or one of a withdrawn
    /// application, is only compared to find the others that still name this application and must not any more.
    pub counts: bool,
}

/// One version of another application that has, or had, the passport or the date of birth of a [`Version`].
#[derive(Debug, Clone)]
pub struct SimilarApplication {
    /// The name of the other application.
    pub name: ApplicationName,
    /// The number of its revision.
    pub revision: i32,
    /// Whether it is the version that is screened.
    pub is_own: bool,
    /// Whether it has the same passport.
    pub same_document: bool,
    /// Whether it has the same date of birth.
    pub same_birth_date: bool,
    /// The rest of its content, for the comparison of names.
    pub content: Content,
    /// What the screening of the other application has found so far.
    pub known: Known,
}

/// What the screening of another application has found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Whether it has found the checked application.
    pub this: bool,
    /// The codes for which it has more findings than it names.
    pub rest: BTreeSet<FindingCode>,
    /// Whether its own check comes later and will find the checked application: both came with one presentation.
    pub waits_too: bool,
}

impl SimilarApplication {
    /// The code of the finding if both are the same person: same passport, or same date of birth and same name.
    fn code(&self, names: &PersonNames) -> Option<FindingCode> {
        if self.same_document {
            return Some(FindingCode::DuplicateDocument);
        }
        let same = self.same_birth_date && same_person_name(names, &PersonNames::of(&self.content));
        same.then_some(FindingCode::DuplicatePerson)
    }
}

/// The checked application and one other, with what each finds about the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pair {
    /// The codes under which the checked application finds the other one.
    pub ours: BTreeSet<FindingCode>,
    /// The codes under which the other one finds the checked application.
    pub theirs: BTreeSet<FindingCode>,
    /// The compared revisions of the other application, and whether each is the version that is screened.
    pub seen: BTreeMap<i32, bool>,
    known: Known,
    matched: bool,
    was_found: bool,
}

/// The comparison of an application with all others that may be of the same person.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    pairs: BTreeMap<ApplicationName, Pair>,
}

impl Comparison {
    /// Notes another application that was found before. It must forget this one unless it is found again.
    pub fn expect(&mut self, other: ApplicationName) {
        self.pairs.entry(other).or_default().was_found = true;
    }

    /// Compares one version of each side.
    pub fn add(&mut self, version: &Version, other: &SimilarApplication) {
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

    /// Whether another application was compared.
    pub fn knows(&self, other: &ApplicationName) -> bool {
        self.pairs.get(other).is_some_and(|pair| !pair.seen.is_empty())
    }

    /// The result for another application.
    pub fn pair(&self, other: &ApplicationName) -> Option<&Pair> {
        self.pairs.get(other)
    }

    /// The findings about others. Those that were named before stay among the named ones, with their clearances.
    pub fn findings(&self, before: &Screening) -> Vec<Finding> {
        let mut findings = Vec::new();
        for code in [FindingCode::DuplicateDocument, FindingCode::DuplicatePerson] {
            let all = self.pairs.iter().filter(|(_, pair)| pair.ours.contains(&code));
            let mut all: Vec<_> = all.map(|(name, _)| Finding::about(code, name)).collect();
            let is_new = |one: &Finding| !before.findings.iter().any(|known| known.is_same_finding(one));
            all.sort_by_cached_key(|one| (is_new(one), one.sort_key().2.to_owned()));
            let rest = (all.len() > MAX_NAMED).then(|| Finding::rest(code));
            findings.extend(all.into_iter().take(MAX_NAMED).chain(rest));
        }
        findings
    }

    /// The other applications whose findings may have to change. `said_otherwise` says that others may have compared
    /// another version of this application.
    ///
    /// An application that names the maximum, and says that there are more, does not change because of one more.
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
    /// The other applications that the findings name.
    pub fn duplicates(&self) -> impl Iterator<Item = ApplicationName> {
        let duplicates = self.findings.iter().filter(|finding| finding.code.is_duplicate());
        duplicates.filter_map(|finding| finding.related.parse().ok())
    }

    /// Whether there are more duplicates than the findings name.
    pub fn has_more_duplicates(&self) -> bool {
        self.findings.iter().any(|finding| finding.code.is_duplicate() && finding.is_rest())
    }

    /// The result after another application was compared with this one: it is found under exactly these codes. `None`
    /// if nothing changes.
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
                MAX_NAMED.. if findings.iter().any(|known| known.code == *code && known.is_rest()) => continue,
                MAX_NAMED.. => Finding::rest(*code),
                _ => Finding::about(*code, other),
            };
            findings.push(finding);
        }
        findings.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
        let changed = !self.has_exactly(&findings);
        changed.then(|| Self { revision: self.revision, version: self.version + 1, findings, time: now })
    }
}

#[cfg(test)]
mod tests;
