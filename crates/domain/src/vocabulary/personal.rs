//! Personal data, in a type that does not print it. So it cannot get into a log or an error by accident.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value that is personal data. `Debug` shows none of it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Marks a value as personal.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for code that may show or store it. Every use of personal data can be found by this name.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, for code that may show or store it.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[personal]")
    }
}

/// Whether a character cannot be seen: control characters, characters without width, and those that turn the
/// direction of writing. They could make two names look the same.
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A passport number must not appear in a log.
    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Personal::new("N01234567")), "[personal]");
    }
}
