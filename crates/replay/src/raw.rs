//! What the servers wrote down: bodies as bytes, each server in a file of its own.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use prost_reflect::{DynamicMessage, MessageDescriptor, MethodDescriptor, SerializeOptions};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::files;
use crate::recording::{Call, Head, Recording, Step};

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Call(RawCall),
    Clock { clock: i64, at: i64 },
    Head { place: String, story: String, time: i64, at: i64 },
}

#[derive(Deserialize)]
struct RawCall {
    caller: String,
    path: String,
    time: i64,
    until: i64,
    sent: String,
    received: String,
    code: i32,
    reason: String,
}

/// What happened at one place, with the moments by which it is put in order.
#[derive(Default)]
struct Place {
    story: String,
    begin: Option<(i64, i64)>,
    steps: Vec<(i64, Step)>,
}

/// Reads the calls of every server; those of one database belong together.
pub fn read(directory: &Path) -> anyhow::Result<Vec<Recording>> {
    let mut places: BTreeMap<String, Place> = BTreeMap::new();
    for file in files(directory)? {
        let text = std::fs::read_to_string(&file)?;
        let mut current = String::new();
        // A server that was killed may have left half a line.
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        for (number, line) in whole.lines().enumerate() {
            let whence = || format!("{} line {}", file.display(), number + 1);
            let line = serde_json::from_str(line).with_context(whence)?;
            match line {
                Line::Head { place, story, time, at } => {
                    let known = places.entry(place.clone()).or_default();
                    known.story = story;
                    known.begin = known.begin.map_or(Some((at, time)), |begin| Some(begin.min((at, time))));
                    current = place;
                }
                Line::Clock { clock, at } => {
                    places.entry(current.clone()).or_default().steps.push((at, Step::Clock { clock }));
                }
                Line::Call(call) => {
                    let (at, call) = read_call(call).with_context(whence)?;
                    places.entry(current.clone()).or_default().steps.push((at, Step::Call(call)));
                }
            }
        }
    }
    let mut stories: BTreeMap<String, usize> = BTreeMap::new();
    let mut places: Vec<Place> = places.into_values().collect();
    places.sort_by_key(|place| place.begin);
    places.into_iter().map(|place| recording(place, &mut stories)).collect()
}

fn recording(mut place: Place, stories: &mut BTreeMap<String, usize>) -> anyhow::Result<Recording> {
    place.steps.sort_by_key(|(at, _)| *at);
    let (_, time) = place.begin.context("every file begins with its head")?;
    let number = stories.entry(place.story.clone()).or_default();
    *number += 1;
    let story = if *number == 1 { place.story } else { format!("{}-{number}", place.story) };
    Ok(Recording { head: Head { story, time }, steps: place.steps.into_iter().map(|(_, step)| step).collect() })
}

/// A call, and when it ended: whatever it changed was written by then, and whoever knew its answer called later.
fn read_call(call: RawCall) -> anyhow::Result<(i64, Call)> {
    let RawCall { caller, path, time, until, sent, received, code, reason } = call;
    let method = wire::method(&path);
    let read = |text: &str, descriptor: Option<MessageDescriptor>| -> anyhow::Result<Vec<Value>> {
        Ok(messages(&BASE64_STANDARD.decode(text)?)?
            .into_iter()
            .map(|bytes| to_json(bytes, descriptor.as_ref()))
            .collect())
    };
    let sent = read(&sent, method.as_ref().map(MethodDescriptor::input))?;
    let received = read(&received, method.as_ref().map(MethodDescriptor::output))?;
    Ok((until, Call { caller, path, time, sent, received, code, reason }))
}

/// The messages of a body; one that broke off is left out.
fn messages(mut body: &[u8]) -> anyhow::Result<Vec<&[u8]>> {
    let mut messages = Vec::new();
    while let [compressed, a, b, c, d, rest @ ..] = body {
        ensure!(*compressed == 0, "a message is compressed");
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let Some((message, rest)) = rest.split_at_checked(length) else { break };
        messages.push(message);
        body = rest;
    }
    Ok(messages)
}

/// A message with its fields by name; what cannot be written so stays as its bytes.
pub fn to_json(bytes: &[u8], descriptor: Option<&MessageDescriptor>) -> Value {
    let options = SerializeOptions::new().use_proto_field_name(true);
    let read = descriptor.and_then(|descriptor| DynamicMessage::decode(descriptor.clone(), bytes).ok());
    let named = read.and_then(|message| message.serialize_with_options(serde_json::value::Serializer, &options).ok());
    named.unwrap_or_else(|| json!({ "bytes": BASE64_STANDARD.encode(bytes) }))
}
