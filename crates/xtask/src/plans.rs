//! Query plans. The tests record every SQL statement that they run. The `plans` tests of `store` compare the statements
//! with the reviewed files in `crates/store/src/contract/plans`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command::cargo_command;
use crate::steps::{Workshop, binaries, cargo_test, tests};
use crate::tally::Tally;
use crate::tools::Tools;

/// The environment variable with the directory where a debug build of the store records its statements.
pub const RECORD: &str = "ACCREDITATION_STATEMENTS";

/// The directory where statements are recorded.
pub fn statements(target: &Path) -> PathBuf {
    target.join("statements")
}

/// Deletes the statements of an earlier run. Otherwise removed statements would stay in the files.
pub fn clear_statements(target: &Path) -> Result<()> {
    let directory = statements(target);
    match fs::remove_dir_all(&directory) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", directory.display()));
        }
        _ => {}
    }
    fs::create_dir_all(&directory).with_context(|| format!("cannot create {}", directory.display()))
}

/// Checks that every statement that the tests ran is in the reviewed files.
pub fn check(root: &Path, target: &Path) -> Result<Tally> {
    run_plan_tests(root, "RECORDED_STATEMENTS", &statements(target))
}

/// Runs all tests and writes the reviewed files again from the statements that they ran.
pub fn update(root: &Path, target: PathBuf) -> Result<()> {
    let tools = Tools::install(root, &target)?;
    let workshop = Workshop { root: root.to_path_buf(), target, tools };
    // The tests start these binaries, so they must be built from the same source.
    binaries(&workshop)?;
    let tests_tally = tests(&workshop)?;
    let plans_tally = run_plan_tests(root, "UPDATE_PLANS", &statements(&workshop.target))?;
    println!("{plans_tally}");
    if tests_tally.failed > 0 {
        println!(
            "Some tests failed. Their statements may be missing from the files, unless only the tests of plans failed."
        );
    }
    match plans_tally.failed {
        0 => Ok(()),
        _ => bail!("the reviewed files were not written; the failed tests above say why"),
    }
}

/// Runs the tests of plans with a directory of recorded statements.
///
/// It selects the whole workspace. Otherwise cargo would choose other features and build everything again.
fn run_plan_tests(root: &Path, variable: &str, statements: &Path) -> Result<Tally> {
    let mut command = cargo_command(root);
    command.args(["test", "--workspace", "--locked", "--lib", "--", "reviewed_plan"]);
    cargo_test(command.env(variable, statements))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_statements_deletes_the_statements_of_an_earlier_run() {
        let target = tempfile::tempdir().unwrap();
        clear_statements(target.path()).unwrap();
        fs::write(statements(target.path()).join("sqlite-1.jsonl"), "{}").unwrap();
        clear_statements(target.path()).unwrap();
        assert_eq!(fs::read_dir(statements(target.path())).unwrap().count(), 0);
    }
}
