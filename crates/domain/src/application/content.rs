//! What an application says about its person.

use crate::vocabulary::category::Category;
use crate::vocabulary::document_kind::DocumentKind;
use crate::vocabulary::sex::Sex;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;
use crate::rule_pack::RulePack;
use crate::vocabulary::name::ApplicationName;
use crate::vocabulary::personal::Personal;

/// A document, declared by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// Its length in bytes.
    pub size_bytes: i64,
}

/// What an application says, apart from what identifies the person for certain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// In which capacity.
    pub category: Category,
    /// Family name in the passport's Latin letters.
    pub family_name: Personal<String>,
    /// Given names in the passport's Latin letters; empty for a mononym.
    pub given_name: Personal<String>,
    /// Full name in the person's own script.
    pub native_name: Personal<String>,
    /// Full name in Kazakh.
    pub name_kk: Personal<String>,
    /// Full name in Russian.
    pub name_ru: Personal<String>,
    /// ICAO code of the nationality.
    pub nationality: String,
    /// As in the passport.
    pub sex: Sex,
    /// ICAO code of the passport's issuer.
    pub issuing_state: String,
    /// The last day of the passport's validity.
    pub passport_expiry: Date,
    /// The documents declared, one of a kind.
    pub documents: Vec<Document>,
}

/// What identifies the person for certain: kept sealed, apart from the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The passport's number.
    pub passport_number: Personal<String>,
    /// The date of birth.
    pub birth_date: Personal<Date>,
    /// The machine-readable zone, two lines of 44, or empty.
    pub mrz: Personal<String>,
}

/// One version of what an application says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// The content.
    pub content: Content,
    /// The identity.
    pub identity: Identity,
}

/// A filing that is new, with the digest by which the log knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salted {
    /// What is said.
    pub filing: Filing,
    /// The random bytes that the digest was made with: without them it tells nothing.
    pub salt: Personal<[u8; 32]>,
    /// The digest.
    pub digest: [u8; 32],
}

/// What is left of what an application said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// All of it.
    Whole(Filing),
    /// It was erased after its retention. Of someone accredited the register's entry remains, of everyone else nothing.
    Erased(Option<Registered>),
}

/// Whom the register names when everything else is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Family name in the passport's Latin letters.
    pub family_name: Personal<String>,
    /// Given names in the passport's Latin letters.
    pub given_name: Personal<String>,
    /// Full name in the person's own script.
    pub native_name: Personal<String>,
    /// Full name in Kazakh.
    pub name_kk: Personal<String>,
    /// Full name in Russian.
    pub name_ru: Personal<String>,
    /// ICAO code of the nationality.
    pub nationality: String,
}

impl Kept {
    /// All of it, if nothing was erased.
    pub fn whole(&self) -> Option<&Filing> {
        match self {
            Self::Whole(filing) => Some(filing),
            Self::Erased(_) => None,
        }
    }

    /// All of it, or the refusal that it was erased.
    pub fn into_whole(self, of: &ApplicationName) -> Result<Filing, Refusal> {
        match self {
            Self::Whole(filing) => Ok(filing),
            Self::Erased(_) => Err(Refusal::Erased { resource: of.to_string() }),
        }
    }

    /// The paths of the fields that say something else in a later version; none if either was erased.
    pub fn changed_fields(&self, now: &Self) -> Vec<String> {
        match (self, now) {
            (Self::Whole(before), Self::Whole(now)) => before.changed_fields(now),
            _ => Vec::new(),
        }
    }
}

impl Filing {
    /// The paths of the fields that say something else in a later version.
    pub fn changed_fields(&self, now: &Self) -> Vec<String> {
        let (Self { content: was, identity: who }, Self { content: is, identity: whom }) = (self, now);
        let fields = [
            ("category", was.category != is.category),
            ("person.family_name", was.family_name != is.family_name),
            ("person.given_name", was.given_name != is.given_name),
            ("person.native_name", was.native_name != is.native_name),
            ("person.name_kk", was.name_kk != is.name_kk),
            ("person.name_ru", was.name_ru != is.name_ru),
            ("person.nationality", was.nationality != is.nationality),
            ("person.birth_date", who.birth_date != whom.birth_date),
            ("person.sex", was.sex != is.sex),
            ("person.passport.number", who.passport_number != whom.passport_number),
            ("person.passport.issuing_state", was.issuing_state != is.issuing_state),
            ("person.passport.expiry_date", was.passport_expiry != is.passport_expiry),
            ("person.passport.mrz", who.mrz != whom.mrz),
        ];
        let changed = fields.into_iter().filter(|(_, changed)| *changed).map(|(path, _)| path.to_owned());
        let scan = |content: &Content, kind| content.documents.iter().find(|found| found.kind == kind).cloned();
        let replaced = DocumentKind::ALL.into_iter().filter(|kind| scan(was, *kind) != scan(is, *kind));
        changed.chain(replaced.map(|kind| format!("documents.{}", kind.as_str()))).collect()
    }
}

impl Content {
    /// Refuses to go on without the documents that the rules require, and without the note that brought it on paper.
    pub fn check_documents(&self, rules: &RulePack, on_paper: bool) -> Result<(), Refusal> {
        let declared = |kind: &DocumentKind| self.documents.iter().any(|document| document.kind == *kind);
        let note = on_paper.then_some(DocumentKind::NoteVerbale);
        let note = note.filter(|kind| !rules.required_documents.contains(kind));
        let required = rules.required_documents.iter().copied().chain(note);
        let missing: Vec<_> = required.filter(|kind| !declared(kind)).collect();
        if missing.is_empty() { Ok(()) } else { Err(Refusal::DocumentsMissing { kinds: missing }) }
    }
}
