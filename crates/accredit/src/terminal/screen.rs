//! The one place that prints.
//!
//! Names, reasons and error texts come from other organizations. Nothing of them reaches a terminal unchanged that could
//! move its cursor, hide text or turn its direction.

use std::fmt::Write as _;
use std::io::Write as _;

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use wire::json::{ReflectMessage, to_json};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::words::{time, word};

/// A message that people can read.
pub trait Resource: ReflectMessage {
    /// The headings of a list.
    const HEADINGS: &'static [&'static str];

    /// Its line in a list, one cell for each heading.
    fn cells(&self) -> Vec<String>;

    /// All that there is to say about it.
    fn facts(&self) -> Facts;
}

/// Labelled values, made safe; what is empty is left out.
#[derive(Debug, Default)]
pub struct Facts(Vec<(String, String)>);

impl Facts {
    /// Adds a value of one line, unless it is empty.
    #[must_use]
    pub fn and(self, label: impl Into<String>, value: impl ToString) -> Self {
        self.and_lines(label, [value.to_string()])
    }

    /// Adds a value of several lines. A line break within one of them is somebody else's, and is shown as such.
    #[must_use]
    pub fn and_lines(mut self, label: impl Into<String>, lines: impl IntoIterator<Item = String>) -> Self {
        let lines = lines.into_iter().filter(|line| !line.is_empty()).map(|line| safe(&line));
        let value = lines.collect::<Vec<_>>().join("\n");
        if !value.is_empty() {
            self.0.push((safe(&label.into()), value));
        }
        self
    }

    /// Adds each of several names, with its language and since when it holds. A single one is all that there is to show
    /// anyway.
    #[must_use]
    pub fn and_names(self, names: &[v1::DatedName]) -> Self {
        let several = names.iter().filter(|_| names.len() > 1);
        several.fold(self, |facts, name| {
            let label = format!("name {}", word::<v1::Language>(name.language));
            facts.and(label, format!("{}, since {}", name.text, time(name.valid_from)))
        })
    }

    /// Adds what a change left behind.
    #[must_use]
    pub fn and_receipt(self, receipt: Option<&v1::Receipt>) -> Self {
        let Some(receipt) = receipt else { return self };
        self.and("event", format!("{} in {}", receipt.event_id, receipt.log))
            .and("event time", time(receipt.event_time))
            .and("leaf hash", hex::encode(&receipt.leaf_hash))
    }
}

/// Tables for people or JSON for programs.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    json: bool,
}

impl Screen {
    /// With `json`, everything on stdout is proto JSON.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether a program reads the output.
    pub fn is_json(self) -> bool {
        self.json
    }

    /// The same output, as JSON.
    pub fn as_json(self) -> Self {
        Self { json: true }
    }

    /// Prints text of several lines to stdout.
    pub fn lines(self, text: &str) -> Result<(), Failure> {
        print(&text.lines().map(safe).collect::<Vec<_>>().join("\n"))
    }

    /// Prints one resource to stdout.
    pub fn show(self, resource: &impl Resource) -> Result<(), Failure> {
        if self.json { self.json(resource) } else { print(&facts_table(resource.facts())) }
    }

    /// Prints one resource to stdout, of which people read these facts.
    pub fn show_as(self, resource: &impl ReflectMessage, facts: Facts) -> Result<(), Failure> {
        if self.json { self.json(resource) } else { print(&facts_table(facts)) }
    }

    /// Prints one resource of an endless list to stdout, as a line of its own.
    pub fn line(self, resource: &impl Resource) -> Result<(), Failure> {
        if self.json {
            return self.json(resource);
        }
        let cells: Vec<String> = resource.cells().iter().map(|cell| safe(cell)).collect();
        print(cells.join("  ").trim_end())
    }

    /// Prints a list to stdout; `page` is the message that holds `rows`.
    pub fn list<R: Resource>(self, page: &impl ReflectMessage, rows: &[R]) -> Result<(), Failure> {
        if self.json { self.json(page) } else { print(&list_table(R::HEADINGS, rows.iter().map(Resource::cells))) }
    }

    /// Prints a table of a command's own to stdout.
    pub fn table(self, headings: &[&str], rows: Vec<Vec<String>>) -> Result<(), Failure> {
        print(&list_table(headings, rows.into_iter()))
    }

    /// Prints what came of many things to stdout.
    pub fn summary(self, text: &str, json: &serde_json::Value) -> Result<(), Failure> {
        if self.json { print(&safe_json(&json.to_string())) } else { print(&safe(text)) }
    }

    /// Prints facts to stderr, for a question that follows.
    pub fn show_aside(self, facts: Facts) {
        eprintln!("{}", facts_table(facts));
    }

