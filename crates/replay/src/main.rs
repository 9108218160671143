//! The oracle for "behaviour stays": calls that a debug build wrote down are played again, one at a time, on a clock that
//! stands still, and what two builds answer and record is compared. `cargo xtask replay` drives it.

mod caller;
mod compare;
mod ids;
mod look;
mod player;
mod raw;
mod recording;
mod transcript;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, ensure};
use clap::Parser;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use recording::Recording;

/// How many elections are played beside each other, each on a server of its own.
const AT_ONCE: usize = 4;

#[derive(Parser)]
enum Arguments {
    /// Gives the fields of recorded messages their names, so that a build with other numbers can play them.
    Read {
        /// Where the servers wrote their calls.
        calls: PathBuf,
        /// Where the recording is written, one file for each election.
        recording: PathBuf,
    },
    /// Plays a recording on this build.
    Play {
        /// What `read` wrote.
        recording: PathBuf,
        /// Where the transcripts are written.
        transcripts: PathBuf,
        /// Plays only stories whose names have this part.
        #[arg(long, default_value = "")]
        only: String,
    },
    /// Compares what two builds did, and fails if there is a difference.
    Compare {
        /// The transcripts of the build before.
        before: PathBuf,
        /// Those of the build after.
        after: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("replay: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments {
        Arguments::Read { calls, recording } => {
            new_directory(&recording)?;
            let recordings = raw::read(&calls)?;
            ensure!(!recordings.is_empty(), "{} holds no calls", calls.display());
            recordings.iter().try_for_each(|one| one.save(&recording))?;
            let steps: usize = recordings.iter().map(|one| one.steps.len()).sum();
            println!("{} elections, {steps} steps", recordings.len());
            Ok(())
        }
        Arguments::Play { recording, transcripts, only } => {
            new_directory(&transcripts)?;
            let files = files(&recording)?;
            let chosen = files.into_iter().filter(|file| stem(file).contains(&only));
            let played = stream::iter(chosen).map(|file| play(file, &transcripts)).buffer_unordered(AT_ONCE);
            let played: Vec<(usize, usize)> = played.try_collect().await?;
            ensure!(!played.is_empty(), "{} holds no such story", recording.display());
            let (calls, otherwise) = played.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            println!("{} elections, {calls} calls; {otherwise} went otherwise than when recorded", played.len());
            Ok(())
        }
        Arguments::Compare { before, after } => compare::directories(&before, &after),
    }
}

/// Plays one election; how many calls there were, and how many had another outcome than when they were recorded.
async fn play(file: PathBuf, transcripts: &Path) -> anyhow::Result<(usize, usize)> {
    let recording = Recording::load(&file)?;
    let transcript = player::play(&recording).await.with_context(|| format!("playing {}", file.display()))?;
    transcript.save(&transcripts.join(file.file_name().context("a file has a name")?))?;
    Ok((transcript.calls(), transcript.otherwise))
}

/// A directory that is empty.
fn new_directory(path: &Path) -> anyhow::Result<()> {
    let _ = std::fs::remove_dir_all(path);
    std::fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))
}

/// The files of a directory, in the order of their names.
fn files(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
