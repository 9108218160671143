//! `accredit subject`: exports what is stored about one person.
//!
//! The export is for the person's own eyes and covers all organizations that filed the person.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Subcommand;
use wire::json::to_json;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{create_private_file, full_name, read_text};
use crate::terminal::session::Session;

/// The subcommands of `accredit subject`, with their help texts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Writes everything that is stored about the holder of a passport to a JSON file (cec.registrar).
    ///
    /// The passport number is read from a file or from stdin. So it appears in no command history and no process list.
    /// The service records the export and its purpose, without the number.
    Export {
        /// The election's code or name.
        election: String,
        /// The state that issued the passport: three letters, as in the passport.
        #[arg(long, value_name = "CODE")]
        issuing_state: String,
        /// The file with the passport number; - reads stdin.
        #[arg(long, value_name = "FILE", default_value = "-")]
        number_from: PathBuf,
        /// The purpose, such as the number of the person's request.
        #[arg(long)]
        purpose: String,
        /// The file to write. It must not exist yet; only you can read it.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

impl Command {
    /// Exports into a new file.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self::Export { election, issuing_state, number_from, purpose, to } = self;
        let parent = full_name("elections", &election);
        let document_number = read_text(&number_from)?.trim().to_owned();
        // The file is created first. The service records every export, so one that cannot be stored must not be asked
        // for.
        let mut file = create_private_file(&to)?;
        let request = v1::ExportSubjectRequest { parent, issuing_state, document_number, purpose };
        let export = match session.client.export_subject(request).await {
            Ok(export) => export,
            Err(error) => {
                // An empty file would look like an export without records.
                let _ = std::fs::remove_file(&to);
                return Err(error.into());
            }
        };
        let json = format!("{:#}\n", to_json(&export));
        file.write_all(json.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| Failure::file(&to, error))?;
        let (count, name) = (export.records.len(), to.display());
        session.printer.message(&format!("{count} application(s) of this person, written to {name}"));
        Ok(())
    }
}
