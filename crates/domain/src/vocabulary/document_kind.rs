//! The kinds of documents that an application can have.

use serde::{Deserialize, Serialize};

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
    /// The note verbale by which an application came on paper.
    NoteVerbale,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::PassportPage, Self::Photo, Self::Pledge, Self::NominationLetter, Self::NoteVerbale];

    /// The kind's name in records and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PassportPage => "PASSPORT_PAGE",
            Self::Photo => "PHOTO",
            Self::Pledge => "PLEDGE",
            Self::NominationLetter => "NOMINATION_LETTER",
            Self::NoteVerbale => "NOTE_VERBALE",
        }
    }
}
