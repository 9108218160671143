//! Checks the length of source files and that they contain no unfinished code.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Faults;

/// The maximum number of lines. A longer file has more than one subject.
const MAX_LINES: usize = 400;

/// Marks of unfinished code. Each is written in two parts, so that the check does not find them in this file.
const UNFINISHED: [&str; 3] = [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("#[", "ignore")];

/// Lists files that are too long.
pub fn check_lengths(root: &Path) -> Result<Faults> {
    check_each(root, |path, text| {
        let lines = text.lines().count();
        let too_long = lines > MAX_LINES;
        Faults::from_iter(
            too_long.then(|| format!("{path} has {lines} lines, the maximum is {MAX_LINES}: split it by subject")),
        )
    })
}

/// Lists lines with macros for unfinished code, and ignored tests. Both would be merged and then forgotten.
pub fn check_unfinished(root: &Path) -> Result<Faults> {
    check_each(root, |path, text| {
        let found = text.lines().enumerate().flat_map(|(index, line)| {
            let words = UNFINISHED.iter().filter(move |word| line.contains(**word));
            words.map(move |word| {
                format!("{path}:{} contains `{word}`: finish the code, or remove it and open an issue", index + 1)
            })
        });
        found.collect()
    })
}

/// Calls `check` with the path and the text of each Rust file, and returns all faults.
fn check_each(root: &Path, check: impl Fn(&str, &str) -> Faults) -> Result<Faults> {
    Ok(read(root)?.iter().flat_map(|(path, text)| check(path, text)).collect())
}

/// Reads the Rust files of `crates/` and `tests/`. Returns their paths below `root`, sorted, and their text.
pub fn read(root: &Path) -> Result<Vec<(String, String)>> {
    read_in(root, &["crates", "tests"], &["rs"])
}

/// Reads the files with these endings in the files and folders of `places`, in the same form.
pub fn read_in(root: &Path, places: &[&str], endings: &[&str]) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for place in places {
        collect(&root.join(place), endings, &mut files)?;
    }
    files.sort();
    let file = |file: PathBuf| {
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok((file.strip_prefix(root).unwrap_or(&file).display().to_string(), text))
    };
    files.into_iter().map(file).collect()
}

/// Adds a file, or every file below a folder, to `files` if it has one of the endings.
fn collect(place: &Path, endings: &[&str], files: &mut Vec<PathBuf>) -> Result<()> {
    if place.is_dir() {
        for entry in fs::read_dir(place).with_context(|| format!("cannot list {}", place.display()))? {
            collect(&entry?.path(), endings, files)?;
        }
    } else if place.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
        files.push(place.to_path_buf());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with `text` in one file of `crates/` and one file of `tests/`.
    fn tree(text: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for directory in ["crates/a/src", "tests/src"] {
            fs::create_dir_all(root.path().join(directory)).unwrap();
            fs::write(root.path().join(directory).join("lib.rs"), text).unwrap();
        }
        root
    }

    #[test]
    fn a_file_over_the_maximum_length_is_a_fault() {
        let check = |lines, faults| {
            let root = tree(&"//\n".repeat(lines));
            assert_eq!(check_lengths(root.path()).unwrap().len(), faults, "{lines} lines");
        };
        check(MAX_LINES, 0);
        check(MAX_LINES + 1, 2);
    }

    #[test]
    fn a_fault_names_the_line_of_unfinished_code() {
        for word in UNFINISHED {
            let root = tree(&format!("fn f() {{}}\n    {word}\n"));
            let faults = check_unfinished(root.path()).unwrap();
            assert_eq!(faults.len(), 2, "{faults:?}");
            assert!(faults[0].starts_with("crates/a/src/lib.rs:2 contains"), "{faults:?}");
        }
        assert!(check_unfinished(tree("fn f() {}\n").path()).unwrap().is_empty());
    }
}
