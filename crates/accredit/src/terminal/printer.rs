//! Prints everything that the tool prints: results to stdout, messages and questions to stderr.
//!
//! Names, reasons and error texts come from other organizations. Text that moves the cursor, hides text or reverses its
//! direction could make a person approve something else than what is stored. So every text is escaped here, and no
//! other module writes to the terminal.

use std::fmt::Write as _;
use std::io::Write as _;

use comfy_table::Table;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use wire::json::{ReflectMessage, to_json};
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::proto_enum::enum_label;
use crate::terminal::time::format_time;

/// A message that can be printed as a row of a list or as a table of details.
pub trait Printable: ReflectMessage {
    /// The column headings of a list.
    const HEADINGS: &'static [&'static str];

    /// The row in a list. It has one cell for each heading.
    fn cells(&self) -> Vec<String>;

    /// Everything that is shown about this message alone: the row of a list, unless there is more to show.
    fn details(&self) -> Details {
        Self::HEADINGS
            .iter()
            .zip(self.cells())
            .fold(Details::default(), |details, (label, cell)| details.with(*label, cell))
    }
}

/// Labelled values, one table row each. Texts are escaped; empty values are left out.
#[derive(Debug, Default)]
pub struct Details(Vec<(String, String)>);

impl Details {
    /// Adds a value of one line, unless it is empty.
    #[must_use]
    pub fn with(self, label: impl Into<String>, value: impl ToString) -> Self {
        self.with_lines(label, [value.to_string()])
    }

    /// Adds a value of several lines. A line break inside one of them comes from somebody else and is escaped, so that
    /// nobody can fake a line of ours.
    #[must_use]
    pub fn with_lines(mut self, label: impl Into<String>, lines: impl IntoIterator<Item = String>) -> Self {
        let lines = lines.into_iter().filter(|line| !line.is_empty()).map(|line| escape(&line));
        let value = lines.collect::<Vec<_>>().join("\n");
        if !value.is_empty() {
            self.0.push((escape(&label.into()), value));
        }
        self
    }

    /// Adds one row for each name, with its language and start date. A single name adds nothing: the display name
    /// already shows it.
    #[must_use]
    pub fn with_names(self, names: &[v1::DatedName]) -> Self {
        let several = names.iter().filter(|_| names.len() > 1);
        several.fold(self, |details, name| {
            // The label has the language, because the same row exists once for each.
            let label = format!("name {}", enum_label::<v1::Language>(name.language));
            details.with(label, format!("{}, since {}", name.text, format_time(name.valid_from)))
        })
    }

    /// Adds the receipt of a change: its event, its log and its leaf hash, by which an auditor finds it in the log.
    #[must_use]
    pub fn with_receipt(self, receipt: Option<&v1::Receipt>) -> Self {
        let Some(receipt) = receipt else { return self };
        self.with("event", format!("{} in {}", receipt.event_id, receipt.log))
            .with("event time", format_time(receipt.event_time))
            .with("leaf hash", hex::encode(&receipt.leaf_hash))
    }
}

/// Prints tables for people, or JSON for programs.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    json: bool,
}

impl Printer {
    /// With `json`, everything on stdout is proto JSON.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether the output is JSON. If so, a program reads it and nobody is asked anything.
    pub fn is_json(self) -> bool {
        self.json
    }

    /// A printer for JSON, whatever the command line said.
    pub fn as_json(self) -> Self {
        Self { json: true }
    }

    /// Prints a text of several lines to stdout.
    pub fn print_text(self, text: &str) -> Result<(), Failure> {
        write_stdout(&text.lines().map(escape).collect::<Vec<_>>().join("\n"))
    }

    /// Prints one message to stdout.
    pub fn print(self, resource: &impl Printable) -> Result<(), Failure> {
        if self.json { self.print_json(resource) } else { write_stdout(&details_table(resource.details())) }
    }

    /// Prints one message to stdout. People see these details in place of the message's own; programs see the message.
    pub fn print_details(self, resource: &impl ReflectMessage, details: Details) -> Result<(), Failure> {
        if self.json { self.print_json(resource) } else { write_stdout(&details_table(details)) }
    }

    /// Prints one message of an endless stream to stdout, on a line of its own.
    pub fn print_row(self, resource: &impl Printable) -> Result<(), Failure> {
        if self.json {
            return self.print_json(resource);
        }
        let cells: Vec<String> = resource.cells().iter().map(|cell| escape(cell)).collect();
        write_stdout(cells.join("  ").trim_end())
    }

    /// Prints a list to stdout. `page` is the message that holds `rows`; programs see the page.
    pub fn print_list<R: Printable>(self, page: &impl ReflectMessage, rows: &[R]) -> Result<(), Failure> {
        if self.json {
            self.print_json(page)
        } else {
            write_stdout(&list_table(R::HEADINGS, rows.iter().map(Printable::cells)))
        }
    }

    /// Prints a table to stdout whose rows are no message of the API.
    pub fn print_table(self, headings: &[&str], rows: Vec<Vec<String>>) -> Result<(), Failure> {
        write_stdout(&list_table(headings, rows.into_iter()))
    }

