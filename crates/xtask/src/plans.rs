//! The plans of statements: the tests write down every statement that they run, and the store's `plans` tests compare them
//! with the reviewed files in `crates/store/src/contract/plans`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::cargo_command;
use crate::steps::{Workshop, binaries, cargo_test, tests};
use crate::tally::Tally;
use crate::tools::Tools;

/// The environment variable by which a debug build of the store is told where to write its statements down.
pub const RECORD: &str = "ACCREDITATION_STATEMENTS";

/// Where statements are written down.
pub fn statements(target: &Path) -> PathBuf {
    target.join("statements")
}

/// Forgets the statements of an earlier run.
pub fn clear_statements(target: &Path) -> Result<()> {
    let directory = statements(target);
    match fs::remove_dir_all(&directory) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", directory.display()));
        }
        _ => {}
    }
    fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))
}

/// Fails if a statement that the tests ran is not in the reviewed files.
pub fn check(root: &Path, target: &Path) -> Result<Tally> {
    run_plan_tests(root, "RECORDED_STATEMENTS", &statements(target))
}

/// Runs all tests and writes the reviewed files anew from what they ran.
pub fn update(root: &Path, target: PathBuf) -> Result<()> {
    let tools = Tools::install(root, &target)?;
    let workshop = Workshop { root: root.to_path_buf(), target, tools };
    // The tests start these, and they have to be of the same source.
    binaries(&workshop)?;
    let ran = tests(&workshop)?;
    let written = run_plan_tests(root, "UPDATE_PLANS", &statements(&workshop.target))?;
    println!("{written}");
    if ran.failed > 0 {
        println!("Some tests failed: their statements may be missing, unless it was the plans that failed.");
    }
    match written.failed {
        0 => Ok(()),
        _ => bail!("the files of plans were not written"),
    }
}

/// Runs the tests of plans with a directory of recorded statements. All crates are named, so that cargo builds nothing anew.
fn run_plan_tests(root: &Path, variable: &str, statements: &Path) -> Result<Tally> {
    let mut command = cargo_command(root);
    command.args(["test", "--workspace", "--locked", "--lib", "--", "reviewed_plan"]);
    cargo_test(command.env(variable, statements))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_of_an_earlier_run_are_forgotten() {
        let target = tempfile::tempdir().unwrap();
        clear_statements(target.path()).unwrap();
        fs::write(statements(target.path()).join("sqlite-1.jsonl"), "{}").unwrap();
        clear_statements(target.path()).unwrap();
        assert_eq!(fs::read_dir(statements(target.path())).unwrap().count(), 0);
    }
}
