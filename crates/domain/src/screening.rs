//! The automatic checks of an application. They find; only a person decides.
//!
//! What they found stands apart from the application and is the commission's own affair: nothing of it, not even that
//! something changed, can be seen by a delegation.

use crate::vocabulary::finding_code::FindingCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::application::Application;
use crate::refusal::Refusal;
use crate::vocabulary::name::PrincipalName;
use crate::vocabulary::personal::Personal;

pub mod acts;
mod checks;
mod duplicates;
pub mod mrz;
pub mod names;

pub use checks::{Listed, Surroundings, screen};
pub use duplicates::{Alike, Comparison, Known, Pair, Version};

/// How many findings of one code name others. Of a crowd with one name, each has so many findings and one more that says
/// that there are more: what is kept grows with the crowd and not with its square.
pub const MOST_NAMED: usize = 50;

/// A finding and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// Whether it must be cleared before a recommendation to accredit.
    pub blocking: bool,
    /// The paths of the fields that it is about.
    #[serde(default)]
    pub fields: Vec<String>,
    /// The name of the other resource that it is about, or empty.
    #[serde(default)]
    pub related: String,
    /// Who cleared it, when and why.
    pub clearance: Option<Clearance>,
}

/// A reviewer's word that a finding does not stand in the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clearance {
    /// Why.
    pub reason: Personal<String>,
    /// Who.
    pub by: PrincipalName,
    /// When.
    pub time: Timestamp,
}

impl Finding {
    fn new(code: FindingCode, fields: &[&str], related: impl ToString) -> Self {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        Self { code, blocking: code.blocks(), fields, related: related.to_string(), clearance: None }
    }

    /// That it names another: an application of the same person, or an entry of the watch list.
    fn about(code: FindingCode, other: impl ToString) -> Self {
        Self::new(code, code.fields(), other)
    }

    /// That there are more of a code than are named.
    pub fn rest(code: FindingCode) -> Self {
        Self::new(code, &[], "")
    }

    /// Whether it says that there are more of its code than are named.
    pub fn is_rest(&self) -> bool {
        self.related.is_empty() && (self.code.is_duplicate() || self.code == FindingCode::WatchList)
    }

    /// The place of a finding among others: by code, those that name others by the ids of these, the rest behind them.
    fn place(&self) -> (FindingCode, bool, &str) {
        (self.code, self.is_rest(), self.related.rsplit('/').next().unwrap_or_default())
    }

    /// Whether it stands in the way of a recommendation to accredit.
    fn stands(&self) -> bool {
        self.blocking && self.clearance.is_none()
    }

    /// Whether it says the same as another, so that a clearance of the one is a clearance of the other.
    fn says_the_same(&self, other: &Self) -> bool {
        (self.code, &self.fields, &self.related) == (other.code, &other.fields, &other.related)
    }
}

/// What the checks found about one application, and which revision they looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Screening {
    /// The revision that was looked at; 0 if none was yet.
    pub revision: i32,
    /// Counts every change; it is part of the etag that the commission reads.
    pub version: i64,
    /// What was found.
    pub findings: Vec<Finding>,
    /// When it last changed.
    pub time: Timestamp,
}

impl Screening {
    /// Whether the application's current revision was looked at.
    pub fn covers(&self, application: &Application) -> bool {
        self.revision == application.revision
    }

    /// Refuses to go on before the checks have run.
    pub fn check_done(&self, application: &Application) -> Result<(), Refusal> {
        if self.covers(application) { Ok(()) } else { Err(Refusal::ScreeningPending) }
    }

    /// The codes of what stands in the way of accrediting.
    pub fn standing(&self) -> Vec<FindingCode> {
        let mut codes: Vec<_> =
            self.findings.iter().filter(|finding| finding.stands()).map(|found| found.code).collect();
        codes.dedup();
        codes
    }

    /// The outcome of another run. A clearance given before stays with its finding; `None` if nothing changed.
    ///
    /// That there are more on the watch list than are named has to be cleared again when the list is another one than it was:
    /// `list_time` is when it came.
    pub fn rerun(
        &self,
        application: &Application,
        mut findings: Vec<Finding>,
        list_time: Timestamp,
        now: Timestamp,
    ) -> Option<Self> {
        for finding in &mut findings {
            let before = self.findings.iter().find(|before| before.says_the_same(finding));
            let clearance = before.and_then(|before| before.clearance.clone());
            finding.clearance = clearance.filter(|given| !finding.is_rest() || given.time >= list_time);
        }
        if self.covers(application) && self.has_exactly(&findings) {
            return None;
        }
        Some(Self { revision: application.revision, version: self.version + 1, findings, time: now })
    }

    /// Whether these are its findings, in whatever order it has kept them.
    pub(crate) fn has_exactly(&self, findings: &[Finding]) -> bool {
        let sorted = |findings: &'_ [Finding]| {
            let mut findings = findings.to_vec();
            findings.sort_by(|one, other| one.place().cmp(&other.place()));
            findings
        };
        sorted(&self.findings) == sorted(findings)
    }

    /// A reviewer's word that what is found under a code does not stand in the way. That there are more duplicates than are
    /// named nobody clears: nobody has seen them.
    pub fn clear(mut self, code: FindingCode, clearance: &Clearance) -> Result<Self, Refusal> {
        let found: Vec<_> = self.findings.iter_mut().filter(|finding| finding.code == code).collect();
        if found.is_empty() {
            return Err(Refusal::NoSuchFinding);
        }
        for finding in found {
            if !(code.is_duplicate() && finding.is_rest()) {
                finding.clearance.get_or_insert_with(|| clearance.clone());
            }
        }
        (self.version, self.time) = (self.version + 1, clearance.time);
        Ok(self)
    }
}
