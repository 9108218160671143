//! Scans and photos, found by the names of their files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wire::v1::DocumentKind;

use crate::terminal::failure::Failure;

/// The words by which a file says what it is, in lower case; the first one found counts.
const KINDS: [(&str, DocumentKind); 9] = [
    ("photo", DocumentKind::Photo),
    ("фото", DocumentKind::Photo),
    ("passport", DocumentKind::PassportPage),
    ("паспорт", DocumentKind::PassportPage),
    ("pledge", DocumentKind::Pledge),
    ("обязательство", DocumentKind::Pledge),
    ("міндеттеме", DocumentKind::Pledge),
    ("nomination", DocumentKind::NominationLetter),
    ("письмо", DocumentKind::NominationLetter),
];

/// The files of a directory that say whose and what they are.
#[derive(Debug, Default)]
pub struct Documents {
    /// By passport number and kind: more than one is one too many.
    found: BTreeMap<(String, i32), Vec<PathBuf>>,
    /// Files that say no kind.
    pub unknown: Vec<PathBuf>,
}

impl Documents {
    /// Looks through a directory, not into those below it.
    pub fn in_directory(path: &Path, numbers: &[&str]) -> Result<Self, Failure> {
        let mut documents = Self::default();
        for entry in std::fs::read_dir(path).map_err(|error| Failure::file(path, error))? {
            let entry = entry.map_err(|error| Failure::file(path, error))?;
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                documents.take(entry.path(), numbers);
            }
        }
        Ok(documents)
    }

    fn take(&mut self, path: PathBuf, numbers: &[&str]) {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
        let kind = KINDS.iter().find(|(word, _)| name.contains(word)).map(|(_, kind)| i32::from(*kind));
        // A number is a whole word: one may be the beginning of another.
        let mut words = name.split(|character: char| !character.is_alphanumeric());
        let number = words.find_map(|word| numbers.iter().find(|number| number.to_lowercase() == word));
        match (kind, number) {
            (Some(kind), Some(number)) => {
                self.found.entry(((*number).to_owned(), kind)).or_default().push(path);
            }
            _ => self.unknown.push(path),
        }
    }

    /// The files of one passport's holder, one of a kind; or the names of those that say the same.
    pub fn of(&self, number: &str) -> Result<Vec<(DocumentKind, &Path)>, String> {
        let mut documents = Vec::new();
        for ((holder, kind), paths) in &self.found {
            if holder != number {
                continue;
            }
            let kind = DocumentKind::try_from(*kind).unwrap_or_default();
            match &paths[..] {
                [path] => documents.push((kind, path.as_path())),
                several => {
                    let names: Vec<_> = several.iter().filter_map(|path| path.file_name()).collect();
                    return Err(format!("Several files are the same document of this person: {names:?}. Leave one."));
                }
            }
        }
        Ok(documents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_passport_number_and_kind() {
        let directory = tempfile::tempdir().expect("a directory");
        for name in ["AB12-Photo.jpg", "ab12 паспорт.PDF", "AB123-pledge.pdf", "list.txt", "AB12_photo.png"] {
            std::fs::write(directory.path().join(name), "x").expect("ours");
        }
        let documents = Documents::in_directory(directory.path(), &["AB12", "AB123", "CD34"]).expect("read");
        assert_eq!(documents.unknown.len(), 1);
        assert!(documents.of("AB12").expect_err("two photos").contains("AB12_photo.png"));
        let kinds: Vec<_> = documents.of("AB123").expect("one").into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [DocumentKind::Pledge]);
        assert_eq!(documents.of("CD34"), Ok(Vec::new()));
    }
}
