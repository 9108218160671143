//! What a build answered and recorded, without what each play chooses anew: ids, hashes and tokens.

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use anyhow::Context as _;
use domain::event::LoggedEvent;
use domain::outcome::Deed;
use regex::{Captures, Regex};
use serde_json::{Value, json};

use crate::ids::{DIGEST, UUID};

/// SHA-256, as hexadecimal or as base64.
static HASH: LazyLock<Regex> = LazyLock::new(|| Regex::new("[0-9a-f]{64}|^[0-9A-Za-z+/]{43}=$").expect("a pattern"));

/// What is another text each time.
const TOKENS: [&str; 4] = ["next_page_token", "page_token", "cursor", "anchors"];

#[derive(Default)]
pub struct Transcript {
    lines: Vec<Value>,
    names: HashMap<String, String>,
    calls: usize,
    /// How many calls had another outcome than when they were recorded.
    pub otherwise: usize,
}

/// A call that was played.
pub struct Played<'a> {
    pub caller: &'a str,
    pub path: &'a str,
    pub sent: &'a [Value],
    pub received: &'a [Value],
    pub status: Value,
}

impl Transcript {
    /// Adds a call, and what happened because of it.
    pub fn call(&mut self, call: &Played<'_>, events: &[LoggedEvent]) {
        let Played { caller, path, sent, received, status } = call;
        self.calls += 1;
        self.add(
            json!({ "caller": caller, "path": path, "sent": sent, "received": received, "status": status }),
            events,
        );
    }

    /// Adds that the time was set, and what happened because of it.
    pub fn clock(&mut self, time: &str, events: &[LoggedEvent]) {
        self.add(json!({ "clock": time }), events);
    }

    /// Adds what could not be played.
    pub fn left_out(&mut self, path: &str, why: &str) {
        self.otherwise += 1;
        self.add(json!({ "path": path, "left_out": why }), &[]);
    }

    pub fn calls(&self) -> usize {
        self.calls
    }

    fn add(&mut self, mut line: Value, events: &[LoggedEvent]) {
        // What the service does by itself it may do in any order; ids come in the order in which they were made.
        let (own, others): (Vec<_>, Vec<_>) = events.iter().partition(|event| event.actor == "system");
        let mut own = own;
        own.sort_by(|one, other| (&one.action, &one.subject).cmp(&(&other.action, &other.subject)));
        if line["path"].as_str().is_some_and(|path| path.ends_with("/WatchEvents"))
            && let Some(told) = line["received"].as_array_mut()
        {
            told.sort_by_key(|one| (one["event"]["action"].to_string(), one["event"]["subject"].to_string()));
        }
        line["events"] = others.into_iter().chain(own).map(event).collect();
        self.name(&mut line, "");
        self.lines.push(line);
    }

    /// Gives everything that is chosen anew a name that is the same in every play.
    fn name(&mut self, value: &mut Value, field: &str) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.name(item, field)),
            Value::Object(fields) => fields.iter_mut().for_each(|(key, value)| self.name(value, key)),
            Value::String(text) if TOKENS.contains(&field) => *text = "(token)".to_owned(),
            Value::String(text) if field == "etag" => {
                *text = DIGEST.replace_all(text, |digest: &Captures<'_>| self.name_of(&digest[0])).into_owned();
            }
            Value::String(text) => {
                let named = UUID.replace_all(text, |id: &Captures<'_>| self.name_of(&id[0])).into_owned();
                *text = HASH.replace_all(&named, "(hash)").into_owned();
            }
            _ => {}
        }
    }

    fn name_of(&mut self, id: &str) -> String {
        let next = self.names.len() + 1;
        self.names.entry(id.to_owned()).or_insert_with(|| format!("(id {next})")).clone()
    }

    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        let file = std::fs::File::create_new(path).with_context(|| format!("cannot write {}", path.display()))?;
        let mut file = std::io::BufWriter::new(file);
        for line in &self.lines {
            writeln!(file, "{line}")?;
        }
        Ok(file.flush()?)
    }
}

fn event(event: &LoggedEvent) -> Value {
    let LoggedEvent { position: _, id: _, leaf: _, time, actor, action, subject, organization, deed } = event;
    let facts = deed.as_ref().map(Deed::facts).unwrap_or_default();
    json!({
        "time": time.to_string(),
        "actor": actor,
        "action": action,
        "subject": subject,
        "organization": organization.to_string(),
        "facts": facts,
    })
}
