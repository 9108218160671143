//! The file of a rule pack: read, checked, and named by its digest.
//!
//! Who imports a pack gets every problem at once, each with the path of its value in the file.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::ops::RangeInclusive;

use jiff::SignedDuration;
use jiff::civil::Time;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::RulePack;
use crate::refusal::FieldProblem;
use crate::vocabulary::country;
use crate::vocabulary::ground::Ground;
use crate::vocabulary::language::Language;
use crate::vocabulary::personal::is_hidden;
use crate::vocabulary::source::Source;

/// The longest file that is imported, in bytes. The packs of this repository have 7,000.
const MAX_BYTES: usize = 64 << 10;

/// The version of the format that this version of the service reads.
const FORMAT: u32 = 1;

/// The most grounds in one list.
const MAX_GROUNDS: usize = 30;

/// The most offsets by which a time zone is checked.
const MAX_KNOWN_OFFSETS: usize = 20;

/// The packs in `rule_packs/`, which `accreditd init` imports.
const BUILT_IN: [&str; 4] = [
    include_str!("../../rule_packs/kz-1.json"),
    include_str!("../../rule_packs/kz-2.json"),
    include_str!("../../rule_packs/kz-3.json"),
    include_str!("../../rule_packs/kz-4.json"),
];

/// A file that was read as a rule pack. The fields are private: the digest is always that of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePackFile {
    content: String,
    digest: [u8; 32],
    rules: RulePack,
}

impl RulePackFile {
    /// Reads and checks a file.
    ///
    /// # Errors
    ///
    /// Every problem that was found, with the path of the value in the file.
    pub fn read(text: &str) -> Result<Self, Vec<FieldProblem>> {
        let whole = |problem: String| vec![FieldProblem { field: String::new(), problem }];
        if text.len() > MAX_BYTES {
            return Err(whole(format!("must have at most {MAX_BYTES} bytes in UTF-8; it has {}", text.len())));
        }
        let not_json = |error| {
            whole(format!(
                "must be a rule pack in JSON, as docs/rule-packs.md describes: {}",
                shortened(&format!("{error}"))
            ))
        };
        let rules: RulePack = serde_json::from_str(text).map_err(not_json)?;
        let written: Value = serde_json::from_str(text).map_err(not_json)?;
        let mut problems = problems(&rules);
        let usual = serde_json::to_value(&rules).map_err(not_json)?;
        problems.extend(unusual(&written, &usual, "").map(|(field, usual)| FieldProblem {
            field,
            problem: format!("must be written as {}", shortened(&usual)),
        }));
        if problems.is_empty() { Ok(Self::of_stored(text.to_owned(), rules)) } else { Err(problems) }
    }

    /// Reads a stored file, which was checked when it was imported. Checks that came later must not stop an election
    /// that runs under it.
    ///
    /// # Errors
    ///
    /// If the text is no rule pack of this format.
    pub fn read_stored(text: String) -> Result<Self, serde_json::Error> {
        let rules = serde_json::from_str(&text)?;
        Ok(Self::of_stored(text, rules))
    }

    fn of_stored(text: String, rules: RulePack) -> Self {
        Self { digest: Sha256::digest(&text).into(), content: text, rules }
    }

    /// The packs that come with this version.
    pub fn built_in() -> Vec<Self> {
        BUILT_IN.map(|text| Self::read(text).expect("a test reads every built-in pack")).into()
    }

    /// The text of the file.
    pub fn text(&self) -> &str {
        &self.content
    }

    /// The SHA-256 of the file.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// What the file says.
    pub fn rules(&self) -> &RulePack {
        &self.rules
    }

    /// What the file says, without the file.
    pub fn into_rules(self) -> RulePack {
        self.rules
    }
}

/// The first value that is not written in its usual form, by its path, with the usual form.
///
/// Rust reads a list where an object is meant, and a time with a zone that it ignores. PostgreSQL and people read the same
/// file in another way.
fn unusual(written: &Value, usual: &Value, path: &str) -> Option<(String, String)> {
    match (written, usual) {
        (Value::Object(written), Value::Object(usual)) => usual.iter().find_map(|(key, usual)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            unusual(written.get(key).unwrap_or(&Value::Null), usual, &path)
        }),
        (Value::Array(written), Value::Array(usual)) if written.len() == usual.len() => {
            let mut pairs = written.iter().zip(usual).enumerate();
            pairs.find_map(|(index, (written, usual))| unusual(written, usual, &format!("{path}[{index}]")))
        }
        _ => (written != usual).then(|| (path.to_owned(), usual.to_string())),
    }
}

