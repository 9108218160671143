//! Screening: the automatic checks of an application. They only find; a person decides.
//!
//! The result is stored apart from the application and is internal to the commission. A delegation must not notice
//! even that something was found.

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
pub use duplicates::{Comparison, Known, Pair, SimilarApplication, Version};

/// The maximum number of findings of one code that name another resource. If there are more, one finding says so.
/// Without this limit, 1,000 people with one name would have 1,000,000 findings.
pub const MAX_NAMED: usize = 50;

/// A finding, and whether it was cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// Whether it has to be cleared before anybody can recommend to accredit.
    pub blocking: bool,
    /// The paths of the fields that it is about.
    #[serde(default)]
    pub fields: Vec<String>,
    /// The name of the other application or watch list entry that it is about; empty if there is none.
    #[serde(default)]
    pub related: String,
    /// Who cleared it, when and why; `None` while it is not cleared.
    pub clearance: Option<Clearance>,
}

/// A reviewer's decision that a finding does not prevent the accreditation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clearance {
    /// The reason, in free text.
    pub reason: Personal<String>,
    /// The principal that cleared it.
    pub by: PrincipalName,
    /// When it was cleared.
    pub time: Timestamp,
}

impl Finding {
    /// A finding that is not cleared.
    fn new(code: FindingCode, fields: &[&str], related: impl ToString) -> Self {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        Self { code, blocking: code.is_blocking(), fields, related: related.to_string(), clearance: None }
    }

    /// A finding about another resource: an application of the same person, or an entry of the watch list.
    fn about(code: FindingCode, other: impl ToString) -> Self {
        Self::new(code, code.duplicate_fields(), other)
    }

    /// The finding that there are more of a code than [`MAX_NAMED`].
    pub fn rest(code: FindingCode) -> Self {
        Self::new(code, &[], "")
    }

    /// Whether this is the finding that there are more of its code than are named.
    pub fn is_rest(&self) -> bool {
        self.related.is_empty() && (self.code.is_duplicate() || self.code == FindingCode::WatchList)
    }

    /// The sort key of a finding: its code, then the id of the other resource; the finding that there are more comes
    /// last.
    fn sort_key(&self) -> (FindingCode, bool, &str) {
        (self.code, self.is_rest(), self.related.rsplit('/').next().unwrap_or_default())
    }

    /// Whether it still prevents a recommendation to accredit.
    fn is_uncleared_blocker(&self) -> bool {
        self.blocking && self.clearance.is_none()
    }

    /// Whether two findings say the same. Then a clearance of one is a clearance of the other.
    fn is_same_finding(&self, other: &Self) -> bool {
        (self.code, &self.fields, &self.related) == (other.code, &other.fields, &other.related)
    }
}

/// The result of the screening of one application.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Screening {
    /// The revision that was checked; 0 if none was checked yet.
    pub revision: i32,
    /// Counts every change. It is part of the etag that the commission reads.
    pub version: i64,
    /// The findings.
    pub findings: Vec<Finding>,
    /// When the result last changed.
    pub time: Timestamp,
}

impl Screening {
    /// Whether the application's current revision was checked.
    pub fn covers(&self, application: &Application) -> bool {
        self.revision == application.revision
    }

    /// Checks that the screening of the current revision is done.
    ///
    /// # Errors
    ///
    /// [`Refusal::ScreeningPending`] if it is not.
    pub fn check_done(&self, application: &Application) -> Result<(), Refusal> {
        if self.covers(application) { Ok(()) } else { Err(Refusal::ScreeningPending) }
    }

    /// The codes of the blocking findings that were not cleared.
    pub fn standing(&self) -> Vec<FindingCode> {
        let mut codes: Vec<_> =
            self.findings.iter().filter(|finding| finding.is_uncleared_blocker()).map(|found| found.code).collect();
        codes.dedup();
        codes
    }

    /// The result of a new run. A clearance stays with its finding. `None` if nothing changed.
    ///
    /// `list_time` is when the watch list came into force. The finding that there are more matches than are named has
    /// to be cleared again after that: the matches are other ones.
    pub fn rerun(
        &self,
        application: &Application,
        mut findings: Vec<Finding>,
        list_time: Timestamp,
        now: Timestamp,
    ) -> Option<Self> {
        for finding in &mut findings {
            let before = self.findings.iter().find(|before| before.is_same_finding(finding));
            let clearance = before.and_then(|before| before.clearance.clone());
            finding.clearance = clearance.filter(|given| !finding.is_rest() || given.time >= list_time);
        }
        if self.covers(application) && self.has_exactly(&findings) {
            return None;
        }
        Some(Self { revision: application.revision, version: self.version + 1, findings, time: now })
    }

    /// Whether the result has exactly these findings, in any order.
    pub(crate) fn has_exactly(&self, findings: &[Finding]) -> bool {
        let sorted = |findings: &'_ [Finding]| {
            let mut findings = findings.to_vec();
            findings.sort_by(|one, other| one.sort_key().cmp(&other.sort_key()));
            findings
        };
        sorted(&self.findings) == sorted(findings)
    }

    /// Clears the findings under a code. The finding that there are more duplicates than are named stays: nobody has
    /// seen those.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoSuchFinding`] if there is none under this code.
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