    /// Asks on stderr.
    pub fn ask(self, question: &str) {
        eprint!("{}", safe(question));
    }

    /// Says something on stderr.
    pub fn note(self, line: &str) {
        eprintln!("{}", safe(line));
    }

    fn json(self, message: &impl ReflectMessage) -> Result<(), Failure> {
        print(&safe_json(&to_json(message).to_string()))
    }
}

/// Makes visible what would act on a terminal: control characters, escape sequences, bidi controls and line separators
/// become `\u{202e}` and the like.
pub fn safe(text: &str) -> String {
    escaped(text, |out, character| write!(out, "{}", character.escape_unicode()))
}

/// The same inside JSON, where such characters occur in strings only and have an escape that a parser turns back.
fn safe_json(json: &str) -> String {
    escaped(json, |out, character| write!(out, "\\u{:04x}", u32::from(character)))
}

fn escaped(text: &str, escape: impl Fn(&mut String, char) -> std::fmt::Result) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if is_active(character) {
            escape(&mut out, character).expect("a string takes all that is written to it");
        } else {
            out.push(character);
        }
    }
    out
}

/// Whether a terminal would act on the character. All of these are below U+10000, so that one JSON escape names each.
fn is_active(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

fn print(text: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{text}").map_err(Failure::Output)
}

fn facts_table(Facts(facts): Facts) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    for (label, value) in facts {
        table.add_row([label, value]);
    }
    table.trim_fmt()
}

fn list_table(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(headings);
    for cells in rows {
        table.add_row(cells.iter().map(|cell| safe(cell)));
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_becomes_visible() {
        for (given, shown) in [
            ("Ågård Ñandú", "Ågård Ñandú"),
            ("محمد Иванов Әлия", "محمد Иванов Әлия"),
            ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"),
            ("a\u{9b}31mb", "a\\u{9b}31mb"),
            ("a\nb\tc\r\u{7f}", "a\\u{a}b\\u{9}c\\u{d}\\u{7f}"),
            ("abc\u{202e}def\u{202c}", "abc\\u{202e}def\\u{202c}"),
            ("\u{2066}x\u{2069}\u{200e}\u{200f}\u{61c}", "\\u{2066}x\\u{2069}\\u{200e}\\u{200f}\\u{61c}"),
            ("one\u{2028}two\u{2029}", "one\\u{2028}two\\u{2029}"),
        ] {
            assert_eq!(safe(given), shown);
        }
    }

    #[test]
    fn json_stays_json_and_says_the_same() {
        let value = serde_json::json!({ "name": "a\u{1b}[2J\u{9b}\u{202e}\n\u{7f}b" });
        let text = safe_json(&value.to_string());
        assert!(!text.contains(is_active), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), value);
    }

    #[test]
    fn tables_are_safe() {
        let list = list_table(&["NAME"], [vec!["x\u{1b}]0;t\u{7}\ny".to_owned()]].into_iter());
        assert!(list.lines().all(|line| !line.contains(is_active)), "{list}");
        assert_eq!(list.lines().count(), 5, "{list}");
    }

    #[test]
    fn facts_are_safe_and_have_the_lines_that_are_their_own() {
        let told = "told\nby\u{1b}[2J others".to_owned();
        let facts = Facts::default().and("a\u{202e}", &told).and_lines("b", ["one".to_owned(), String::new(), told]);
        let table = facts_table(facts);
        assert!(table.lines().all(|line| !line.contains(is_active)), "{table}");
        let value = |line: &str| line.split('┆').nth(1).map(|cell| cell.trim_matches([' ', '│']).to_owned());
        let values: Vec<_> = table.lines().filter_map(value).collect();
        let told = "told\\u{a}by\\u{1b}[2J others";
        assert_eq!(values, [told, "one", told], "{table}");
    }

    #[test]
    fn several_names_are_shown_each_with_its_language_and_since_when() {
        let name = |text: &str| v1::DatedName {
            valid_from: Some("2019-04-10T00:00:00Z".parse().expect("RFC 3339")),
            ..wire::convert::dated_name::parse(text).expect("a name")
        };
        let names = [name("en=The name"), name("kk=Атауы")];
        let Facts(none) = Facts::default().and_names(&names[..1]);
        let Facts(facts) = Facts::default().and_names(&names);
        let shown = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        let expected = [
            shown("name EN", "The name, since 2019-04-10T00:00:00Z"),
            shown("name KK", "Атауы, since 2019-04-10T00:00:00Z"),
        ];
        assert_eq!((none, &facts[..]), (Vec::new(), &expected[..]));
    }

    #[test]
    fn empty_facts_are_left_out() {
        let Facts(facts) = Facts::default().and("a", "").and("b", 1).and_receipt(None);
        assert_eq!(facts, [("b".to_owned(), "1".to_owned())]);
    }
}
