//! `accredit watch`: what happens, as it happens.

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
use crate::terminal::screen::{Facts, Resource};
use crate::terminal::session::Session;
use crate::terminal::words::{time, word};

/// What `--help` says of the program.
const ABOUT_EXEC: &str = "\
The program of --exec is started for each event, one at a time and in order, without a shell. It reads the event as one \
line of proto JSON on stdin; ACCREDIT_EVENT_ID, ACCREDIT_EVENT_ACTION, ACCREDIT_EVENT_SUBJECT and, of an application, \
ACCREDIT_EVENT_STATE are in its environment. When it ends with 0, the place is kept and the next event comes. When it \
does not, or takes longer than --exec-timeout, it gets the same event again after a wait that grows to a minute.

Every event comes at least once: one comes again if the watch is stopped before its place is kept. Its id tells.

Example:
  accredit watch kz-president-2019 --resume place --exec /usr/local/bin/tell-the-office --channel accreditation";

#[derive(Debug, Args)]
#[command(after_help = ABOUT_EXEC)]
pub struct Watch {
    /// The election's code or name.
    election: String,

    /// Keeps the place in this file, and goes on from there the next time; without it, begins with the first event.
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,

    /// Hands each event to this program instead of printing it; everything that follows is the program's.
    #[arg(long, value_name = "CMD [ARG]...", num_args = 1.., allow_hyphen_values = true, requires = "resume")]
    exec: Vec<String>,

    /// So long may the program take for one event before it is killed.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    exec_timeout: u64,
}

impl Watch {
    /// Prints a line for each event, for ever; with --json, a message with its cursor. Or hands each to a program.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let cursor = self.resume.as_deref().map(read).transpose()?.unwrap_or_default();
        let program = Program::new(&self.exec, Duration::from_secs(self.exec_timeout));
        let mut watch = session.client.watch(&full_name("elections", &self.election), cursor);
        loop {
            let trouble = |error: &client::Error| session.screen.note(&format!("{error}; trying again"));
            let response = watch.next(trouble).await?;
            match (&program, &response.event) {
                (Some(program), Some(event)) => program.hand(event, session.screen).await,
                _ => session.screen.line(&response)?,
            }
            // After the event was passed on: if this is cut off in between, it comes again rather than never.
            if let Some(path) = &self.resume {
                write(path, watch.cursor())?;
            }
        }
    }
}

/// The place in a file; the beginning if there is none.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => URL_SAFE_NO_PAD
            .decode(text.trim())
            .map_err(|_| Failure::file(path, "not a place that `watch` has kept; remove the file to begin anew")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Failure::file(path, error)),
    }
}

/// All of it or nothing, so that a place is never half kept; and on the disk, so that a power cut does not undo it.
fn write(path: &Path, cursor: &[u8]) -> Result<(), Failure> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let written = || {
        let mut file = File::create(&unfinished)?;
        file.write_all(URL_SAFE_NO_PAD.encode(cursor).as_bytes())?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
    };
    written().map_err(|error: std::io::Error| Failure::file(path, error))
}

/// The state in which an event left an application or an accreditation; nothing for anything else.
fn state(event: &v1::Event) -> &'static str {
    match event.application_state() {
        v1::ApplicationState::Unspecified => word::<v1::AccreditationState>(event.accreditation_state),
        _ => word::<v1::ApplicationState>(event.application_state),
    }
}

impl Resource for v1::WatchEventsResponse {
    const HEADINGS: &'static [&'static str] = &["TIME", "WHAT", "STATE", "SUBJECT", "ACTOR"];

    fn cells(&self) -> Vec<String> {
        let event = self.event.clone().unwrap_or_default();
        let state = state(&event).to_owned();
        let what = event.action.rsplit('/').next().unwrap_or_default().to_owned();
        vec![time(event.event_time), what, state, event.subject, event.actor]
    }

    fn facts(&self) -> Facts {
        Self::HEADINGS.iter().zip(self.cells()).fold(Facts::default(), |facts, (label, cell)| facts.and(*label, cell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_kept_and_found_again() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("place");
        assert_eq!(read(&path).expect("none yet"), Vec::<u8>::new());
        write(&path, &[1, 2, 255]).expect("written");
        assert_eq!(read(&path).expect("kept"), [1, 2, 255]);
        fs::write(&path, "what is this?").expect("written");
        assert!(read(&path).is_err());
    }
}
