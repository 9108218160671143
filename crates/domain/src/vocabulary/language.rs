//! The languages in which lists, templates and names are printed.

use serde::{Deserialize, Serialize};

/// Defines the languages: the list, their number and their codes follow from one another. With another language, every
/// array of texts has a wrong length and does not compile.
macro_rules! languages {
    ($($(#[$about:meta])* $language:ident $code:literal)+) => {
        /// A language of the printed texts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub enum Language {
            $($(#[$about])* $language,)+
        }

        impl Language {
            /// The number of languages.
            pub const COUNT: usize = [$($code),+].len();

            /// Every language, in the order in which texts are stored.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$language),+];

            /// The code of the language, as in ISO 639-1.
            pub fn code(self) -> &'static str {
                self.choose([$($code),+])
            }
        }
    };
}

languages! {
    /// English.
    En "en"
    /// Russian.
    Ru "ru"
    /// Kazakh.
    Kk "kk"
}

impl Language {
    /// The text for this language, from texts in the order of [`Self::ALL`].
    pub fn choose<T: Copy>(self, texts: [T; Self::COUNT]) -> T {
        texts[self as usize]
    }

    /// The language with this code; `None` if there is none.
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
