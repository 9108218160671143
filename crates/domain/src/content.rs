//! What an application says about its person.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::personal::Personal;
use crate::refusal::Refusal;
use crate::rule_pack::RulePack;

/// In which capacity a person is accredited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// Head of the mission.
    HeadOfMission,
    /// Deputy head.
    DeputyHead,
    /// Core team.
    CoreTeam,
    /// Long-term observer.
    LongTermObserver,
    /// Short-term observer.
    ShortTermObserver,
    /// Member of a parliament.
    Parliamentarian,
    /// Diplomat in the host country.
    Diplomat,
    /// Support staff.
    Interpreter,
    /// Support staff.
    Driver,
    /// Support staff.
    Assistant,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 10] = [
        Self::HeadOfMission,
        Self::DeputyHead,
        Self::CoreTeam,
        Self::LongTermObserver,
        Self::ShortTermObserver,
        Self::Parliamentarian,
        Self::Diplomat,
        Self::Interpreter,
        Self::Driver,
        Self::Assistant,
    ];

    /// Whether it carries an observer's rights; support staff has a badge and no rights.
    pub fn observes(self) -> bool {
        !matches!(self, Self::Interpreter | Self::Driver | Self::Assistant)
    }
}

/// The sex field of a passport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sex {
    /// F
    Female,
    /// M
    Male,
    /// X or `<`
    X,
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DocumentKind {
    /// The passport's data page.
    PassportPage,
    /// A portrait.
    Photo,
    /// The signed code of conduct.
    Pledge,
    /// The organization's letter.
    NominationLetter,
    /// The diplomatic note by which an embassy or a ministry presents its observers.
    NoteVerbale,
}

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

impl Content {
    /// Refuses to go on without the documents that the rules require.
    pub fn check_documents(&self, rules: &RulePack) -> Result<(), Refusal> {
        let declared = |kind: &DocumentKind| self.documents.iter().any(|document| document.kind == *kind);
        let missing: Vec<_> = rules.required_documents.iter().copied().filter(|kind| !declared(kind)).collect();
        if missing.is_empty() { Ok(()) } else { Err(Refusal::DocumentsMissing { kinds: missing }) }
    }
}
