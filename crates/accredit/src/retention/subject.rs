//! `accredit subject`: what is held about one person.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Subcommand;
use wire::json::to_json;
use wire::v1;

use crate::terminal::failure::Failure;
use crate::terminal::input::{full_name, new_file, text};
use crate::terminal::session::Session;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Writes everything that is held about the person with a passport to a JSON file, for that person (cec.registrar).
    ///
    /// The passport's number is read from a file or from stdin, so that it stands in no command history and no list of
    /// processes. The export itself is on record, with its purpose and without the number.
    Export {
        /// The election's code or name.
        election: String,
        /// Who issued the passport: three letters, as in the passport.
        #[arg(long, value_name = "CODE")]
        issuing_state: String,
        /// The file that holds the passport's number, - for stdin.
        #[arg(long, value_name = "FILE", default_value = "-")]
        number_from: PathBuf,
        /// What for, as the number of the person's request.
        #[arg(long)]
        purpose: String,
        /// The file to write, which must not exist yet; nobody but you can read it.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

impl Command {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self::Export { election, issuing_state, number_from, purpose, to } = self;
        let parent = full_name("elections", &election);
        let document_number = text(&number_from)?.trim().to_owned();
        // Before it is asked for: an export that cannot be kept would be on record all the same.
        let mut file = new_file(&to)?;
        let request = v1::ExportSubjectRequest { parent, issuing_state, document_number, purpose };
        let export = match session.client.export_subject(request).await {
            Ok(export) => export,
            Err(error) => {
                let _ = std::fs::remove_file(&to);
                return Err(error.into());
            }
        };
        let json = format!("{:#}\n", to_json(&export));
        file.write_all(json.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| Failure::file(&to, error))?;
        let (count, name) = (export.records.len(), to.display());
        session.screen.note(&format!("{count} application(s) about this person, written to {name}"));
        Ok(())
    }
}
