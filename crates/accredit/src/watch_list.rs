//! `accredit watch-list`: people about whom the commission wants to think.

use std::path::PathBuf;

use clap::Subcommand;
use client::NewWatchList;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{full_name, text};
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Puts the people of a CSV file in the place of an election's watch list (cec.registrar).
    ///
    /// The columns are spellings (the full name, and others after a `|`), birth_date (YYYY-MM-DD), issuing_state and
    /// document_number; all but the first can be empty. There can be 100,000 people. The old list is in force until all of the
    /// new one has come. No delegation learns of the list.
    Replace {
        /// The election's code or name.
        election: String,
        /// The CSV file, - for stdin.
        file: PathBuf,
    },
    /// Shows the entry that a finding names.
    Entry {
        /// The entry's full name.
        entry: String,
    },
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Replace { election, file } => {
                let list = NewWatchList {
                    request_id: session.request_id(),
                    parent: full_name("elections", &election),
                    entries: entries(&text(&file)?).map_err(|problem| Failure::file(&file, problem))?,
                };
                session.screen.show(&session.client.replace_watch_list(list).await?)
            }
            Self::Entry { entry: name } => {
                let request = v1::GetWatchListEntryRequest { name };
                session.screen.show(&session.client.get_watch_list_entry(request).await?)
            }
        }
    }
}

const COLUMNS: [&str; 4] = ["spellings", "birth_date", "issuing_state", "document_number"];

fn entries(text: &str) -> Result<Vec<v1::WatchListEntry>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| error.to_string())?;
    if headers.iter().ne(COLUMNS) {
        return Err(format!("expected the columns {}", COLUMNS.join(",")));
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

impl Resource for v1::WatchList {
    const HEADINGS: &'static [&'static str] = &["ELECTION", "ENTRIES"];

    fn cells(&self) -> Vec<String> {
        vec![self.election.clone(), self.entry_count.to_string()]
    }

    fn facts(&self) -> Facts {
        let facts = Facts::default().and("election", &self.election).and("entries", self.entry_count);
        facts.and_receipt(self.receipt.as_ref())
    }
}

impl Resource for v1::WatchListEntry {
    const HEADINGS: &'static [&'static str] = &["ENTRY", "SPELLINGS", "BIRTH DATE"];

    fn cells(&self) -> Vec<String> {
        vec![self.name.clone(), self.spellings.join(" | "), self.birth_date.clone()]
    }

    fn facts(&self) -> Facts {
        let document = format!("{} {}", self.issuing_state, self.document_number);
        let facts = Facts::default().and("entry", &self.name).and("spellings", self.spellings.join(" | "));
        facts.and("birth date", &self.birth_date).and("document", document.trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_as_written_and_another_file_is_refused() {
        let list = "spellings,birth_date,issuing_state,document_number\n\
                    Ivan Ivanov | Иван Иванов,1970-01-02,,\nJane Doe,,XXA,A123\n";
        let read = entries(list).expect("a list");
        assert_eq!(read[0].spellings, ["Ivan Ivanov", "Иван Иванов"]);
        assert_eq!((read[1].issuing_state.as_str(), read[1].document_number.as_str()), ("XXA", "A123"));
        assert!(entries("name\nx\n").expect_err("other columns").contains("spellings,birth_date"));
        assert!(entries("spellings,birth_date,issuing_state,document_number\nx\n").is_err());
    }
}
