//! Finds and runs PostgreSQL's programs, also as root.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

/// The account as which the server runs if root starts it. PostgreSQL refuses to run as root.
const SERVER_ACCOUNT: &str = "postgres";

/// The path of one of PostgreSQL's programs: the highest version where Debian installs them, or the name for `PATH`.
pub fn find_program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = versions.map(|version| version.path().join("bin").join(name)).collect();
    found.retain(|path| path.exists());
    found.sort();
    found.pop().unwrap_or_else(|| name.into())
}

/// Whether this process is root, so that the server must run as another account.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A command that runs as an account that PostgreSQL accepts, for `initdb` and the server itself.
pub fn server_command(name: &str) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        let account = [format!("--reuid={SERVER_ACCOUNT}"), format!("--regid={SERVER_ACCOUNT}")];
        command.args(account).args(["--clear-groups", "--"]).arg(find_program(name));
        command
    } else {
        Command::new(find_program(name))
    };
    // The account may not have access to the caller's working directory, and the command would fail to start.
    command.current_dir("/");
    command
}

/// Makes the server's account the owner of a path. Without root there is nothing to do.
pub fn chown_to_account(path: &OsStr) -> Result<()> {
    if is_root() {
        run(Command::new("chown").arg(format!("{SERVER_ACCOUNT}:")).arg(path))?;
    }
    Ok(())
}

/// Runs a command to its end, and returns its output.
///
/// # Errors
///
/// Fails if the command cannot be started or does not succeed; the error has what it wrote to the standard error.
pub fn run(command: &mut Command) -> Result<Output> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot start {name}; is PostgreSQL installed?"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output)
}
