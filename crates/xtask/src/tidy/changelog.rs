//! Checks that the change log has a line for the current image of the protocol. Otherwise the protocol could break
//! unnoticed.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Faults;
use crate::proto::{self, IMAGE};

/// The change log, for people who use the service.
const CHANGELOG: &str = "CHANGELOG.md";

/// The heading above the lines for accepted images.
const HEADING: &str = "### Protocol";

/// Compares the digest of the image with the lines of the change log.
pub fn check(root: &Path) -> Result<Faults> {
    let changelog = fs::read_to_string(root.join(CHANGELOG)).with_context(|| format!("cannot read {CHANGELOG}"))?;
    let fault = match proto::digest_of(root)? {
        None => Some(format!("{IMAGE} is missing: run `cargo xtask proto --accept`")),
        Some(digest) => fault(&changelog, &digest),
    };
    Ok(fault.into_iter().collect())
}

/// The fault in the line of an image, if there is one. A line begins with the digest, and a text must follow.
fn fault(changelog: &str, digest: &str) -> Option<String> {
    let begins = format!("- `{digest}`:");
    let mut lines = changelog.lines().skip_while(|line| *line != HEADING);
    match lines.find_map(|line| line.strip_prefix(&begins)) {
        None => Some(format!(
            "{CHANGELOG} has no line for {IMAGE} under `{HEADING}`: run `cargo xtask proto --accept` and add the line \
             `{begins} ...` that says what changed"
        )),
        Some(text) if !text.contains(char::is_alphabetic) => {
            Some(format!("the line `{begins}` in {CHANGELOG} does not say what changed: add it"))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks a change log in a repository whose image is empty.
    fn check_with_empty_image(changelog: &str, expected: Option<&str>) {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("proto")).unwrap();
        fs::write(root.path().join(IMAGE), "").unwrap();
        fs::write(root.path().join(CHANGELOG), changelog).unwrap();
        let faults = check(root.path()).unwrap();
        assert_eq!(faults.len(), usize::from(expected.is_some()), "{changelog}: {faults:?}");
        for (fault, part) in faults.iter().zip(expected) {
            assert!(fault.contains(part), "{changelog}: {fault}");
        }
    }

    #[test]
    fn the_change_log_needs_a_line_that_says_what_changed() {
        let line = "- `e3b0c44298fc`: the fields of a badge are renumbered.\n";
        let older = "- `0123456789ab`: the first image.\n";
        let missing = Some("run `cargo xtask proto --accept` and add the line `- `e3b0c44298fc`: ...`");
        check_with_empty_image(&format!("## Unreleased\n\n### Protocol\n\n{line}{older}"), None);
        check_with_empty_image(
            &format!("## 0.2.0\n\n### Protocol\n\n{older}\n## 0.1.0\n\n### Protocol\n\n{line}"),
            None,
        );
        check_with_empty_image(&format!("## Unreleased\n\n### Protocol\n\n{older}"), missing);
        check_with_empty_image(&format!("## Unreleased\n\n### Added\n\n{line}"), missing);
        check_with_empty_image("", missing);
        check_with_empty_image("### Protocol\n\n- `e3b0c44298fc`: ...\n", Some("does not say what changed"));
    }

    #[test]
    fn a_missing_image_is_a_fault() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join(CHANGELOG), "### Protocol\n").unwrap();
        let faults = check(root.path()).unwrap();
        assert!(faults[0].contains("proto/image.binpb is missing"), "{faults:?}");
    }
}
