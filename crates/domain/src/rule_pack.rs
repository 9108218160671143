//! The legal parameters of an election, as versioned data.

use crate::vocabulary::ground::Ground;

use jiff::civil::Time;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::vocabulary::document_kind::DocumentKind;

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
    pub refusal_grounds: Vec<Ground>,
    /// The grounds on which the commission can revoke an accreditation.
    pub revocation_grounds: Vec<Ground>,
    /// How a refusal can be appealed, as the delegation reads it.
    pub appeal: String,
    /// How long a reviewer's claim lasts.
    pub review_lease_minutes: i64,
    /// Whether an invitation's quotas bind.
    pub quotas: Quotas,
    /// How many days of 24 hours after the official results personal data is kept; the database's own check reads it.
    pub retention_days: u32,
    /// What a run-off means for accredited people.
    pub run_off: RunOff,
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
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::vocabulary::language::Language;

    #[test]
    fn every_bundled_pack_reads_and_is_found_by_its_id() {
        for pack in RulePack::all() {
            assert_eq!(RulePack::find(&pack.id), Some(pack.clone()));
            let kept = serde_json::to_string(&pack).expect("it serializes");
            assert_eq!(serde_json::from_str::<RulePack>(&kept).expect("as written"), pack);
        }
        assert_eq!(RulePack::find("kz/0"), None);
    }

    #[test]
    fn every_ground_has_one_code_and_a_text_in_every_language() {
        for pack in RulePack::all() {
            for grounds in [&pack.refusal_grounds, &pack.revocation_grounds] {
                assert!(!grounds.is_empty(), "{}", pack.id);
                let codes: BTreeSet<_> = grounds.iter().map(|ground| &*ground.code).collect();
                assert_eq!(codes.len(), grounds.len(), "{}: a code stands twice", pack.id);
                for ground in grounds {
                    let allowed = |c: char| matches!(c, 'a'..='z' | '0'..='9' | '-');
                    assert!(!ground.code.is_empty() && ground.code.chars().all(allowed), "{ground:?}");
                    assert_eq!(Ground::find(grounds, &ground.code), Some(ground));
                    for language in Language::ALL {
                        let text = ground.text.of(language);
                        assert!((1..=200).contains(&text.chars().count()), "{language:?}: {ground:?}");
                        assert!(text.trim() == text && !text.ends_with('.'), "{language:?}: {ground:?}");
                    }
                    assert!(ground.text.en.is_ascii(), "{ground:?}");
                    let kazakh = |c: char| "ӘәҒғҚқҢңӨөҰұҮүҺһІі".contains(c);
                    assert!(ground.text.kk.contains(kazakh) && !ground.text.ru.contains(kazakh), "{ground:?}");
                }
            }
            assert_eq!(Ground::find(&pack.refusal_grounds, "bad-hair"), None);
        }
    }

    #[test]
    fn a_pack_leaves_nothing_out() {
        let whole = serde_json::to_value(RulePack::all().remove(0)).expect("it serializes");
        let read = |pack: &Value| serde_json::from_value::<RulePack>(pack.clone());
        assert!(read(&whole).is_ok());
        let without = |path: &str, key: &str| {
            let mut pack = whole.clone();
            let object = pack.pointer_mut(path).and_then(Value::as_object_mut).expect("an object");
            assert!(object.remove(key).is_some(), "{path}/{key}");
            read(&pack).expect_err("something is missing")
        };
        for key in whole.as_object().expect("an object").keys() {
            without("", key);
        }
        for language in Language::ALL {
            without("/refusal_grounds/0/text", language.code());
        }
    }

    #[test]
    fn the_second_pack_is_the_first_with_quotas_that_bind() {
        let [first, second] = ["kz/1", "kz/2"].map(|id| RulePack::find(id).expect("it is bundled"));
        assert_eq!((first.quotas, second.quotas), (Quotas::Advisory, Quotas::Binding));
        assert_eq!((first.retention_days, second.retention_days), (90, 90));
        let RulePack { id, source, .. } = first.clone();
        assert_eq!(RulePack { id, source, quotas: Quotas::Advisory, ..second.clone() }, first);
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
        }
    }
}
