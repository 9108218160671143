//! Which id of a recording is which of a play: whatever a service chooses is another each time.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

pub static UUID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").expect("a pattern"));

/// A part of the salted digest of what an application says, as its etag has it.
pub static DIGEST: LazyLock<Regex> = LazyLock::new(|| Regex::new("[0-9a-f]{12}").expect("a pattern"));

/// What is another text each time, as a whole.
const TOKENS: [&str; 2] = ["next_page_token", "cursor"];

#[derive(Default)]
pub struct Ids(HashMap<String, String>);

impl Ids {
    /// Learns from two answers to the same request.
    pub fn learn(&mut self, recorded: &Value, played: &Value) {
        self.learn_field("", recorded, played);
    }

    fn learn_field(&mut self, field: &str, recorded: &Value, played: &Value) {
        match (recorded, played) {
            (Value::Array(recorded), Value::Array(played)) => {
                for (index, item) in recorded.iter().enumerate() {
                    // Lists are in the order of ids, which is another one in each play.
                    let named = self.named(item).and_then(|name| played.iter().find(|one| one["name"] == *name));
                    if let Some(other) = named.or(played.get(index)) {
                        self.learn_field(field, item, other);
                    }
                }
            }
            (Value::Object(recorded), Value::Object(played)) => {
                for (key, value) in recorded {
                    if let Some(played) = played.get(key) {
                        self.learn_field(key, value, played);
                    }
                }
            }
            (Value::String(recorded), Value::String(played)) if recorded != played => {
                if TOKENS.contains(&field) {
                    self.0.insert(recorded.clone(), played.clone());
                    return;
                }
                let pattern = if field == "etag" { &DIGEST } else { &UUID };
                let parts =
                    |text: &str| pattern.find_iter(text).map(|part| part.as_str().to_owned()).collect::<Vec<_>>();
                let (recorded, played) = (parts(recorded), parts(played));
                if recorded.len() == played.len() {
                    for (recorded, played) in recorded.into_iter().zip(played) {
                        self.0.entry(recorded).or_insert(played);
                    }
                }
            }
            _ => {}
        }
    }

    /// The name that a recorded item has in this play, if it is known.
    fn named(&self, item: &Value) -> Option<String> {
        let name = item.get("name")?.as_str()?;
        Some(self.replace(name, &UUID))
    }

    /// A recorded request with the ids of this play.
    pub fn put(&self, value: &mut Value) {
        self.put_field("", value);
    }

    fn put_field(&self, field: &str, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.put_field(field, item)),
            Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| self.put_field(key, value)),
            Value::String(text) if field == "etag" => *text = self.replace(text, &DIGEST),
            Value::String(text) => *text = self.0.get(text).cloned().unwrap_or_else(|| self.replace(text, &UUID)),
            _ => {}
        }
    }

    fn replace(&self, text: &str, pattern: &Regex) -> String {
        let known = |found: &Captures<'_>| self.0.get(&found[0]).cloned().unwrap_or_else(|| found[0].to_owned());
        pattern.replace_all(text, known).into_owned()
    }
}
