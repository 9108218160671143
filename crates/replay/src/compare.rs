//! Where two transcripts differ.

use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::{files, stem};

/// Differences that are shown of one story.
const SHOWN: usize = 5;

/// Compares the transcripts in two directories, and shows where they differ.
pub fn directories(before: &Path, after: &Path) -> anyhow::Result<()> {
    let names = |directory| Ok::<_, anyhow::Error>(files(directory)?.iter().map(|file| stem(file)).collect::<Vec<_>>());
    let stories = names(before)?;
    ensure!(stories == names(after)?, "the directories hold other stories");
    let (mut steps, mut differing, mut differences) = (0, 0, 0);
    for story in &stories {
        let read = |directory: &Path| lines(&directory.join(format!("{story}.jsonl")));
        let (before, after) = (read(before)?, read(after)?);
        steps += before.len();
        let found = between(&before, &after);
        if !found.is_empty() {
            differing += 1;
            differences += found.len();
            println!("{story}:");
            found.iter().take(SHOWN).for_each(|difference| println!("  {difference}"));
            if found.len() > SHOWN {
                println!("  and {} more", found.len() - SHOWN);
            }
        }
    }
    println!("{} elections, {steps} steps: {differences} differences in {differing} elections", stories.len());
    ensure!(differences == 0, "the two builds do not behave alike");
    Ok(())
}

fn lines(path: &Path) -> anyhow::Result<Vec<Value>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.lines().map(|line| serde_json::from_str(line).context("a line of a transcript")).collect()
}

/// Every difference, with the step and the field.
fn between(before: &[Value], after: &[Value]) -> Vec<String> {
    let mut found = Vec::new();
    if before.len() != after.len() {
        found.push(format!("{} steps before, {} after", before.len(), after.len()));
    }
    for (number, (before, after)) in before.iter().zip(after).enumerate() {
        let what = before["path"].as_str().or(before["clock"].as_str()).unwrap_or_default();
        let step = format!("step {}, {}", number + 1, what.trim_start_matches("/accreditation.v1."));
        compare(&step, before, after, &mut found);
    }
    found
}

fn compare(path: &str, before: &Value, after: &Value, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                compare(&format!("{path}: {key}"), &before[key], &after[key], found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (one, other)) in one.iter().zip(other).enumerate() {
                compare(&format!("{path}[{index}]"), one, other, found);
            }
        }
        _ if before == after => {}
        _ => found.push(format!("{path}: {} → {}", short(before), short(after))),
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_is_named_by_its_step_and_field() {
        let step = |code: i32| json!({ "path": "/accreditation.v1.ReviewService/ClaimApplication", "status": { "code": code } });
        assert_eq!(between(&[step(0)], &[step(0)]), Vec::<String>::new());
        assert_eq!(
            between(&[step(0), step(0)], &[step(0), step(9)]),
            ["step 2, ReviewService/ClaimApplication: status: code: 0 → 9"]
        );
        assert_eq!(between(&[step(0)], &[]), ["1 steps before, 0 after"]);
    }

    #[test]
    fn what_only_one_of_them_has_is_a_difference() {
        let (less, more) = (json!({ "events": [] }), json!({ "events": [{ "action": "A" }], "left_out": "x" }));
        assert_eq!(between(&[less], &[more]).len(), 2);
    }
}
