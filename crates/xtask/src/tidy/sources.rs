//! What a source file may look like.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Faults;

/// Longer than this, a file holds more than one subject.
const LONGEST: usize = 400;

/// What announces work that is not done. Written in two parts, so that this file does not hold them itself.
const UNFINISHED: [&str; 3] = [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("#[", "ignore")];

pub fn check_lengths(root: &Path) -> Result<Faults> {
    each(root, |path, text| {
        let lines = text.lines().count();
        let too_long = lines > LONGEST;
        Faults::from_iter(too_long.then(|| format!("{path} has {lines} lines, {LONGEST} at most: part its subjects")))
    })
}

pub fn check_unfinished(root: &Path) -> Result<Faults> {
    each(root, |path, text| {
        let found = text.lines().enumerate().flat_map(|(index, line)| {
            let words = UNFINISHED.iter().filter(move |word| line.contains(**word));
            words.map(move |word| format!("{path}:{} says `{word}`: finish it, or file an issue", index + 1))
        });
        found.collect()
    })
}

/// The faults that `check` finds in each Rust file, given its path and its text.
fn each(root: &Path, check: impl Fn(&str, &str) -> Faults) -> Result<Faults> {
    Ok(read(root)?.iter().flat_map(|(path, text)| check(path, text)).collect())
}

/// The Rust files of `crates/` and `tests/`: their paths below `root`, in order, and their text.
pub fn read(root: &Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for directory in ["crates", "tests"] {
        collect(&root.join(directory), &mut files)?;
    }
    files.sort();
    let file = |file: PathBuf| {
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok((file.strip_prefix(root).unwrap_or(&file).display().to_string(), text))
    };
    files.into_iter().map(file).collect()
}

/// Adds every `.rs` file below `directory`.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(directory).with_context(|| format!("cannot list {}", directory.display()))? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree with one file of `text` in each of the two places.
    fn tree(text: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for directory in ["crates/a/src", "tests/src"] {
            fs::create_dir_all(root.path().join(directory)).unwrap();
            fs::write(root.path().join(directory).join("lib.rs"), text).unwrap();
        }
        root
    }

    #[test]
    fn the_longest_file_and_one_line_more() {
        let check = |lines, faults| {
            let root = tree(&"//\n".repeat(lines));
            assert_eq!(check_lengths(root.path()).unwrap().len(), faults, "{lines} lines");
        };
        check(LONGEST, 0);
        check(LONGEST + 1, 2);
    }

    #[test]
    fn unfinished_work_is_named_with_its_line() {
        for word in UNFINISHED {
            let root = tree(&format!("fn f() {{}}\n    {word}\n"));
            let faults = check_unfinished(root.path()).unwrap();
            assert_eq!(faults.len(), 2, "{faults:?}");
            assert!(faults[0].starts_with("crates/a/src/lib.rs:2 says"), "{faults:?}");
        }
        assert!(check_unfinished(tree("fn f() {}\n").path()).unwrap().is_empty());
    }
}
