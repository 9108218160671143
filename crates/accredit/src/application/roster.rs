//! `accredit roster`: a whole delegation from the spreadsheet that its secretary keeps.

mod documents;
mod filing;
mod import;
mod outcome;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use crate::application::paper::Paper;
use crate::terminal::failure::Failure;
use crate::terminal::session::Session;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Writes an empty roster, with an example and an explanation of every column.
    Template {
        /// The language of its headers.
        #[arg(long, value_enum, default_value_t = Language::En)]
        language: Language,
        /// Where to; nothing that is there is overwritten.
        #[arg(default_value = "roster.xlsx")]
        file: PathBuf,
    },
    /// Files everyone in an XLSX or CSV file; what is filed already is left as it is, or mended.
    ///
    /// It can be run again at any time, after a cut connection too: whoever is filed already, by category and passport, is
    /// not filed twice. Whoever has lapsed goes on in the same application, once the election's cutoff was moved and while
    /// it has not passed: a changed row mends it, --submit submits it again. Rows with a problem are named, cell by cell,
    /// and written to a file of their own: mend that file and import it. Nobody is submitted without --submit.
    Import(Import),
}

#[derive(Debug, Args)]
pub struct Import {
    /// The mission, elections/ELECTION/missions/ORGANIZATION.
    mission: String,
    /// The roster, XLSX or CSV in UTF-8.
    file: PathBuf,
    /// Says what would be done and what the service would refuse, and changes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Submits everyone whose row is filed and whose application is a draft, was returned by the ministry or has lapsed.
    #[arg(long)]
    submit: bool,
    /// A directory of scans and photos, found by their names: the passport's number and one of photo, passport, pledge and
    /// nomination, as in `C01X00T47-photo.jpg`. They are uploaded, and looked at then.
    #[arg(long, value_name = "DIR")]
    documents: Option<PathBuf>,
    /// Where the bad rows go; by default beside the roster, with `-to-mend` in the name.
    #[arg(long, value_name = "FILE")]
    bad_rows: Option<PathBuf>,
    /// The scan of the note verbale that the list came with, for everyone in it.
    #[arg(long, value_name = "FILE", requires = "note_number")]
    note: Option<PathBuf>,
    #[command(flatten)]
    paper: Paper,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    En,
    Ru,
    Kk,
}

impl Command {
    /// What needs no service.
    pub fn local(&self) -> Option<Result<(), Failure>> {
        match self {
            Self::Template { language, file } => Some(write_template(*language, file)),
            Self::Import(_) => None,
        }
    }

    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Template { language, file } => write_template(language, &file),
            Self::Import(import) => import::run(&import, session).await,
        }
    }
}

fn write_template(language: Language, path: &Path) -> Result<(), Failure> {
    let language = match language {
        Language::En => roster::Language::En,
        Language::Ru => roster::Language::Ru,
        Language::Kk => roster::Language::Kk,
    };
    create(path, &roster::template(language))
}

/// Writes a file that is not there yet: nothing of the secretary's is lost.
fn create(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| std::io::Write::write_all(&mut file, bytes));
    written.map_err(|error| Failure::file(path, error))
}
