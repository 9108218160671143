//! `cargo xtask replay`: whether a build behaves as another one did, call by call.
//!
//! `record` tells every story on SQLite and plays the rehearsal while the servers write down their calls; `play` makes the
//! same calls on this build, one at a time; `compare` shows where two plays differ.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use clap::Subcommand;

use crate::command::{cargo_command, run};

/// The environment variable by which a debug build of the server is told where to write its calls down.
const RECORD: &str = "ACCREDITATION_CALLS";
/// The one by which ids come in the order in which they are made.
const ORDERED_IDS: &str = "ACCREDITATION_ORDERED_IDS";

#[derive(Debug, Subcommand)]
pub enum Replay {
    /// Records the stories and the rehearsal on this build.
    Record {
        /// Where the recording is written.
        recording: PathBuf,
        /// Only stories whose names have this part; the rehearsal only if it is empty.
        #[arg(long, default_value = "")]
        only: String,
        /// How many observers the rehearsal has.
        #[arg(long, default_value_t = 1013)]
        observers: u32,
    },
    /// Plays a recording on this build.
    Play {
        /// What was recorded.
        recording: PathBuf,
        /// Where the transcripts are written.
        transcripts: PathBuf,
        /// Only stories whose names have this part.
        #[arg(long, default_value = "")]
        only: String,
    },
    /// Shows where the transcripts of two builds differ.
    Compare {
        /// Those of the build before.
        before: PathBuf,
        /// Those of the build after.
        after: PathBuf,
    },
}

/// Does what is asked, on debug builds.
pub fn run_all(root: &Path, target: &Path, what: &Replay) -> Result<()> {
    run(cargo_command(root).args(["build", "--workspace", "--bins", "--locked", "--quiet"]))?;
    let replay = || Command::new(target.join("debug/replay"));
    match what {
        Replay::Record { recording, only, observers } => {
            let calls = target.join("replay-calls");
            let _ = std::fs::remove_dir_all(&calls);
            std::fs::create_dir_all(&calls)?;
            let mut stories = cargo_command(root);
            stories.args(["test", "--workspace", "--test", "stories", "--locked", "--", "--skip", "on_postgres", only]);
            run(stories.env(RECORD, &calls))?;
            if only.is_empty() {
                let mut rehearsal = Command::new(target.join("debug/rehearsal"));
                run(rehearsal.arg(format!("--observers={observers}")).env(RECORD, &calls))?;
            }
            run(replay().arg("read").args([&calls, recording]))
        }
        Replay::Play { recording, transcripts, only } => {
            run(replay().arg("play").args([recording, transcripts]).arg("--only").arg(only).env(ORDERED_IDS, "1"))
        }
        Replay::Compare { before, after } => run(replay().arg("compare").args([before, after])),
    }
}
