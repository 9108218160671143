//! What stands in `deploy/`, checked without a cluster, a container engine or a running systemd; and the proof that each
//! check notices what it is there to notice.

mod containers;
mod controls;
mod manifests;
mod units;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::steps::Workshop;
use crate::tally::Tally;
use crate::tools::Tools;
use controls::Control;

/// What can only be seen where it runs.
const UNCHECKED: [&str; 5] = [
    "that systemd starts the unit and the sandbox lets the server work: no systemd runs the checks",
    "that the image builds and runs and that Compose starts it: there is no container engine",
    "that a cluster takes the manifests: its admission (restricted pod security), its network policies, its probes",
    "what cert-manager does beyond its schema: the rules that its definitions state in CEL, and issuing",
    "that Prometheus gets the metrics: the configuration alone was read",
];

/// A rule in words, the check for it, and faults that the check has to notice.
#[derive(Clone, Copy)]
struct Check {
    rule: &'static str,
    check: fn(&Site<'_>) -> Result<Findings>,
    controls: &'static [Control],
}

/// A `deploy/` to check: the workspace's own, or a copy with a fault put in.
struct Site<'a> {
    /// The workspace's root.
    root: &'a Path,
    /// The directory to check.
    deploy: PathBuf,
    /// A directory of the checks' own.
    scratch: PathBuf,
    tools: &'a Tools,
}

/// What a check found.
#[derive(Debug, Default)]
struct Findings {
    /// What is wrong; empty if nothing is.
    faults: Vec<String>,
    /// What is worth saying all the same.
    notes: Vec<String>,
}

impl Findings {
    /// A program's verdict: what it wrote is the fault if it failed.
    fn of((succeeded, text): (bool, String)) -> Self {
        let faults = if succeeded { Vec::new() } else { vec![text.trim().to_owned()] };
        Self { faults, notes: Vec::new() }
    }

    fn add(&mut self, other: Self) {
        self.faults.extend(other.faults);
        self.notes.extend(other.notes);
    }
}

/// Installs what the checks need, runs them and fails if something is wrong.
pub fn run(root: &Path, target: PathBuf) -> Result<()> {
    let tools = Tools::install(root, &target)?;
    let tally = check(&Workshop { root: root.to_path_buf(), target, tools })?;
    println!("{tally}");
    ensure!(tally.failed == 0, "{} checks of deploy/ failed; see above", tally.failed);
    Ok(())
}

/// Runs every check and every control, prints what each one found, and says what is not checked.
pub fn check(workshop: &Workshop) -> Result<Tally> {
    let scratch = workshop.target.join("deploy-check");
    fs::create_dir_all(&scratch).with_context(|| format!("cannot make {}", scratch.display()))?;
    let Workshop { root, tools, .. } = workshop;
    let site = Site { root, deploy: root.join("deploy"), scratch, tools };
    let mut tally = Tally::default();
    for check in [&units::CHECKS[..], &manifests::CHECKS, &containers::CHECKS].concat() {
        let Findings { faults, notes } = (check.check)(&site)?;
        tally += verdict(check.rule, &faults);
        notes.iter().for_each(|note| println!("       {note}"));
        for control in check.controls {
            let missed = control.run(&site, check.check)?;
            tally += verdict(&format!("  notices {control}"), &missed);
        }
    }
    UNCHECKED.iter().for_each(|what| println!("NOT checked: {what}"));
    Ok(tally)
}

/// Prints how a check went.
fn verdict(rule: &str, faults: &[String]) -> Tally {
    println!("{} {rule}", if faults.is_empty() { "ok  " } else { "FAIL" });
    faults.iter().flat_map(|fault| fault.lines()).for_each(|line| println!("       {line}"));
    if faults.is_empty() { Tally::ONE_PASSED } else { Tally::ONE_FAILED }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_fails_is_a_fault_in_its_own_words() {
        assert!(Findings::of((true, "a warning\n".to_owned())).faults.is_empty());
        assert_eq!(Findings::of((false, "no such field\n".to_owned())).faults, ["no such field"]);
    }

    #[test]
    fn every_check_has_a_control() {
        for check in [&units::CHECKS[..], &manifests::CHECKS, &containers::CHECKS].concat() {
            assert!(!check.controls.is_empty(), "{}", check.rule);
        }
    }

    #[test]
    fn every_control_still_finds_what_it_spoils() {
        let deploy = crate::root().join("deploy");
        for check in [&units::CHECKS[..], &manifests::CHECKS, &containers::CHECKS].concat() {
            for control in check.controls {
                let text = fs::read_to_string(deploy.join(control.file)).unwrap();
                assert!(text.contains(control.from), "{control}");
            }
        }
    }
}
