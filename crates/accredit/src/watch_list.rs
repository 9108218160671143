//! `accredit watch-list`: people whose applications the commission wants to examine.
//!
//! The automatic checks compare every undecided application with the list. A match is a finding for the reviewer and
//! never a decision. Nobody can read the list as a whole.

use std::path::PathBuf;

use clap::Subcommand;
use client::NewWatchList;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{full_name, read_text};
use crate::terminal::printer::{Details, Printable};
use crate::terminal::session::Session;

/// The subcommands of `accredit watch-list`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Replaces an election's watch list by the people in a CSV file (cec.registrar).
    ///
    /// The columns are spellings, birth_date (YYYY-MM-DD), issuing_state and document_number. Spellings are the full
    /// name, then others after a `|`. The other columns can be empty. The file can have 100,000 people.
    ///
    /// The old list stays in force until the new one has arrived completely. No delegation learns of the list.
    ///
    /// Then the automatic checks compare every undecided application with the new list.
    Replace {
        /// The election's code or name.
        election: String,
        /// The CSV file; - reads stdin.
        file: PathBuf,
    },
    /// Shows the entry that a finding refers to.
    ///
    /// The finding in `application show` has the name of the entry.
    Entry {
        /// The entry's full name.
        entry: String,
    },
}

impl Command {
    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Replace { election, file } => {
                let list = NewWatchList {
                    request_id: session.request_id(),
                    parent: full_name("elections", &election),
                    entries: entries(&read_text(&file)?).map_err(|problem| Failure::file(&file, problem))?,
                };
                session.printer.print(&session.client.replace_watch_list(list).await?)
            }
            Self::Entry { entry: name } => {
                let request = v1::GetWatchListEntryRequest { name };
                session.printer.print(&session.client.get_watch_list_entry(request).await?)
            }
        }
    }
}

/// The columns of the file, in this order.
const COLUMNS: [&str; 4] = ["spellings", "birth_date", "issuing_state", "document_number"];

/// Parses the file. The error says what was expected, and in which line if one line is wrong.
fn entries(text: &str) -> Result<Vec<v1::WatchListEntry>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| error.to_string())?;
    // The order is fixed. With free order, a file of another kind could pass by accident.
    if headers.iter().ne(COLUMNS) {
        return Err(format!("line 1: expected the columns {}", COLUMNS.join(",")));
    }
    let entry = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record.map_err(|error| error.to_string())?;
        let spellings = record[0].split('|').map(|name| name.trim().to_owned()).collect();
        Ok(v1::WatchListEntry {
            spellings,
            birth_date: record[1].to_owned(),
            issuing_state: record[2].to_owned(),
            document_number: record[3].to_owned(),
            ..Default::default()
        })
    };
    reader.records().map(entry).collect()
}

impl Printable for v1::WatchList {
    const HEADINGS: &'static [&'static str] = &["ELECTION", "ENTRIES"];

    fn cells(&self) -> Vec<String> {
        vec![self.election.clone(), self.entry_count.to_string()]
    }

    fn details(&self) -> Details {
        let details = Details::default().with("election", &self.election).with("entries", self.entry_count);
        details.with_receipt(self.receipt.as_ref())
    }
}

impl Printable for v1::WatchListEntry {
    const HEADINGS: &'static [&'static str] = &["ENTRY", "SPELLINGS", "BIRTH DATE"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.spellings.join(" | "), self.birth_date.clone()]
    }

    fn details(&self) -> Details {
        let document = format!("{} {}", self.issuing_state, self.document_number);
        let details = Details::default().with("entry", &self.name).with("spellings", self.spellings.join(" | "));
        details.with("birth date", &self.birth_date).with("document", document.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Another CSV file, such as a roster, must never replace the watch list.
    #[test]
    fn a_watch_list_is_parsed_and_other_files_are_refused() {
        let list = "spellings,birth_date,issuing_state,document_number\n\
                    Ivan Ivanov | Иван Иванов,1970-01-02,,\nJane Doe,,XXA,A123\n";
        let read = entries(list).expect("a list");
        assert_eq!(read[0].spellings, ["Ivan Ivanov", "Иван Иванов"]);
        assert_eq!((read[1].issuing_state.as_str(), read[1].document_number.as_str()), ("XXA", "A123"));
        assert!(entries("name\nx\n").expect_err("other columns").contains("spellings,birth_date"));
        assert!(entries("spellings,birth_date,issuing_state,document_number\nx\n").is_err());
    }
}
