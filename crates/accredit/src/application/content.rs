//! The content of an application, read from a file, from options, or from a file that options change.
//!
//! Arguments appear in process lists and in the shell history. So personal data should come from a file, and the
//! heading of the options says that.

use std::path::{Path, PathBuf};

use clap::Args;
use wire::v1;

use crate::document::{LocalDocument, parse_kind_and_file};
use crate::terminal::failure::Failure;
use crate::terminal::input::read_text;
use crate::terminal::proto_enum::enum_parser;

/// The options that describe the person, the category and the documents. `application`, `amendment` and `roster` share
/// what they do with them.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Content (arguments are visible to others on this machine: prefer --from)")]
pub struct Content {
    /// A file with an Application as proto JSON; - reads stdin. The other options change what it says.
    ///
    /// Get an example with `application show --json`. Fields that only the service sets are ignored.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The category under which the person applies.
    #[arg(long, value_parser = enum_parser::<v1::Category>())]
    category: Option<v1::Category>,
    /// The family name in Latin letters, as in the passport.
    #[arg(long, value_name = "NAME")]
    family_name: Option<String>,
    /// The given names in Latin letters, as in the passport. Leave it out for a person with one name alone.
    #[arg(long, value_name = "NAME")]
    given_name: Option<String>,
    /// The full name in the person's own script.
    #[arg(long, value_name = "NAME")]
    native_name: Option<String>,
    /// The full name in Kazakh.
    #[arg(long, value_name = "NAME")]
    name_kk: Option<String>,
    /// The full name in Russian.
    #[arg(long, value_name = "NAME")]
    name_ru: Option<String>,
    /// The nationality in three letters, as in the passport.
    #[arg(long, value_name = "CODE")]
    nationality: Option<String>,
    /// The date of birth.
    #[arg(long, value_name = "YYYY-MM-DD")]
    birth_date: Option<String>,
    /// The sex, as in the passport.
    ///
    /// X stands for unspecified, as in passports.
    #[arg(long, value_parser = enum_parser::<v1::Sex>())]
    sex: Option<v1::Sex>,
    /// The passport number.
    #[arg(long, value_name = "NUMBER")]
    passport_number: Option<String>,
    /// The state that issued the passport, in three letters.
    #[arg(long, value_name = "CODE")]
    issuing_state: Option<String>,
    /// The last day on which the passport is valid.
    #[arg(long, value_name = "YYYY-MM-DD")]
    expiry_date: Option<String>,
    /// The two lines of the passport's machine-readable zone.
    #[arg(long, num_args = 2, value_names = ["LINE1", "LINE2"])]
    mrz: Vec<String>,
    /// The accreditation that this one replaces, elections/ELECTION/accreditations/N.
    ///
    /// It must be of the same organization and category, and have no other replacement. It ends when a decree accredits
    /// this application.
    #[arg(long, value_name = "ACCREDITATION")]
    replaces: Option<String>,
    /// A document to declare and upload. KIND is passport-page, photo, pledge, nomination-letter or note-verbale.
    /// Repeat the option for each document.
    ///
    /// A file must be a PDF, JPEG or PNG of at most 20 MiB. A photo must be a portrait of at least 300 x 400 pixels.
    #[arg(long = "document", value_name = "KIND=FILE", value_parser = parse_kind_and_file)]
    documents: Vec<(v1::DocumentKind, PathBuf)>,
}

impl Content {
    /// Whether no option was given. An answer to questions then leaves the content as it is.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Applies the options to the file's content, or to `current` if no file was given.
    ///
    /// Returns the new content and the documents to upload. The service refuses any other field, so none is copied.
    ///
    /// # Errors
    ///
    /// Fails if a file cannot be read, is no Application, or is too large.
    pub fn apply_to(self, current: v1::Application) -> Result<(v1::Application, Vec<LocalDocument>), Failure> {
        let base = match &self.from {
            Some(path) => read_application(path)?,
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
        let documents = LocalDocument::read_all(&self.documents)?;
        for LocalDocument { declared, .. } in &documents {
            content.documents.retain(|other| other.kind != declared.kind);
            content.documents.push(declared.clone());
        }
        self.apply_to_person(content.person.get_or_insert_default());
        Ok((content, documents))
    }

    /// Replaces each field of the person that an option names.
    fn apply_to_person(self, person: &mut v1::Person) {
        if let Some(sex) = self.sex {
            person.set_sex(sex);
        }
        let passport = person.passport.get_or_insert_default();
        // The passport has the two lines below each other; the protocol keeps them in one field.
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

/// Reads an Application from proto JSON. A field that the protocol does not know is an error, so no typing error is
/// lost.
fn read_application(path: &Path) -> Result<v1::Application, Failure> {
    let value = serde_json::from_str(&read_text(path)?).map_err(|error| Failure::file(path, error))?;
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

    /// The name of the application is dropped, because the request carries it elsewhere.
    #[test]
    fn options_change_only_what_they_name() {
        let content = Content {
            family_name: Some("SPECIMEN".to_owned()),
            mrz: vec!["P<".to_owned(), "12".to_owned()],
            ..Default::default()
        };
        let (changed, documents) = content.apply_to(current()).expect("no file to fail");
        assert!(documents.is_empty());
        let person = changed.person.expect("it was there");
        assert_eq!((person.family_name.as_str(), person.given_name.as_str()), ("SPECIMEN", "ANN"));
        assert_eq!(person.passport.expect("it was set").mrz, "P<\n12");
        assert_eq!(changed.documents, current().documents);
        assert!(changed.name.is_empty(), "nothing but content is sent");
    }

    /// An application has at most one document of each kind. Two would be refused.
    #[test]
    fn a_document_replaces_the_one_of_its_kind() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("photo.jpg");
        std::fs::write(&path, "abc").expect("ours");
        let content = Content { documents: vec![(v1::DocumentKind::Photo, path)], ..Default::default() };
        let (application, documents) = content.apply_to(current()).expect("the file is there");
        assert_eq!(application.documents.len(), 1);
        assert_eq!(application.documents[0].size_bytes, 3);
        assert_eq!(documents[0].declared, application.documents[0]);
    }

    /// The given name of the earlier content must not survive: the file has none. A misspelled field is an error.
    #[test]
    fn a_file_replaces_everything_and_is_checked() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("application.json");
        let content = || Content { from: Some(path.clone()), sex: Some(v1::Sex::X), ..Default::default() };
        std::fs::write(&path, r#"{"category":"CATEGORY_DRIVER","person":{"familyName":"FILED"}}"#).expect("ours");
        let (filed, _) = content().apply_to(current()).expect("proto JSON");
        assert_eq!(filed.category(), v1::Category::Driver);
        let person = filed.person.expect("it has one");
        assert_eq!((person.family_name.as_str(), person.given_name.as_str(), person.sex()), ("FILED", "", v1::Sex::X));

        std::fs::write(&path, r#"{"persn":{}}"#).expect("ours");
        let failure = content().apply_to(current()).map(drop).expect_err("a misspelled field");
        assert_eq!(failure.exit_code(), 7);
    }
}
