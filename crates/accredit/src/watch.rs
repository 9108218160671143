//! `accredit watch`: what happens, as it happens.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use wire::v1;

use crate::failure::Failure;
use crate::input::full_name;
use crate::screen::{Facts, Resource};
use crate::session::Session;
use crate::words::{time, word};

#[derive(Debug, Args)]
pub struct Watch {
    /// The election's code or name.
    election: String,

    /// Keeps the place in this file, and goes on from there the next time; without it, begins with the first event.
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
}

impl Watch {
    /// Prints a line for each event, for ever; with --json, a message with its cursor.
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let cursor = self.resume.as_deref().map(read).transpose()?.unwrap_or_default();
        let mut watch = session.client.watch(&full_name("elections", &self.election), cursor);
        loop {
            let trouble = |error: &client::Error| session.screen.note(&format!("{error}; trying again"));
            let response = watch.next(trouble).await?;
            session.screen.line(&response)?;
            // After the event was printed: if this is cut off in between, it comes again rather than never.
            if let Some(path) = &self.resume {
                write(path, watch.cursor())?;
            }
        }
    }
}

/// The place in a file; the beginning if there is none.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => URL_SAFE_NO_PAD
            .decode(text.trim())
            .map_err(|_| Failure::file(path, "not a place that `watch` has kept; remove the file to begin anew")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Failure::file(path, error)),
    }
}

/// All of it or nothing, so that a place is never half kept.
fn write(path: &Path, cursor: &[u8]) -> Result<(), Failure> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    std::fs::write(&unfinished, URL_SAFE_NO_PAD.encode(cursor))
        .and_then(|()| std::fs::rename(&unfinished, path))
        .map_err(|error| Failure::file(path, error))
}

impl Resource for v1::WatchEventsResponse {
    const HEADINGS: &'static [&'static str] = &["TIME", "WHAT", "STATE", "SUBJECT", "ACTOR"];

    fn cells(&self) -> Vec<String> {
        let event = self.event.clone().unwrap_or_default();
        let state = match event.application_state() {
            v1::ApplicationState::Unspecified => word::<v1::AccreditationState>(event.accreditation_state),
            _ => word::<v1::ApplicationState>(event.application_state),
        };
        let what = event.action.rsplit('/').next().unwrap_or_default().to_owned();
        vec![time(event.event_time), what, state.to_owned(), event.subject, event.actor]
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
        std::fs::write(&path, "what is this?").expect("written");
        assert!(read(&path).is_err());
    }
}
