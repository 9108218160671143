//! The legal parameters of an election, as versioned data.

use jiff::civil::Time;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::content::DocumentKind;

/// Every rule pack that this version knows, in `rule_packs/`.
const PACKS: [&str; 4] = [
    include_str!("../rule_packs/kz-1.json"),
    include_str!("../rule_packs/kz-2.json"),
    include_str!("../rule_packs/kz-3.json"),
    include_str!("../rule_packs/kz-4.json"),
];

/// The rules that an election runs under. Copied into the election's record when it is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulePack {
    /// `{pack}/{version}`.
    pub id: String,
    /// The acts that it restates.
    pub source: String,
    /// ICAO code of the host state; its citizens do not observe as foreigners.
    pub host_state: String,
    /// When submitting ends.
    pub submission_cutoff: CutoffRule,
    /// How many hours after the submission cutoff presenting ends.
    pub presentation_hours_after_submission: i32,
    /// The documents without which an application cannot be submitted.
    pub required_documents: Vec<DocumentKind>,
    /// The grounds on which the commission can refuse.
    pub refusal_grounds: Vec<String>,
    /// The grounds on which the commission can revoke an accreditation. Packs and elections from before there was a choice
    /// say nothing.
    #[serde(default = "usual_revocation_grounds", skip_serializing_if = "are_usual_revocation_grounds")]
    pub revocation_grounds: Vec<String>,
    /// How a refusal can be appealed, as the delegation reads it.
    pub appeal: String,
    /// How long a reviewer's claim lasts.
    pub review_lease_minutes: i64,
    /// Whether an invitation's quotas bind. Packs and elections from before there was a choice say nothing.
    #[serde(default, skip_serializing_if = "Quotas::are_advisory")]
    pub quotas: Quotas,
    /// How many days of 24 hours after the official results personal data is kept. Elections from before there was a
    /// choice say nothing.
    #[serde(default = "usual_retention", skip_serializing_if = "is_usual_retention")]
    pub retention_days: u32,
    /// What a run-off means for whoever is accredited. Packs and elections from before there was a choice say nothing.
    #[serde(default, skip_serializing_if = "RunOff::is_carry_over")]
    pub run_off: RunOff,
}

/// What a record that says nothing means; the database's own check knows the same number.
const USUAL_RETENTION: u32 = 90;

fn usual_retention() -> u32 {
    USUAL_RETENTION
}

fn is_usual_retention(days: &u32) -> bool {
    *days == USUAL_RETENTION
}

/// What a record that says nothing means.
const USUAL_REVOCATION_GROUNDS: [&str; 4] =
    ["interference", "campaigning", "false-information", "violation-of-electoral-law"];

fn usual_revocation_grounds() -> Vec<String> {
    USUAL_REVOCATION_GROUNDS.map(str::to_owned).to_vec()
}

fn are_usual_revocation_grounds(grounds: &[String]) -> bool {
    grounds == USUAL_REVOCATION_GROUNDS
}

/// What an invitation's quotas are worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Quotas {
    /// More than the quota is found and shown, and nothing is refused for it.
    #[default]
    Advisory,
    /// More than the quota cannot be submitted.
    Binding,
}

impl Quotas {
    fn are_advisory(&self) -> bool {
        *self == Self::Advisory
    }
}

/// What a run-off means for whoever is accredited when it is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunOff {
    /// Accreditations stay in force as they are.
    #[default]
    CarryOver,
    /// Each delegation confirms whom it keeps, until the run-off's submission cutoff; the others' accreditations end then.
    ReConfirm,
    /// Every accreditation ends, and whoever is to observe the run-off is filed anew.
    Refile,
}

impl RunOff {
    fn is_carry_over(&self) -> bool {
        *self == Self::CarryOver
    }
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

impl RulePack {
    /// The pack of that id.
    pub fn find(id: &str) -> Option<Self> {
        Self::all().into_iter().find(|pack| pack.id == id)
    }

    fn all() -> Vec<Self> {
        PACKS.iter().map(|text| serde_json::from_str(text).expect("a test reads every bundled pack")).collect()
    }

    /// When a claim made now ends.
    pub fn lease_until(&self, now: Timestamp) -> Timestamp {
        now.checked_add(Span::new().minutes(self.review_lease_minutes)).unwrap_or(Timestamp::MAX)
    }

    /// Whether the commission can refuse on that ground.
    pub fn has_ground(&self, ground: &str) -> bool {
        self.refusal_grounds.iter().any(|known| known == ground)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_pack_reads_and_is_found_by_its_id() {
        for pack in RulePack::all() {
            assert_eq!(RulePack::find(&pack.id), Some(pack.clone()));
            assert!(!pack.refusal_grounds.is_empty() && !pack.revocation_grounds.is_empty(), "{}", pack.id);
        }
        assert_eq!(RulePack::find("kz/0"), None);
    }

    #[test]
    fn the_second_pack_is_the_first_with_quotas_that_bind() {
        let [first, second] = ["kz/1", "kz/2"].map(|id| RulePack::find(id).expect("it is bundled"));
        assert_eq!((first.quotas, second.quotas), (Quotas::Advisory, Quotas::Binding));
        assert_eq!((first.retention_days, second.retention_days), (90, 90));
        let RulePack { id, source, .. } = first.clone();
        assert_eq!(RulePack { id, source, quotas: Quotas::Advisory, ..second.clone() }, first);
        // A server of the version before reads what it wrote itself: nothing new in it.
        let kept = serde_json::to_string(&first).expect("it serializes");
        assert!(!kept.contains("quotas") && !kept.contains("retention") && !kept.contains("revocation"), "{kept}");
        assert!(!kept.contains("run_off"), "{kept}");
        let kept = serde_json::to_string(&second).expect("it serializes");
        assert_eq!(serde_json::from_str::<RulePack>(&kept).expect("as written"), second);
    }

    #[test]
    fn the_third_and_the_fourth_pack_are_the_second_with_another_rule_for_run_offs() {
        let second = RulePack::find("kz/2").expect("it is bundled");
        assert_eq!(second.run_off, RunOff::CarryOver);
        for (id, run_off, word) in [("kz/3", RunOff::ReConfirm, "RE_CONFIRM"), ("kz/4", RunOff::Refile, "REFILE")] {
            let pack = RulePack::find(id).expect("it is bundled");
            assert_eq!(pack.run_off, run_off);
            let RulePack { id, source, run_off, .. } = second.clone();
            assert_eq!(RulePack { id, source, run_off, ..pack.clone() }, second);
            let kept = serde_json::to_string(&pack).expect("it serializes");
            assert!(kept.contains(word), "{kept}");
            assert_eq!(serde_json::from_str::<RulePack>(&kept).expect("as written"), pack);
        }
    }
}
