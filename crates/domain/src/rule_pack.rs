//! Rule packs: the law of a country about observers, as data.
//!
//! A pack is a file in JSON. It is imported once, checked, and stored by the SHA-256 of its bytes. It never changes: a
//! change of the law is another pack. An election runs under the pack that it was registered with.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::{SignedDuration, Span};
use serde::{Deserialize, Serialize};

use crate::vocabulary::document_kind::DocumentKind;
use crate::vocabulary::ground::Ground;
use crate::vocabulary::id::RulePackId;
use crate::vocabulary::name::RulePackName;
use crate::vocabulary::source::Source;

pub mod acts;
mod file;
mod time_zone;

pub use file::RulePackFile;
pub use time_zone::{CapitalTime, KnownOffset, WrongTimeZones};

/// A parameter of the law, with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter<T> {
    /// The value.
    pub value: T,
    /// The article that it restates, or the practice.
    pub source: Source,
}

/// The rules that an election runs under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePack {
    /// The version of this format: 1.
    pub format: u32,
    /// The id, such as `kz-1`.
    pub id: RulePackId,
    /// The act whose articles the sources name, and how far it is confirmed.
    pub law: String,
    /// The ISO 3166-1 alpha-3 code of the host state. Its citizens do not observe as foreigners.
    pub host_state: Parameter<String>,
    /// The legal time of the capital, in which cutoffs are computed.
    pub time_zone: Parameter<CapitalTime>,
    /// When submitting ends.
    pub submission_cutoff: Parameter<CutoffRule>,
    /// How many hours after the submission cutoff presenting ends.
    pub presentation_hours_after_submission: Parameter<i32>,
    /// The documents without which an application cannot be submitted.
    pub required_documents: Parameter<Vec<DocumentKind>>,
    /// The grounds on which the commission can refuse. Each has its own source.
    pub refusal_grounds: Vec<Ground>,
    /// The grounds on which the commission can revoke an accreditation. Each has its own source.
    pub revocation_grounds: Vec<Ground>,
    /// How a refusal can be appealed, as the delegation reads it.
    pub appeal: Parameter<String>,
    /// How long a reviewer's claim lasts.
    pub review_lease_minutes: Parameter<i64>,
    /// Whether an invitation's quotas bind.
    pub quotas: Parameter<Quotas>,
    /// How many days of 24 hours after the official results personal data is kept. The database's own check reads it
    /// from the stored file.
    pub retention_days: Parameter<u32>,
    /// What a run-off means for accredited people.
    pub run_off: Parameter<RunOff>,
}

/// What an invitation's quotas are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Quotas {
    /// More than the quota is found and shown, and nothing is refused for it.
    Advisory,
    /// More than the quota cannot be submitted.
    Binding,
}

/// What a run-off means for people who are accredited when it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunOff {
    /// Accreditations stay in force as they are.
    CarryOver,
    /// Each delegation confirms whom it keeps, until the run-off's submission cutoff; the others' accreditations end then.
    ReConfirm,
    /// Every accreditation ends, and people who are to observe the run-off are filed again.
    Refile,
}

/// A moment on a calendar day before voting day, in the capital's time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CutoffRule {
    /// Calendar days before voting day: "five days before", with five full days between, is 6.
    pub days_before_voting: i32,
    /// The wall-clock time on that day.
    pub local_time: Time,
}

/// An imported rule pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedRulePack {
    /// The file and what it says.
    pub file: RulePackFile,
    /// When it was imported.
    pub import_time: Timestamp,
}

/// An imported rule pack in a list, without its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRulePack {
    /// Its id.
    pub id: RulePackId,
    /// The SHA-256 of the file.
    pub digest: [u8; 32],
    /// When it was imported.
    pub import_time: Timestamp,
}

impl ImportedRulePack {
    /// The resource name.
    pub fn name(&self) -> RulePackName {
        RulePackName { rule_pack: self.file.rules().id.clone() }
    }
}

impl RulePack {
    /// When a claim made now ends.
    pub fn lease_until(&self, now: Timestamp) -> Timestamp {
        now.checked_add(Span::new().minutes(self.review_lease_minutes.value)).unwrap_or(Timestamp::MAX)
    }

    /// How long personal data is kept after the official results.
    pub fn retention(&self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.retention_days.value))
    }
}
