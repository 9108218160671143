//! The languages in which lists, templates and names are printed.

use serde::{Deserialize, Serialize};

/// A language of the printed texts.
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
    /// Every language, in the order in which texts are stored.
    pub const ALL: [Self; 3] = [Self::En, Self::Ru, Self::Kk];

    /// The text for this language, from texts in the order of [`Self::ALL`].
    pub fn choose<T: Copy>(self, texts: [T; 3]) -> T {
        texts[self as usize]
    }

    /// The code of the language, as in ISO 639-1.
    pub fn code(self) -> &'static str {
        self.choose(["en", "ru", "kk"])
    }

    /// The language with this code; `None` if it is not one of the three.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// A text in each language.
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
    /// The text in this language.
    pub fn of(&self, language: Language) -> &str {
        language.choose([&self.en, &self.ru, &self.kk])
    }
}
