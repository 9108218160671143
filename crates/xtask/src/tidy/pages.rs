//! The paths that pages name are there.
//!
//! A newcomer goes where `ARCHITECTURE.md` points. A path that a move has left behind costs them more than none.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::Faults;

/// The pages whose paths are looked up.
const PAGES: [&str; 2] = ["ARCHITECTURE.md", "CONTRIBUTING.md"];
/// A path begins with one of these folders.
const FOLDERS: [&str; 6] = ["crates/", "deploy/", "docs/", "migrations/", "proto/", "tests/"];

pub fn check(root: &Path) -> Result<Faults> {
    let mut faults = Faults::new();
    for page in PAGES {
        let text = fs::read_to_string(root.join(page)).with_context(|| format!("cannot read {page}"))?;
        let missing = paths(&text).filter(|(_, path)| !root.join(path).exists());
        faults.extend(missing.map(|(line, path)| format!("{page}:{line} names {path}, which is not there")));
    }
    Ok(faults)
}

/// The paths in code spans, each with its line. One with a placeholder, such as `<noun>`, is no path.
fn paths(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().flat_map(|(index, line)| {
        let spans = line.split('`').skip(1).step_by(2);
        let paths = spans.filter(|span| FOLDERS.iter().any(|folder| span.starts_with(folder)));
        paths.filter(|path| !path.contains(['<', '{', '*', ' ', '…'])).map(move |path| (index + 1, path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_code_spans_are_found_with_their_lines() {
        let text =
            "See `crates/a/src` and `cargo test`.\nNot crates/b, `crates/<noun>/x` or `crates/c/{d,e}`; `docs/f.md`.";
        assert_eq!(paths(text).collect::<Vec<_>>(), [(1, "crates/a/src"), (2, "docs/f.md")]);
    }

    #[test]
    fn a_path_that_is_not_there_is_a_fault() {
        let root = tempfile::tempdir().unwrap();
        for page in PAGES {
            fs::write(root.path().join(page), "`crates/a` `docs`").unwrap();
        }
        assert_eq!(check(root.path()).unwrap().len(), 2);
        fs::create_dir_all(root.path().join("crates/a")).unwrap();
        assert_eq!(check(root.path()).unwrap(), Faults::new());
    }
}
