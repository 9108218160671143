//! Grounds: the legal reasons on which the commission refuses a person or revokes an accreditation.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::vocabulary::language::Localized;
use crate::vocabulary::source::Source;

/// A ground of the rule pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// The code, by which requests, events and programs name the ground. It must not change.
    pub code: String,
    /// The official text in each language, without a full stop, because more text may follow.
    pub text: Localized,
    /// The article that the ground restates, or the practice.
    pub source: Source,
}

impl Ground {
    /// The ground with this code; `None` if the rule pack does not define it.
    pub fn find<'a>(grounds: &'a [Self], code: &str) -> Option<&'a Self> {
        grounds.iter().find(|ground| ground.code == code)
    }
}

/// Code and English text, as an error message lists them.
impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.code, self.text.en)
    }
}
