//! Checks the files of `deploy/`, without a cluster, a container engine or a running systemd.
//!
//! Each check runs again on copies with an injected fault, and must find it. A check that finds nothing proves nothing.

mod containers;
mod injected_faults;
mod manifests;
mod units;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::steps::Workshop;
use crate::tally::Tally;
use crate::tools::Tools;
use injected_faults::InjectedFault;

/// What these checks cannot show. It is printed, so that nobody relies on it.
const UNCHECKED: [&str; 5] = [
    "that systemd starts the unit and that the server works in the sandbox: systemd does not run here",
    "that the image builds and runs and that Compose starts it: no container engine is used",
    "that a cluster accepts the manifests: its admission (restricted pod security), network policies and probes",
    "what cert-manager does beyond its schema: the CEL rules of its definitions, and issuing certificates",
    "that Prometheus receives the metrics: only its configuration is checked",
];

/// A rule, the check for it, and injected faults that the check must find.
#[derive(Clone, Copy)]
struct Check {
    /// The rule in words, as it is printed.
    rule: &'static str,
    check: fn(&DeployFiles<'_>) -> Result<Findings>,
    injected_faults: &'static [InjectedFault],
}

/// The files to check: the directory `deploy/` of the workspace, or a copy with an injected fault.
struct DeployFiles<'a> {
    /// The root directory of the workspace.
    root: &'a Path,
    /// The directory to check.
    deploy: PathBuf,
    /// A directory for temporary files of the checks.
    scratch: PathBuf,
    tools: &'a Tools,
}

/// What a check found.
#[derive(Debug, Default)]
struct Findings {
    /// What is wrong. Empty if the check passed.
    faults: Vec<String>,
    /// Information that is printed whether the check passed or not.
    notes: Vec<String>,
}

impl Findings {
    /// The result of a program. If it failed, its output is the fault.
    fn from_program((succeeded, text): (bool, String)) -> Self {
        let faults = if succeeded { Vec::new() } else { vec![text.trim().to_owned()] };
        Self { faults, notes: Vec::new() }
    }

    /// Adds the findings of another check.
    fn add(&mut self, other: Self) {
        self.faults.extend(other.faults);
        self.notes.extend(other.notes);
    }
}

/// Installs the programs that the checks need and runs the checks. Fails if one fails.
pub fn run(root: &Path, target: PathBuf) -> Result<()> {
    let tools = Tools::install(root, &target)?;
    let tally = check(&Workshop { root: root.to_path_buf(), target, tools })?;
    println!("{tally}");
    ensure!(
        tally.failed == 0,
        "{} checks of deploy/ failed; the lines above that begin with FAIL say what to change",
        tally.failed
    );
    Ok(())
}

/// Runs every check, also with its injected faults. Prints the results, and what is not checked.
pub fn check(workshop: &Workshop) -> Result<Tally> {
    let scratch = workshop.target.join("deploy-check");
    fs::create_dir_all(&scratch).with_context(|| format!("cannot create {}", scratch.display()))?;
    let Workshop { root, tools, .. } = workshop;
    let files = DeployFiles { root, deploy: root.join("deploy"), scratch, tools };
    let mut tally = Tally::default();
    for check in [&units::CHECKS[..], &manifests::CHECKS, &containers::CHECKS].concat() {
        let Findings { faults, notes } = (check.check)(&files)?;
        tally += print_result(check.rule, &faults);
        notes.iter().for_each(|note| println!("       {note}"));
        for fault in check.injected_faults {
            let missed = fault.run(&files, check.check)?;
            tally += print_result(&format!("  finds {fault}"), &missed);
        }
    }
    UNCHECKED.iter().for_each(|what| println!("NOT checked: {what}"));
    Ok(tally)
}

/// Prints the result of a check.
fn print_result(rule: &str, faults: &[String]) -> Tally {
    println!("{} {rule}", if faults.is_empty() { "ok  " } else { "FAIL" });
    faults.iter().flat_map(|fault| fault.lines()).for_each(|line| println!("       {line}"));
    if faults.is_empty() { Tally::ONE_PASSED } else { Tally::ONE_FAILED }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_output_of_a_failed_program_is_the_fault() {
        assert!(Findings::from_program((true, "a warning\n".to_owned())).faults.is_empty());
        assert_eq!(Findings::from_program((false, "no such field\n".to_owned())).faults, ["no such field"]);
    }

    #[test]
    fn every_check_has_an_injected_fault() {
        for check in [&units::CHECKS[..], &manifests::CHECKS, &containers::CHECKS].concat() {
            assert!(!check.injected_faults.is_empty(), "{}", check.rule);
        }
    }

    #[test]
    fn every_injected_fault_finds_the_text_that_it_replaces() {
        let deploy = crate::root().join("deploy");
        for check in [&units::CHECKS[..], &manifests::CHECKS, &containers::CHECKS].concat() {
            for fault in check.injected_faults {
                let text = fs::read_to_string(deploy.join(fault.file)).unwrap();
                assert!(text.contains(fault.original), "{fault}");
            }
        }
    }
}
