//! The grounds on which the commission decides against somebody.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::vocabulary::language::Localized;

/// A ground on which the commission decides against somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Its code, by which requests, events and programs name it.
    pub code: String,
    /// Its official text, without a full stop at the end: more may follow.
    pub text: Localized,
}

impl Ground {
    /// The ground of that code among these.
    pub fn find<'a>(grounds: &'a [Self], code: &str) -> Option<&'a Self> {
        grounds.iter().find(|ground| ground.code == code)
    }
}

/// With the text in English, as an error tells it.
impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.code, self.text.en)
    }
}
