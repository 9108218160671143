//! The languages of lists, papers, templates and names.

use serde::{Deserialize, Serialize};

/// A language that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Russian.
    Ru,
    /// Kazakh.
    Kk,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::En, Self::Ru, Self::Kk];

    /// Its choice among texts in the order of [`Self::ALL`].
    pub fn choose<T: Copy>(self, texts: [T; 3]) -> T {
        texts[self as usize]
    }

    /// Its code: two letters, as in ISO 639-1.
    pub fn code(self) -> &'static str {
        self.choose(["en", "ru", "kk"])
    }

    /// The language of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// A text in every language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// In Kazakh.
    pub kk: String,
    /// In Russian.
    pub ru: String,
    /// In English.
    pub en: String,
}

impl Localized {
    /// The text in a language.
    pub fn of(&self, language: Language) -> &str {
        language.choose([&self.en, &self.ru, &self.kk])
    }
}
