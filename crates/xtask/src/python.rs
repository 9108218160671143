//! The foreign client: Python, written against `proto/` alone, joins a running world.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::command::stream;
use crate::tally::Tally;
use crate::world::World;

/// The size of the world's finished election: enough for every organization to have someone.
const OBSERVERS: u32 = 100;

/// Plays a world with the `rehearsal` of `target` and runs `tests/python` against it.
pub fn test(root: &Path, target: &Path, python: &Path) -> Result<Tally> {
    println!("playing an election of {OBSERVERS} observers");
    let world = World::start(Command::new(target.join("debug/rehearsal")), &target.join("python-world"), OBSERVERS)?;
    let mut tally = None;
    let mut pytest = Command::new(python);
    pytest
        .args(["-B", "-m", "pytest", "-p", "no:cacheprovider", "tests/python"])
        .env("REHEARSAL_WORLD", world.file())
        .env("REHEARSAL_OBSERVERS", OBSERVERS.to_string())
        .current_dir(root);
    let succeeded = stream(&mut pytest, |line| tally = Tally::of_pytest(line).or(tally))?;
    world.end()?;
    match tally {
        Some(tally) if succeeded || tally.failed > 0 => Ok(tally),
        _ => bail!("pytest ended without a result"),
    }
}
