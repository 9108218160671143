//! The languages of headers and templates.

/// A language that the secretaries' files are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    pub(crate) fn choose<T: Copy>(self, texts: [T; 3]) -> T {
        texts[self as usize]
    }
}
