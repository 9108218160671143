//! The kinds of documents of an application.

use serde::{Deserialize, Serialize};

/// The kind of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DocumentKind {
    /// The data page of the passport.
    PassportPage,
    /// A portrait of the person.
    Photo,
    /// The signed pledge to follow the code of conduct.
    Pledge,
    /// The letter by which the organization nominates the person.
    NominationLetter,
    /// The note verbale with which an application came on paper.
    NoteVerbale,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::PassportPage, Self::Photo, Self::Pledge, Self::NominationLetter, Self::NoteVerbale];

    /// The recorded word of the kind. It must not change.
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
