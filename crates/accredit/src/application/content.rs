//! An application's content: from a file, from flags, or from a file that flags mend.

use std::path::{Path, PathBuf};

use clap::Args;
use wire::v1;

use crate::document::{Scan, kind_and_file};
use crate::terminal::failure::Failure;
use crate::terminal::input::text;
use crate::terminal::words::one_of;

/// Who applies, in which capacity, with which documents.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Content (arguments are visible to others on this machine: prefer --from)")]
pub struct Content {
    /// An Application as proto JSON, - for stdin; other flags change it.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// In which capacity.
    #[arg(long, value_parser = one_of::<v1::Category>())]
    category: Option<v1::Category>,
    /// Family name in the passport's Latin letters.
    #[arg(long, value_name = "NAME")]
    family_name: Option<String>,
    /// Given names in the passport's Latin letters; none for a mononym.
    #[arg(long, value_name = "NAME")]
    given_name: Option<String>,
    /// Full name in the person's own script.
    #[arg(long, value_name = "NAME")]
    native_name: Option<String>,
    /// Full name in Kazakh.
    #[arg(long, value_name = "NAME")]
    name_kk: Option<String>,
    /// Full name in Russian.
    #[arg(long, value_name = "NAME")]
    name_ru: Option<String>,
    /// Nationality, three letters as in the passport.
    #[arg(long, value_name = "CODE")]
    nationality: Option<String>,
    /// Date of birth.
    #[arg(long, value_name = "YYYY-MM-DD")]
    birth_date: Option<String>,
    /// As in the passport.
    #[arg(long, value_parser = one_of::<v1::Sex>())]
    sex: Option<v1::Sex>,
    /// Passport number.
    #[arg(long, value_name = "NUMBER")]
    passport_number: Option<String>,
    /// Who issued the passport, three letters.
    #[arg(long, value_name = "CODE")]
    issuing_state: Option<String>,
    /// The last day of the passport's validity.
    #[arg(long, value_name = "YYYY-MM-DD")]
    expiry_date: Option<String>,
    /// The machine-readable zone.
    #[arg(long, num_args = 2, value_names = ["LINE1", "LINE2"])]
    mrz: Vec<String>,
    /// The accreditation whose place it is to take, elections/ELECTION/accreditations/N.
    #[arg(long, value_name = "ACCREDITATION")]
    replaces: Option<String>,
    /// A document, declared and uploaded: passport-page, photo, pledge, nomination-letter or note-verbale; may be
    /// repeated.
    #[arg(long = "document", value_name = "KIND=FILE", value_parser = kind_and_file)]
    documents: Vec<(v1::DocumentKind, PathBuf)>,
}

impl Content {
    /// Whether no flag was given.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The content that the flags make of the file's, or of `current` without a file, and the documents that go with it.
    /// Nothing but content is in it.
    pub fn onto(self, current: v1::Application) -> Result<(v1::Application, Vec<Scan>), Failure> {
        let base = match &self.from {
            Some(path) => read(path)?,
            None => current,
        };
        let mut content = v1::Application {
            category: base.category,
            person: base.person,
            documents: base.documents,
            paper: base.paper,
            replaces: self.replaces.clone().unwrap_or(base.replaces),
            ..Default::default()
        };
        if let Some(category) = self.category {
            content.set_category(category);
        }
        let scans = Scan::read_all(&self.documents)?;
        for Scan { declared, .. } in &scans {
            content.documents.retain(|other| other.kind != declared.kind);
            content.documents.push(declared.clone());
        }
        self.mend(content.person.get_or_insert_default());
        Ok((content, scans))
    }

    fn mend(self, person: &mut v1::Person) {
        if let Some(sex) = self.sex {
            person.set_sex(sex);
        }
        let passport = person.passport.get_or_insert_default();
        let mrz = (!self.mrz.is_empty()).then(|| self.mrz.join("\n"));
        for (field, given) in [
            (&mut person.family_name, self.family_name),
            (&mut person.given_name, self.given_name),
            (&mut person.native_name, self.native_name),
            (&mut person.name_kk, self.name_kk),
            (&mut person.name_ru, self.name_ru),
            (&mut person.nationality, self.nationality),
            (&mut person.birth_date, self.birth_date),
            (&mut passport.number, self.passport_number),
            (&mut passport.issuing_state, self.issuing_state),
            (&mut passport.expiry_date, self.expiry_date),
            (&mut passport.mrz, mrz),
        ] {
            if let Some(given) = given {
                *field = given;
            }
        }
    }
}

fn read(path: &Path) -> Result<v1::Application, Failure> {
    let value = serde_json::from_str(&text(path)?).map_err(|error| Failure::file(path, error))?;
    wire::json::from_json(value).map_err(|error| Failure::file(path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn current() -> v1::Application {
        v1::Application {
            name: "elections/e1/missions/osce/applications/1".to_owned(),
            person: Some(v1::Person {
                family_name: "SAMPLE".to_owned(),
                given_name: "ANN".to_owned(),
                ..Default::default()
            }),
            documents: vec![v1::Document {
                kind: v1::DocumentKind::Photo.into(),
                sha256: vec![0; 32],
                size_bytes: 9,
                ..Default::default()
            }],
            ..Default::default()
        }
    }

    #[test]
    fn flags_change_what_they_name_and_nothing_else() {
        let content = Content {
            family_name: Some("SPECIMEN".to_owned()),
            mrz: vec!["P<".to_owned(), "12".to_owned()],
            ..Default::default()
        };
        let (mended, scans) = content.onto(current()).expect("no file to fail");
        assert!(scans.is_empty());
        let person = mended.person.expect("it was there");
        assert_eq!((person.family_name.as_str(), person.given_name.as_str()), ("SPECIMEN", "ANN"));
        assert_eq!(person.passport.expect("it was set").mrz, "P<\n12");
        assert_eq!(mended.documents, current().documents);
        assert!(mended.name.is_empty(), "nothing but content is sent");
    }

    #[test]
    fn a_document_replaces_its_kind() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("photo.jpg");
        std::fs::write(&path, "abc").expect("ours");
        let content = Content { documents: vec![(v1::DocumentKind::Photo, path)], ..Default::default() };
        let (application, scans) = content.onto(current()).expect("the file is there");
        assert_eq!(application.documents.len(), 1);
        assert_eq!(application.documents[0].size_bytes, 3);
        assert_eq!(scans[0].declared, application.documents[0]);
    }

    #[test]
    fn a_file_is_taken_whole_and_checked() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("application.json");
        let content = || Content { from: Some(path.clone()), sex: Some(v1::Sex::X), ..Default::default() };
        std::fs::write(&path, r#"{"category":"CATEGORY_DRIVER","person":{"familyName":"FILED"}}"#).expect("ours");
        let (filed, _) = content().onto(current()).expect("proto JSON");
        assert_eq!(filed.category(), v1::Category::Driver);
        let person = filed.person.expect("it has one");
        assert_eq!((person.family_name.as_str(), person.given_name.as_str(), person.sex()), ("FILED", "", v1::Sex::X));

        std::fs::write(&path, r#"{"persn":{}}"#).expect("ours");
        let failure = content().onto(current()).map(drop).expect_err("a slip of the pen");
        assert_eq!(failure.exit_code(), 7);
    }
}
