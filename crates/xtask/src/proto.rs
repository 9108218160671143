//! `proto/`: how it is written, and what it may break of what was accepted before.
//!
//! The image in the repository is the protocol as it was last accepted. What breaks it passes only with a new image,
//! and a new image only with a line in `CHANGELOG.md`, for which `cargo xtask tidy` looks.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::command::run as run_command;
use crate::tally::Tally;
use crate::tools;

/// The protocol as it was last accepted: a Buf image, without comments, so that these change nothing of it.
pub const IMAGE: &str = "proto/image.binpb";

/// Checks `proto/`, or with `accept` writes the image anew.
pub fn run(root: &Path, target: &Path, accept: bool) -> Result<()> {
    let buf = tools::buf(target)?;
    if !accept {
        println!("{}", check(root, &buf)?);
        return Ok(());
    }
    let before = digest_of(root)?;
    write_image(root, &buf)?;
    match digest_of(root)? {
        after if after == before => println!("{IMAGE} is the protocol's already"),
        after => println!(
            "{IMAGE} is written. Add a line that says what changed to \"Protocol\" in CHANGELOG.md:\n- `{}`: ...",
            after.unwrap_or_default()
        ),
    }
    Ok(())
}

/// Checks that `proto/` is written as it should be, and breaks nothing of the accepted image.
pub fn check(root: &Path, program: &Path) -> Result<Tally> {
    let buf = |arguments: &[&str]| run_command(Command::new(program).args(arguments).current_dir(root));
    buf(&["lint"])?;
    buf(&["format", "--diff", "--exit-code", "proto"])?;
    // What comes from third parties is imported, and not ours to keep.
    buf(&["breaking", "proto", "--against", IMAGE, "--exclude-imports"]).context(
        "the protocol breaks what was accepted: if it has to, run `cargo xtask proto --accept` and add a line to \
         CHANGELOG.md",
    )?;
    Ok(Tally::ONE_PASSED)
}

fn write_image(root: &Path, program: &Path) -> Result<()> {
    let arguments = ["build", "proto", "--exclude-source-info", "--output", IMAGE];
    run_command(Command::new(program).args(arguments).current_dir(root))
}

/// How `CHANGELOG.md` names the image that stands in the repository; `None` if there is none.
pub fn digest_of(root: &Path) -> Result<Option<String>> {
    let path = root.join(IMAGE);
    if !path.exists() {
        return Ok(None);
    }
    let image = fs::read(path).with_context(|| format!("cannot read {IMAGE}"))?;
    Ok(Some(digest(&image)))
}

/// The first twelve hexadecimal digits of an image's SHA-256.
fn digest(image: &[u8]) -> String {
    hex::encode(&Sha256::digest(image)[..6])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_named_by_twelve_digits() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(digest_of(root.path()).unwrap(), None);
        fs::create_dir(root.path().join("proto")).unwrap();
        fs::write(root.path().join(IMAGE), "").unwrap();
        assert_eq!(digest_of(root.path()).unwrap().as_deref(), Some("e3b0c44298fc"));
    }
}
