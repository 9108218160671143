//! `cargo xtask bench attacks`: the tests of `tests/tests/attacks` on release builds.

use std::path::Path;

use anyhow::{Result, ensure};

use super::record::{measure, release_test};

/// Builds, attacks, and says what is over its limit.
pub fn run(root: &Path, target: &Path) -> Result<()> {
    ensure!(!measure(release_test(root, "attacks")?, target)?.is_empty(), "no attack was measured");
    Ok(())
}
