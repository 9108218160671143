//! Matches scans and photos with passports, by their file names.
//!
//! A roster has no column for files, because paths differ between computers. The secretary names the files by passport
//! number instead, which a scanner or a mail attachment can carry.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use wire::v1::DocumentKind;

use crate::terminal::failure::Failure;

/// The words in a file name that tell the kind of document, in lower case. The first match counts.
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

/// The documents found in a directory.
#[derive(Debug, Default)]
pub struct DocumentFiles {
    /// Files by passport number and kind. Two files under one key are an error of the person who named them.
    found: BTreeMap<(String, i32), Vec<PathBuf>>,
    /// Files whose name has no known kind or no passport number of the roster.
    pub unmatched: Vec<PathBuf>,
}

impl DocumentFiles {
    /// Reads the names in a directory. Subdirectories are not searched.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be read.
    pub fn in_directory(path: &Path, numbers: &[&str]) -> Result<Self, Failure> {
        let mut documents = Self::default();
        for entry in std::fs::read_dir(path).map_err(|error| Failure::file(path, error))? {
            let entry = entry.map_err(|error| Failure::file(path, error))?;
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                documents.add(entry.path(), numbers);
            }
        }
        Ok(documents)
    }

    /// Adds one file under the passport number and the kind in its name.
    fn add(&mut self, path: PathBuf, numbers: &[&str]) {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
        // A name with two words, such as passport-photo, counts as the first one in the list.
        let kind = KINDS.iter().find(|(word, _)| name.contains(word)).map(|(_, kind)| i32::from(*kind));
        // A number must be a whole word: AB12 is also the beginning of AB123.
        let mut words = name.split(|character: char| !character.is_alphanumeric());
        let number = words.find_map(|word| numbers.iter().find(|number| number.to_lowercase() == word));
        match (kind, number) {
            (Some(kind), Some(number)) => {
                self.found.entry(((*number).to_owned(), kind)).or_default().push(path);
            }
            _ => self.unmatched.push(path),
        }
    }

    /// The files for one passport, at most one of each kind.
    ///
    /// # Errors
    ///
    /// Names the files if several are the same kind: nobody could say which one is meant.
    pub fn for_passport(&self, number: &str) -> Result<Vec<(DocumentKind, &Path)>, String> {
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
                    return Err(format!(
                        "Several files are the same kind of document for this passport: {names:?}. Keep one of them."
                    ));
                }
            }
        }
        Ok(documents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// AB12 must not match the files of AB123, and two photos of one person are an error.
    #[test]
    fn files_are_found_by_passport_number_and_kind() {
        let directory = tempfile::tempdir().expect("a directory");
        for name in ["AB12-Photo.jpg", "ab12 паспорт.PDF", "AB123-pledge.pdf", "list.txt", "AB12_photo.png"] {
            std::fs::write(directory.path().join(name), "x").expect("ours");
        }
        let documents = DocumentFiles::in_directory(directory.path(), &["AB12", "AB123", "CD34"]).expect("read");
        assert_eq!(documents.unmatched.len(), 1);
        assert!(documents.for_passport("AB12").expect_err("two photos").contains("AB12_photo.png"));
        let kinds: Vec<_> = documents.for_passport("AB123").expect("one").into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [DocumentKind::Pledge]);
        assert_eq!(documents.for_passport("CD34"), Ok(Vec::new()));
    }
}
