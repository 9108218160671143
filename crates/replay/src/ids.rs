//! Which id of a recording is which of a play: whatever a service chooses is another each time.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

pub static UUID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").expect("a pattern"));

/// Texts of which another one stands in each play, as a whole.
const OPAQUE: [&str; 2] = ["next_page_token", "etag"];

/// Shorter ones are versions, which are the same.
const SHORTEST_OPAQUE: usize = 12;

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
                recorded.iter().zip(played).for_each(|(recorded, played)| self.learn_field(field, recorded, played));
            }
            (Value::Object(recorded), Value::Object(played)) => {
                for (key, value) in recorded {
                    if let Some(played) = played.get(key) {
                        self.learn_field(key, value, played);
                    }
                }
            }
            (Value::String(recorded), Value::String(played)) if recorded != played => {
                if OPAQUE.contains(&field) && recorded.len() >= SHORTEST_OPAQUE {
                    self.0.insert(recorded.clone(), played.clone());
                    return;
                }
                let ids = |text: &str| UUID.find_iter(text).map(|id| id.as_str().to_owned()).collect::<Vec<_>>();
                let (recorded, played) = (ids(recorded), ids(played));
                if recorded.len() == played.len() {
                    for (recorded, played) in recorded.into_iter().zip(played) {
                        self.0.entry(recorded).or_insert(played);
                    }
                }
            }
            _ => {}
        }
    }

    /// A recorded request with the ids of this play.
    pub fn put(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.put(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.put(field)),
            Value::String(text) => {
                let known = |id: &str| self.0.get(id).cloned();
                let put = known(text).unwrap_or_else(|| {
                    let id = |found: &Captures<'_>| known(&found[0]).unwrap_or_else(|| found[0].to_owned());
                    UUID.replace_all(text, id).into_owned()
                });
                *text = put;
            }
            _ => {}
        }
    }
}
