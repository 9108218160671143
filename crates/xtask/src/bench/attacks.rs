//! `cargo xtask bench attacks`: the tests of `tests/tests/attacks` on release builds.

use std::path::Path;

use anyhow::{Result, ensure};

use super::measurement::{measure, release_test};

/// Builds the server, attacks it and prints the measurements. Fails if one is over its limit.
pub fn run(root: &Path, target: &Path) -> Result<()> {
    ensure!(
        !measure(release_test(root, "attacks")?, target)?.is_empty(),
        "the tests of tests/tests/attacks measured nothing: check that they print lines that begin with `measured`"
    );
    Ok(())
}
