//! `accredit roster`: files a whole delegation from the spreadsheet that its secretary keeps.
//!
//! A roster has one row for each person. The secretary edits it in a spreadsheet program and imports it as often as
//! needed; the import compares it with the service and sends only what differs.

mod documents;
mod import;
mod row_action;
mod summary;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use crate::application::paper::PaperArgs;
use crate::terminal::failure::Failure;
use crate::terminal::session::Session;

/// The subcommands of `accredit roster`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Writes an empty roster with an example row and an explanation of every column.
    ///
    /// It needs no connection to the service.
    Template {
        /// The language of the column headings.
        #[arg(long, value_enum, default_value_t = Language::En)]
        language: Language,
        /// The file to write. It must not exist yet.
        #[arg(default_value = "roster.xlsx")]
        file: PathBuf,
    },
    /// Files everyone in an XLSX or CSV file (delegation.submitter, or cec.registrar for applications on paper).
    ///
    /// You can run it again at any time, also after a lost connection. A person is recognized by category and passport,
    /// so nobody is filed twice. A row that changed updates its application; any other stays as it is.
    ///
    /// An application that lapsed is continued once the election's submission cutoff was moved, until the new cutoff.
    ///
    /// A row with a problem is reported cell by cell and written to a file of its own. Correct that file and import it.
    /// Nothing is submitted without --submit.
    Import(Import),
}

/// The options of `roster import`.
#[derive(Debug, Args)]
pub struct Import {
    /// The mission, elections/ELECTION/missions/ORGANIZATION.
    mission: String,
    /// The roster: an XLSX file, or CSV in UTF-8.
    ///
    /// `roster template` writes an empty one. Columns that the tool does not know are reported and not read.
    file: PathBuf,
    /// Reports what would be done and what the service would refuse. Changes nothing.
    ///
    /// Documents are read and matched, but not uploaded.
    #[arg(long)]
    dry_run: bool,
    /// Submits every application of the roster that is a draft, was returned by the ministry, or has lapsed.
    #[arg(long)]
    submit: bool,
    /// The directory of scans and photos. A file name has the passport number and photo, passport, pledge or
    /// nomination, as in `C01X00T47-photo.jpg`. The import uploads each file, and the service checks it.
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// The file for the rows with problems. By default it is beside the roster, with `-to-mend` in its name.
    ///
    /// It has the same columns, with the problems of each row beside it. An earlier file is never overwritten.
    #[arg(long, value_name = "FILE")]
    bad_rows: Option<PathBuf>,
    /// The scan of the note verbale that brought the list; it becomes a document of every application.
    #[arg(long, value_name = "FILE", requires = "note_number")]
    note: Option<PathBuf>,
    #[command(flatten)]
    paper: PaperArgs,
}

/// The language of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// English.
    En,
    /// Russian.
    Ru,
    /// Kazakh.
    Kk,
}

impl Command {
    /// Runs a command that needs no service; `None` for any other. A template can so be written before any certificate
    /// exists.
    pub fn run_offline(&self) -> Option<Result<(), Failure>> {
        match self {
            Self::Template { language, file } => Some(write_template(*language, file)),
            Self::Import(_) => None,
        }
    }

    /// Runs the command.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Template { language, file } => write_template(language, &file),
            Self::Import(import) => import::run(&import, session).await,
        }
    }
}

/// Writes the template in one language.
fn write_template(language: Language, path: &Path) -> Result<(), Failure> {
    let language = match language {
        Language::En => roster::Language::En,
        Language::Ru => roster::Language::Ru,
        Language::Kk => roster::Language::Kk,
    };
    create_file(path, &roster::template(language))
}

/// Writes a new file. Fails if the file exists, so nothing of the secretary's is overwritten.
fn create_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| std::io::Write::write_all(&mut file, bytes));
    written.map_err(|error| Failure::new_file(path, &error))
}
