//! PostgreSQL's own programs.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

/// Who a cluster belongs to when root starts it: PostgreSQL refuses to run as root.
const ACCOUNT: &str = "postgres";

/// One of PostgreSQL's programs, where Debian puts them or on the path.
pub fn find(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<_> = versions.map(|version| version.path().join("bin").join(name)).collect();
    found.retain(|path| path.exists());
    found.sort();
    found.pop().unwrap_or_else(|| name.into())
}

/// Whether commands have to run as another account.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A command of the server's side, as an account that PostgreSQL accepts.
pub fn server(name: &str) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        let account = [format!("--reuid={ACCOUNT}"), format!("--regid={ACCOUNT}")];
        command.args(account).args(["--clear-groups", "--"]).arg(find(name));
        command
    } else {
        Command::new(find(name))
    };
    // The account may not be allowed to be where its caller is.
    command.current_dir("/");
    command
}

/// Gives a path to the account that the server runs as.
pub fn hand_over(path: &OsStr) -> Result<()> {
    if is_root() {
        run(Command::new("chown").arg(format!("{ACCOUNT}:")).arg(path))?;
    }
    Ok(())
}

/// Runs a command that must succeed.
pub fn run(command: &mut Command) -> Result<Output> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("cannot start {name}; is PostgreSQL installed?"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output)
}
