use serde_json::{Value, json};

use super::*;
use crate::rule_pack::{Quotas, RunOff};

/// The pack `kz-1` as a JSON value.
fn value() -> Value {
    serde_json::from_str(BUILT_IN[0]).expect("a value")
}

/// The pack `kz-1` with another value at a path.
fn with(path: &str, new: Value) -> String {
    let mut pack = value();
    *pack.pointer_mut(path).unwrap_or_else(|| panic!("no {path}")) = new;
    serde_json::to_string(&pack).expect("it serializes")
}

/// The fields of the problems of a file.
fn fields(text: &str) -> Vec<String> {
    RulePackFile::read(text).expect_err("it has problems").into_iter().map(|one| one.field).collect()
}

/// The rules of a built-in pack.
fn built_in(id: &str) -> RulePack {
    let found = RulePackFile::built_in().into_iter().find(|one| one.rules().id.as_str() == id);
    found.unwrap_or_else(|| panic!("no {id}")).rules().clone()
}

#[test]
fn the_digest_is_that_of_the_file() {
    let file = RulePackFile::read(BUILT_IN[0]).expect("a pack");
    assert_eq!(file.digest(), <[u8; 32]>::from(Sha256::digest(BUILT_IN[0])));
    assert_eq!(RulePackFile::read_stored(file.text().to_owned()).expect("a pack"), file);
    let same_rules = format!("{} ", BUILT_IN[0]);
    assert_ne!(RulePackFile::read(&same_rules).expect("a pack").digest(), file.digest());
}

#[test]
fn a_built_in_ground_has_kazakh_in_kazakh_only() {
    for pack in RulePackFile::built_in() {
        for ground in pack.rules().refusal_grounds.iter().chain(&pack.rules().revocation_grounds) {
            assert!(ground.text.en.is_ascii(), "{ground:?}");
            let kazakh = |c: char| "ӘәҒғҚқҢңӨөҰұҮүҺһІі".contains(c);
            assert!(ground.text.kk.contains(kazakh) && !ground.text.ru.contains(kazakh), "{ground:?}");
        }
    }
}

#[test]
fn the_built_in_packs_differ_in_quotas_and_run_offs_alone() {
    let first = built_in("kz-1");
    assert_eq!((first.quotas.value, first.run_off.value), (Quotas::Advisory, RunOff::CarryOver));
    for (id, run_off) in [("kz-2", RunOff::CarryOver), ("kz-3", RunOff::ReConfirm), ("kz-4", RunOff::Refile)] {
        let pack = built_in(id);
        assert_eq!((pack.quotas.value, pack.run_off.value), (Quotas::Binding, run_off));
        let RulePack { id, law, quotas, run_off, .. } = first.clone();
        assert_eq!(RulePack { id, law, quotas, run_off, ..pack.clone() }, first);
    }
}

/// A parameter that is left out must not become a default that nobody decided.
#[test]
fn a_pack_leaves_nothing_out_and_adds_nothing() {
    let text = |pack: &Value| serde_json::to_string(pack).expect("it serializes");
    assert!(RulePackFile::read(&text(&value())).is_ok());
    let without = |path: &str, key: &str| {
        let mut pack = value();
        let object = pack.pointer_mut(path).and_then(Value::as_object_mut).expect("an object");
        assert!(object.remove(key).is_some(), "{path}/{key}");
        let problems = RulePackFile::read(&text(&pack)).expect_err("something is missing");
        assert!(problems[0].problem.contains("missing field"), "{problems:?}");
    };
    for key in value().as_object().expect("an object").keys() {
        without("", key);
    }
    without("/retention_days", "source");
    without("/refusal_grounds/0", "source");
    for language in Language::ALL {
        without("/refusal_grounds/0/text", language.code());
    }
    let mut more = value();
    more["retention_day"] = json!({"value": 1, "source": {"practice": "a slip"}});
    let problems = RulePackFile::read(&text(&more)).expect_err("an unknown parameter");
    assert!(problems[0].problem.contains("unknown field `retention_day`"), "{problems:?}");
}

