//! The house rules that no compiler knows, each one a check that lists its faults.

mod changelog;
mod edges;
mod folders;
mod method_comments;
mod method_names;
mod migrations;
mod reasons;
mod rules;
mod sources;
mod writes;

use std::path::Path;

use anyhow::{Result, bail};

use crate::tally::Tally;

/// What is wrong, one sentence each; empty if nothing is.
type Faults = Vec<String>;

/// A rule in words, and the check of a whole workspace for it.
type Check = (&'static str, fn(&Path) -> Result<Faults>);

/// The house rules.
const CHECKS: [Check; 11] = [
    ("dependency edges are those of crates/xtask/edges.txt", edges::check),
    ("no source file is over 400 lines", sources::check_lengths),
    ("no source file holds unfinished or ignored work", sources::check_unfinished),
    ("every file is in the folder of its noun", folders::check),
    ("no second list names the methods", method_names::check),
    ("every error reason has its section in docs/errors.md", reasons::check),
    ("every method says its roles and its errors", method_comments::check),
    ("the service holds no rule and goes around none", rules::check),
    ("a row of a resource is written with its event", writes::check),
    ("no merged migration was edited", migrations::check),
    ("the image of the protocol has its line in CHANGELOG.md", changelog::check),
];

/// Runs every check and fails if one found something.
pub fn run(root: &Path) -> Result<()> {
    let tally = check(root)?;
    println!("{tally}");
    if tally.failed > 0 {
        bail!("{} of the house rules are broken; see above", tally.failed);
    }
    Ok(())
}

/// Runs every check, all of them, and prints what each one found.
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
