//! The rules of the code base that no compiler knows. Each rule is a check that lists its faults.

mod changelog;
mod edges;
mod folders;
mod method_comments;
mod method_names;
mod migrations;
mod pages;
mod reasons;
mod rules;
mod sources;
mod words;
mod writes;

use std::path::Path;

use anyhow::{Result, bail};

use crate::tally::Tally;

/// What is wrong, one sentence for each fault. Empty if the rule is followed.
type Faults = Vec<String>;

/// A rule in words, and the function that checks the whole workspace.
type Check = (&'static str, fn(&Path) -> Result<Faults>);

/// The rules of the code base.
const CHECKS: [Check; 13] = [
    ("crates depend on each other as crates/xtask/edges.txt says", edges::check),
    ("no source file has more than 400 lines", sources::check_lengths),
    ("no source file has unfinished code or ignored tests", sources::check_unfinished),
    ("every file is in the folder of its noun", folders::check),
    ("the paths in ARCHITECTURE.md and CONTRIBUTING.md are there", pages::check),
    ("no second list names the methods", method_names::check),
    ("no word is on the list of words that nobody understands", words::check),
    ("every error reason has a section in docs/errors.md", reasons::check),
    ("the comment of every method lists its roles and its errors", method_comments::check),
    ("the server contains no rule of accreditation and writes no row without an event", rules::check),
    ("every row of a resource is written with its event", writes::check),
    ("no merged migration is edited", migrations::check),
    ("the image of the protocol has a line in CHANGELOG.md", changelog::check),
];

/// Runs every check. Fails if one found a fault.
pub fn run(root: &Path) -> Result<()> {
    let tally = check(root)?;
    println!("{tally}");
    if tally.failed > 0 {
        bail!(
            "{} rules of the code base are broken; the lines above that begin with FAIL say what to change",
            tally.failed
        );
    }
    Ok(())
}

/// Runs every check, also after a failed one, and prints the faults that it found.
pub fn check(root: &Path) -> Result<Tally> {
    let mut tally = Tally::default();
    for (rule, check) in CHECKS {
        let faults = check(root)?;
        println!("{} {rule}", if faults.is_empty() { "ok  " } else { "FAIL" });
        for fault in &faults {
            println!("       {fault}");
        }
        tally += if faults.is_empty() { Tally::ONE_PASSED } else { Tally::ONE_FAILED };
    }
    Ok(tally)
}