/// The beginning of a text that may come from the file: an error must not have all of it.
fn shortened(text: &str) -> String {
    const MAX_CHARACTERS: usize = 200;
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Collects problems.
#[derive(Default)]
struct Problems(Vec<FieldProblem>);

impl Problems {
    fn add(&mut self, field: impl Into<String>, problem: impl Into<String>) {
        self.0.push(FieldProblem { field: field.into(), problem: shortened(&problem.into()) });
    }

    fn check_range<T: PartialOrd + Display>(&mut self, field: &str, value: T, range: RangeInclusive<T>) {
        if !range.contains(&value) {
            self.add(field, format!("must be from {} to {}; it is {value}", range.start(), range.end()));
        }
    }

    /// A text of one line that people read.
    fn check_text(&mut self, field: &str, text: &str, max: usize) {
        let length = text.chars().count();
        if !(1..=max).contains(&length) || text.trim() != text || text.contains(is_hidden) {
            let expected = "all of which can be seen, without spaces at the ends";
            self.add(field, format!("must have 1 to {max} characters, {expected}"));
        }
    }

    fn check_source(&mut self, field: &str, source: &Source) {
        self.check_text(&format!("{field}.source"), source.text(), 300);
    }

    fn check_grounds(&mut self, field: &str, grounds: &[Ground]) {
        if !(1..=MAX_GROUNDS).contains(&grounds.len()) {
            self.add(field, format!("must have 1 to {MAX_GROUNDS} grounds; it has {}", grounds.len()));
        }
        let mut codes = BTreeSet::new();
        for (index, Ground { code, text, source }) in grounds.iter().enumerate() {
            let here = format!("{field}[{index}]");
            let allowed = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-');
            if !(1..=63).contains(&code.len()) || !code.chars().all(allowed) {
                self.add(format!("{here}.code"), "must have 1 to 63 lower-case letters, digits and hyphens");
            }
            if !codes.insert(code) {
                self.add(format!("{here}.code"), format!("must be another code; {code} is there twice"));
            }
            for language in Language::ALL {
                let field = format!("{here}.text.{}", language.code());
                self.check_text(&field, text.of(language), 200);
                if text.of(language).ends_with('.') {
                    self.add(field, "must not end with a full stop, because more text may follow");
                }
            }
            self.check_source(&here, source);
        }
    }
}

/// The problems of a pack that has all its values.
fn problems(pack: &RulePack) -> Vec<FieldProblem> {
    let RulePack {
        format,
        id,
        law,
        host_state,
        time_zone,
        submission_cutoff,
        presentation_hours_after_submission: presentation,
        required_documents,
        refusal_grounds,
        revocation_grounds,
        appeal,
        review_lease_minutes,
        quotas,
        retention_days,
        run_off,
    } = pack;
    let mut found = Problems::default();
    if *format != FORMAT {
        found.add("format", format!("must be {FORMAT}; this version of the service reads no other"));
    }
    if id.as_str().len() < 2 || !id.as_str().starts_with(|first: char| first.is_ascii_lowercase()) {
        found.add("id", "must be 2 to 63 lower-case letters, digits and hyphens, a letter first");
    }
    found.check_text("law", law, 1000);
    if !country::is_known(&host_state.value) {
        found.add("host_state.value", "must be a country code of three capital letters, as in KAZ");
    }
    if let Err(wrong) = time_zone.value.check() {
        found.add("time_zone.value", wrong.to_string());
    }
    let offsets = time_zone.value.known_offsets.len();
    if !(1..=MAX_KNOWN_OFFSETS).contains(&offsets) {
        let problem = format!("must have 1 to {MAX_KNOWN_OFFSETS} offsets, to check the time zone database by");
        found.add("time_zone.value.known_offsets", problem);
    }
    let days = submission_cutoff.value.days_before_voting;
    found.check_range("submission_cutoff.value.days_before_voting", days, 0..=365);
    found.check_range("presentation_hours_after_submission.value", presentation.value, 0..=24 * 365);
    let cutoff = SignedDuration::from_hours(-24 * i64::from(days))
        + submission_cutoff.value.local_time.duration_since(Time::midnight());
    if cutoff + SignedDuration::from_hours(presentation.value.into()) > SignedDuration::ZERO {
        let problem =
            "must end before voting day: it is longer than the time between the submission cutoff and that day";
        found.add("presentation_hours_after_submission.value", problem);
    }
    if submission_cutoff.value.local_time.subsec_nanosecond() != 0 {
        found.add("submission_cutoff.value.local_time", "must have no fraction of a second");
    }
    let documents = &required_documents.value;
    if documents.iter().enumerate().any(|(index, kind)| documents[..index].contains(kind)) {
        found.add("required_documents.value", "must not name a document twice");
    }
    found.check_grounds("refusal_grounds", refusal_grounds);
    found.check_grounds("revocation_grounds", revocation_grounds);
    found.check_text("appeal.value", &appeal.value, 1000);
    found.check_range("review_lease_minutes.value", review_lease_minutes.value, 1..=7 * 24 * 60);
    found.check_range("retention_days.value", retention_days.value, 1..=3650);
    for (field, source) in [
        ("host_state", &host_state.source),
        ("time_zone", &time_zone.source),
        ("submission_cutoff", &submission_cutoff.source),
        ("presentation_hours_after_submission", &presentation.source),
        ("required_documents", &required_documents.source),
        ("appeal", &appeal.source),
        ("review_lease_minutes", &review_lease_minutes.source),
        ("quotas", &quotas.source),
        ("retention_days", &retention_days.source),
        ("run_off", &run_off.source),
    ] {
        found.check_source(field, source);
    }
    found.0
}

#[cfg(test)]
mod tests;
