//! The content of an application: what it says about the person. All of it is personal data.

use crate::vocabulary::category::Category;
use crate::vocabulary::document_kind::DocumentKind;
use crate::vocabulary::sex::Sex;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::rule_pack::RulePack;
use crate::vocabulary::name::ApplicationName;
use crate::vocabulary::personal::Personal;

/// A document as an application declares it. The uploaded bytes must have this digest and size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The kind of the document.
    pub kind: DocumentKind,
    /// SHA-256 of the bytes to be uploaded.
    pub sha256: [u8; 32],
    /// Their size.
    pub size_bytes: i64,
}

/// The content of an application, without the data that identifies the person for certain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The category that is applied for.
    pub category: Category,
    /// Family name in the passport's Latin letters.
    pub family_name: Personal<String>,
    /// Given names in the passport's Latin letters; empty if the person has one name only.
    pub given_name: Personal<String>,
    /// Full name in the person's own script.
    pub native_name: Personal<String>,
    /// Full name in Kazakh, confirmed by a human.
    pub name_kk: Personal<String>,
    /// Full name in Russian, confirmed by a human.
    pub name_ru: Personal<String>,
    /// The nationality, as an ICAO code with three letters.
    pub nationality: String,
    /// The sex, as in the passport.
    pub sex: Sex,
    /// The issuer of the passport, as an ICAO code with three letters.
    pub issuing_state: String,
    /// The last day on which the passport is valid.
    pub passport_expiry: Date,
    /// The declared documents, at most one of each kind.
    pub documents: Vec<Document>,
}

/// The data that identifies the person for certain. It is encrypted and stored apart from the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The passport number.
    pub passport_number: Personal<String>,
    /// The date of birth.
    pub birth_date: Personal<Date>,
    /// The machine-readable zone: two lines of 44 characters, or empty.
    pub mrz: Personal<String>,
}

/// One version of what an application says: content and identity together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// The content.
    pub content: Content,
    /// The identifying data.
    pub identity: Identity,
}

/// A new version, with the salted digest that stands for it in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaltedFiling {
    /// The version.
    pub filing: Filing,
    /// The random bytes in the digest. Without them nobody can find the content by trying likely values.
    pub salt: Personal<[u8; 32]>,
    /// SHA-256 over salt and version.
    pub digest: [u8; 32],
}

/// What is still stored of an application's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredFiling {
    /// All of it.
    Whole(Filing),
    /// The content was erased after its retention. For an accredited person the entry of the register remains; for
    /// others nothing does.
    Erased(Option<Registered>),
}

/// The data of an accredited person that the public register keeps after everything else was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Family name in the passport's Latin letters.
    pub family_name: Personal<String>,
    /// Given names in the passport's Latin letters; empty if the person has one name only.
    pub given_name: Personal<String>,
    /// Full name in the person's own script.
    pub native_name: Personal<String>,
    /// Full name in Kazakh.
    pub name_kk: Personal<String>,
    /// Full name in Russian.
    pub name_ru: Personal<String>,
    /// The nationality, as an ICAO code.
    pub nationality: String,
}

impl StoredFiling {
    /// The whole content; `None` if it was erased.
    pub fn whole(&self) -> Option<&Filing> {
        match self {
            Self::Whole(filing) => Some(filing),
            Self::Erased(_) => None,
        }
    }

    /// The whole content of the application with this name.
    ///
    /// # Errors
    ///
    /// [`Refusal::Erased`] if it was erased.
    pub fn into_whole(self, of: &ApplicationName) -> Result<Filing, Refusal> {
        match self {
            Self::Whole(filing) => Ok(filing),
            Self::Erased(_) => Err(Refusal::Erased { resource: of.to_string() }),
        }
    }

    /// The paths of the fields that differ in a later version; empty if one of the two was erased.
    pub fn changed_fields(&self, now: &Self) -> Vec<String> {
        match (self, now) {
            (Self::Whole(before), Self::Whole(now)) => before.changed_fields(now),
            _ => Vec::new(),
        }
    }
}

impl Filing {
    /// The paths of the fields that differ in a later version. A reviewer sees at once what a delegation changed.
    pub fn changed_fields(&self, now: &Self) -> Vec<String> {
        let (Self { content: was, identity: who }, Self { content: is, identity: scope }) = (self, now);
        let fields = [
            ("category", was.category != is.category),
            ("person.family_name", was.family_name != is.family_name),
            ("person.given_name", was.given_name != is.given_name),
            ("person.native_name", was.native_name != is.native_name),
            ("person.name_kk", was.name_kk != is.name_kk),
            ("person.name_ru", was.name_ru != is.name_ru),
            ("person.nationality", was.nationality != is.nationality),
            ("person.birth_date", who.birth_date != scope.birth_date),
            ("person.sex", was.sex != is.sex),
            ("person.passport.number", who.passport_number != scope.passport_number),
            ("person.passport.issuing_state", was.issuing_state != is.issuing_state),
            ("person.passport.expiry_date", was.passport_expiry != is.passport_expiry),
            ("person.passport.mrz", who.mrz != scope.mrz),
        ];
        let changed = fields.into_iter().filter(|(_, changed)| *changed).map(|(path, _)| path.to_owned());
        let scan = |content: &Content, kind| content.documents.iter().find(|found| found.kind == kind).cloned();
        let replaced = DocumentKind::ALL.into_iter().filter(|kind| scan(was, *kind) != scan(is, *kind));
        changed.chain(replaced.map(|kind| format!("documents.{}", kind.as_str()))).collect()
    }
}

impl Content {
    /// Checks that the required documents are declared. For an application from paper that includes the note verbale.
    ///
    /// # Errors
    ///
    /// [`Refusal::DocumentsMissing`] with the kinds that are not declared.
    pub fn check_documents(&self, rules: &RulePack, on_paper: bool) -> Result<(), Refusal> {
        let declared = |kind: &DocumentKind| self.documents.iter().any(|document| document.kind == *kind);
        let note = on_paper.then_some(DocumentKind::NoteVerbale);
        let note = note.filter(|kind| !rules.required_documents.value.contains(kind));
        let required = rules.required_documents.value.iter().copied().chain(note);
        let missing: Vec<_> = required.filter(|kind| !declared(kind)).collect();
        if missing.is_empty() { Ok(()) } else { Err(Refusal::DocumentsMissing { kinds: missing }) }
    }
}