#[test]
fn a_value_that_cannot_be_meant_is_refused_with_its_path() {
    for (path, bad, field) in [
        ("/format", json!(2), "format"),
        ("/id", json!("1-kz"), "id"),
        ("/law", json!(""), "law"),
        ("/host_state/value", json!("KZ"), "host_state.value"),
        ("/time_zone/value/name", json!("Asia/Nowhere"), "time_zone.value"),
        ("/time_zone/value/known_offsets/0/offset", json!("+05:00"), "time_zone.value"),
        ("/time_zone/value/known_offsets", json!([]), "time_zone.value.known_offsets"),
        ("/presentation_hours_after_submission/value", json!(127), "presentation_hours_after_submission.value"),
        ("/required_documents/value", json!(["PHOTO", "PHOTO"]), "required_documents.value"),
        ("/refusal_grounds", json!([]), "refusal_grounds"),
        ("/refusal_grounds/1/code", json!("incomplete-documents"), "refusal_grounds[1].code"),
        ("/refusal_grounds/0/code", json!("Bad Hair"), "refusal_grounds[0].code"),
        ("/revocation_grounds/0/text/ru", json!("Текст."), "revocation_grounds[0].text.ru"),
        ("/revocation_grounds/0/text/en", json!(" text"), "revocation_grounds[0].text.en"),
        ("/revocation_grounds/0/source/practice", json!(""), "revocation_grounds[0].source"),
        ("/appeal/value", json!("a\u{202E}b"), "appeal.value"),
        ("/review_lease_minutes/value", json!(0), "review_lease_minutes.value"),
        ("/retention_days/value", json!(0), "retention_days.value"),
        ("/run_off/source", json!({"practice": ""}), "run_off.source"),
    ] {
        assert_eq!(fields(&with(path, bad)), [field], "{path}");
    }
    // The last hour before voting day itself is still possible.
    assert!(RulePackFile::read(&with("/presentation_hours_after_submission/value", json!(126))).is_ok());
    assert_eq!(fields(&with("/presentation_hours_after_submission/value", json!(i32::MAX))).len(), 2);
}

/// PostgreSQL would read none of these as Rust does.
#[test]
fn a_value_in_an_unusual_form_is_refused_with_the_usual_one() {
    let problem = |path: &str, bad: Value| RulePackFile::read(&with(path, bad)).expect_err(path).remove(0);
    let list = problem("/retention_days", json!([90, {"practice": "a list"}]));
    assert_eq!(list.field, "retention_days");
    assert!(list.problem.contains("\"value\":90"), "{list:?}");
    let zone = problem("/submission_cutoff/value/local_time", json!("2024-01-01T18:00+09:00[Asia/Tokyo]"));
    assert_eq!(
        (&*zone.field, &*zone.problem),
        ("submission_cutoff.value.local_time", "must be written as \"18:00:00\"")
    );
    let fraction = problem("/submission_cutoff/value/local_time", json!("18:00:00.5"));
    assert_eq!(fraction.problem, "must have no fraction of a second");
    let whole: Vec<Value> = value().as_object().expect("an object").values().cloned().collect();
    assert!(RulePackFile::read(&serde_json::to_string(&whole).expect("it serializes")).is_err());
    let long = format!("{{\"{}\": 1}}", "x".repeat(60_000));
    assert!(RulePackFile::read(&long).expect_err("unknown").remove(0).problem.len() < 400);
}

#[test]
fn a_file_that_is_no_pack_is_refused_with_the_line() {
    let problem = |text: &str| RulePackFile::read(text).expect_err("no pack")[0].problem.clone();
    assert!(problem("{\n\"format\": one}").contains("line 2"));
    assert!(problem(&" ".repeat(MAX_BYTES + 1)).contains("65536 bytes"));
    assert!(problem(&"[".repeat(MAX_BYTES)).contains("line 1"));
    let unknown = with("/run_off/value", json!("MAYBE"));
    assert!(problem(&unknown).contains("unknown variant `MAYBE`"), "{}", problem(&unknown));
}
