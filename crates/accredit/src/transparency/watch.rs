//! `accredit watch`: follows the events that concern the caller.
//!
//! The stream ends after an hour or when a server stops; the client library then reconnects with the last cursor. The
//! cursor file does the same across runs of the tool, so no event is lost.

mod program;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use wire::v1;

use self::program::Program;
use crate::terminal::failure::Failure;
use crate::terminal::input::full_name;
use crate::terminal::printer::Printable;
use crate::terminal::proto_enum::enum_label;
use crate::terminal::session::Session;
use crate::terminal::time::format_time;

/// The explanation of `--exec` at the end of `watch --help`.
const ABOUT_EXEC: &str = "\
The program of --exec is started for each event, one at a time and in order, without a shell. It reads the event as \
one line of proto JSON on stdin. Its environment has ACCREDIT_EVENT_ID, ACCREDIT_EVENT_ACTION, ACCREDIT_EVENT_SUBJECT \
and, for an application or an accreditation, ACCREDIT_EVENT_STATE.

If the program exits with 0, the cursor is saved and the next event follows. If it fails, or runs longer than \
--exec-timeout, it gets the same event again. The wait before that starts at one second and doubles up to a minute.

Every event is delivered at least once. It is delivered again if the watch stops before the cursor is saved, so \
recognize repeated events by their id.

Example:
  accredit watch kz-president-2019 --resume cursor --exec /usr/local/bin/notify-office --channel accreditation";

/// The options of `watch`.
#[derive(Debug, Args)]
#[command(after_help = ABOUT_EXEC)]
pub struct Watch {
    /// The election's code or name.
    election: String,

    /// The file for the cursor. The next run continues after the last event. Without it, the watch starts at the first.
    ///
    /// Use one file for each watch. Two watches with the same file overwrite each other's cursor.
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,

    /// The program that gets each event; nothing is printed then. All following words are arguments of the program.
    ///
    /// It needs --resume, because events must not be lost while the watch is stopped.
    #[arg(long, value_name = "CMD [ARG]...", num_args = 1.., allow_hyphen_values = true, requires = "resume")]
    exec: Vec<String>,

    /// The time for one event, after which the program is killed.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    exec_timeout: u64,
}

impl Watch {
    /// Prints or delivers each event, without end.
    ///
    /// # Errors
    ///
    /// Fails if the service refuses, or if the cursor cannot be read or saved. A lost connection is retried.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let cursor = self.resume.as_deref().map(read_cursor).transpose()?.unwrap_or_default();
        let program = Program::new(&self.exec, Duration::from_secs(self.exec_timeout));
        let mut watch = session.client.watch(&full_name("elections", &self.election), cursor);
        loop {
            let retry = |error: &client::Error| session.printer.message(&format!("{error}; trying again"));
            let response = watch.next(retry).await?;
            match (&program, &response.event) {
                (Some(program), Some(event)) => program.deliver(event, session.printer).await,
                _ => session.printer.print_row(&response)?,
            }
            // The cursor is saved after the delivery. If the watch stops in between, the event is repeated, not lost.
            if let Some(path) = &self.resume {
                write_cursor(path, watch.cursor())?;
            }
        }
    }
}

/// Reads the cursor from its file. Empty, which means the first event, if there is no file yet.
fn read_cursor(path: &Path) -> Result<Vec<u8>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| {
            Failure::file(path, "this is no cursor of `watch`; delete the file to start at the first event")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Failure::file(path, error)),
    }
}

/// Saves the cursor: writes a temporary file, syncs it, and renames it.
///
/// A crash or a power cut then leaves the old cursor or the new one, but never half of one.
fn write_cursor(path: &Path, cursor: &[u8]) -> Result<(), Failure> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let written = || {
        let mut file = File::create(&unfinished)?;
        file.write_all(URL_SAFE_NO_PAD.encode(cursor).as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        // Without a sync of the directory, a power cut could undo the rename.
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
    };
    written().map_err(|error: std::io::Error| Failure::file(path, error))
}

/// The state of the application or the accreditation after the event. Empty for an event about anything else.
fn state_label(event: &v1::Event) -> &'static str {
    match event.application_state() {
        v1::ApplicationState::Unspecified => enum_label::<v1::AccreditationState>(event.accreditation_state),
        _ => enum_label::<v1::ApplicationState>(event.application_state),
    }
}

impl Printable for v1::WatchEventsResponse {
    const HEADINGS: &'static [&'static str] = &["TIME", "WHAT", "STATE", "SUBJECT", "ACTOR"];

    fn cells(&self) -> Vec<String> {
        let event = self.event.clone().unwrap_or_default();
        let state = state_label(&event).to_owned();
        let what = event.action.rsplit('/').next().unwrap_or_default().to_owned();
        vec![format_time(event.event_time), what, state, event.subject, event.actor]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A missing file means the beginning. A file with other content is an error, because it may be somebody's work.
    #[test]
    fn a_saved_cursor_is_read_again() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("cursor");
        assert_eq!(read_cursor(&path).expect("none yet"), Vec::<u8>::new());
        write_cursor(&path, &[1, 2, 255]).expect("written");
        assert_eq!(read_cursor(&path).expect("saved"), [1, 2, 255]);
        fs::write(&path, "what is this?").expect("written");
        assert!(read_cursor(&path).is_err());
    }
}
