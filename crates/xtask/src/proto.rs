//! Lints `proto/` and checks that it does not break the protocol that was last accepted.
//!
//! The image in the repository is that protocol. A breaking change needs a new image. A new image needs a line in
//! `CHANGELOG.md`, which `cargo xtask tidy` demands.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::command::run as run_command;
use crate::tally::Tally;
use crate::tools;

/// The protocol that was last accepted, as a Buf image. It has no comments, so that a new comment needs no new image.
pub const IMAGE: &str = "proto/image.binpb";

/// Checks `proto/`, or with `accept` writes a new image.
pub fn run(root: &Path, target: &Path, accept: bool) -> Result<()> {
    let buf = tools::buf(target)?;
    if !accept {
        println!("{}", check(root, &buf)?);
        return Ok(());
    }
    let before = digest_of(root)?;
    write_image(root, &buf)?;
    match digest_of(root)? {
        after if after == before => println!("{IMAGE} is up to date; nothing was written"),
        after => println!(
            "{IMAGE} is written. Add this line under \"Protocol\" in CHANGELOG.md, and say what changed:\n- `{}`: ...",
            after.unwrap_or_default()
        ),
    }
    Ok(())
}

/// Lints `proto/`, checks its formatting, and checks that it does not break the accepted image.
pub fn check(root: &Path, program: &Path) -> Result<Tally> {
    let buf = |arguments: &[&str]| run_command(Command::new(program).args(arguments).current_dir(root));
    buf(&["lint"])?;
    buf(&["format", "--diff", "--exit-code", "proto"])?;
    // Imported files of third parties may change.
    buf(&["breaking", "proto", "--against", IMAGE, "--exclude-imports"]).context(
        "the protocol breaks clients of the accepted protocol; undo the change, or run `cargo xtask proto --accept` \
         and add a line to CHANGELOG.md",
    )?;
    Ok(Tally::ONE_PASSED)
}

/// Writes the image without comments and positions, so that only a change of the protocol changes the file.
fn write_image(root: &Path, program: &Path) -> Result<()> {
    let arguments = ["build", "proto", "--exclude-source-info", "--output", IMAGE];
    run_command(Command::new(program).args(arguments).current_dir(root))
}

/// The name of the image in `CHANGELOG.md`: the start of its digest. `None` if the repository has no image.
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
    fn the_name_of_an_image_has_twelve_digits() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(digest_of(root.path()).unwrap(), None);
        fs::create_dir(root.path().join("proto")).unwrap();
        fs::write(root.path().join(IMAGE), "").unwrap();
        assert_eq!(digest_of(root.path()).unwrap().as_deref(), Some("e3b0c44298fc"));
    }
}
