//! How a test starts the command-line tool.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

/// The path of a binary of this workspace, built with the same profile as the test.
///
/// # Errors
///
/// If the binary was not built.
pub fn binary(name: &str) -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let target = test.parent().and_then(Path::parent).context("a test runs in target/<profile>/deps")?;
    let path = target.join(name);
    ensure!(path.exists(), "{} is missing: cargo build --workspace --bins", path.display());
    Ok(path)
}

/// The flags with the server's address and authority, and with the certificate and key of the caller.
pub fn flags(address: &str, server_ca: &Path, certificate: &Path, key: &Path) -> Vec<String> {
    let path = |path: &Path| path.display().to_string();
    let values = [
        ("--address", address.to_owned()),
        ("--server-ca", path(server_ca)),
        ("--certificate", path(certificate)),
        ("--key", path(key)),
    ];
    values.into_iter().flat_map(|(flag, value)| [flag.to_owned(), value]).collect()
}