    /// Prints the result of a batch to stdout, as text or as JSON.
    pub fn print_summary(self, text: &str, json: &serde_json::Value) -> Result<(), Failure> {
        if self.json { write_stdout(&escape_json(&json.to_string())) } else { write_stdout(&escape(text)) }
    }

    /// Prints details to stderr, before a question. Stdout stays free for the result.
    pub fn show_details(self, details: Details) {
        eprintln!("{}", details_table(details));
    }

    /// Prints a question to stderr, without a line break after it.
    pub fn prompt(self, question: &str) {
        eprint!("{}", escape(question));
    }

    /// Prints one line to stderr.
    pub fn message(self, line: &str) {
        eprintln!("{}", escape(line));
    }

    fn print_json(self, message: &impl ReflectMessage) -> Result<(), Failure> {
        write_stdout(&escape_json(&to_json(message).to_string()))
    }
}

/// Escapes all characters that act on a terminal: control characters, escape sequences, bidi controls and line
/// separators. They become visible, as in `\u{202e}`.
pub fn escape(text: &str) -> String {
    escape_with(text, |out, character| write!(out, "{}", character.escape_unicode()))
}

/// Escapes the same characters inside JSON. There they occur in strings only, and a parser turns the escape back.
fn escape_json(json: &str) -> String {
    escape_with(json, |out, character| write!(out, "\\u{:04x}", u32::from(character)))
}

/// Copies a text, with `escape` applied to each character that acts on a terminal.
fn escape_with(text: &str, escape: impl Fn(&mut String, char) -> std::fmt::Result) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if acts_on_terminal(character) {
            escape(&mut out, character).expect("a string takes all that is written to it");
        } else {
            out.push(character);
        }
    }
    out
}

/// Whether a terminal acts on the character. All of these are below U+10000, so one JSON escape is enough for each.
fn acts_on_terminal(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
                | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// Writes a line to stdout. `println!` would panic if the reader of a pipe has gone, and hide the exit code.
fn write_stdout(text: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{text}").map_err(Failure::Output)
}

/// A table of two columns: label and value.
fn details_table(Details(details): Details) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    for (label, value) in details {
        table.add_row([label, value]);
    }
    table.trim_fmt()
}

/// A table with headings. The cells are escaped here; details were escaped when they were added.
fn list_table(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(headings);
    for cells in rows {
        table.add_row(cells.iter().map(|cell| escape(cell)));
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of any script stay readable. Everything that moves the cursor or reverses the text becomes visible.
    #[test]
    fn characters_that_act_on_a_terminal_are_escaped() {
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
            assert_eq!(escape(given), shown);
        }
    }

    /// Escaping must not change what a program reads.
    #[test]
    fn escaped_json_has_the_same_value() {
        let value = serde_json::json!({ "name": "a\u{1b}[2J\u{9b}\u{202e}\n\u{7f}b" });
        let text = escape_json(&value.to_string());
        assert!(!text.contains(acts_on_terminal), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("JSON"), value);
    }

    /// A line break in a cell would fake another row.
    #[test]
    fn tables_are_escaped() {
        let list = list_table(&["NAME"], [vec!["x\u{1b}]0;t\u{7}\ny".to_owned()]].into_iter());
        assert!(list.lines().all(|line| !line.contains(acts_on_terminal)), "{list}");
        assert_eq!(list.lines().count(), 5, "{list}");
    }

    /// A value may have several lines of ours. A line break that somebody else wrote stays inside its line.
    #[test]
    fn details_are_escaped_and_keep_only_their_own_line_breaks() {
        let foreign = "told\nby\u{1b}[2J others".to_owned();
        let details =
            Details::default().with("a\u{202e}", &foreign).with_lines("b", ["one".to_owned(), String::new(), foreign]);
        let table = details_table(details);
        assert!(table.lines().all(|line| !line.contains(acts_on_terminal)), "{table}");
        let value = |line: &str| line.split('┆').nth(1).map(|cell| cell.trim_matches([' ', '│']).to_owned());
        let values: Vec<_> = table.lines().filter_map(value).collect();
        let escaped = "told\\u{a}by\\u{1b}[2J others";
        assert_eq!(values, [escaped, "one", escaped], "{table}");
    }

    /// A single name is left out, because the display name repeats it.
    #[test]
    fn several_names_are_shown_with_language_and_start() {
        let name = |text: &str| v1::DatedName {
            valid_from: Some("2019-04-10T00:00:00Z".parse().expect("RFC 3339")),
            ..wire::convert::dated_name::parse(text).expect("a name")
        };
        let names = [name("en=The name"), name("kk=Атауы")];
        let Details(none) = Details::default().with_names(&names[..1]);
        let Details(details) = Details::default().with_names(&names);
        let shown = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        let expected = [
            shown("name EN", "The name, since 2019-04-10T00:00:00Z"),
            shown("name KK", "Атауы, since 2019-04-10T00:00:00Z"),
        ];
        assert_eq!((none, &details[..]), (Vec::new(), &expected[..]));
    }

    /// Most messages have many unset fields. Empty rows would hide the few that matter.
    #[test]
    fn empty_details_are_left_out() {
        let Details(details) = Details::default().with("a", "").with("b", 1).with_receipt(None);
        assert_eq!(details, [("b".to_owned(), "1".to_owned())]);
    }
}
