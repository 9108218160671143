//! Where a rule comes from.

use serde::{Deserialize, Serialize};

/// The source of a rule. A rule without an article says so: nobody must take a habit for the law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The article of the law that the rule restates.
    Article(String),
    /// No article; what is done in practice, or was decided, and by whom.
    Practice(String),
}

impl Source {
    /// The text of either source.
    pub fn text(&self) -> &str {
        let (Self::Article(text) | Self::Practice(text)) = self;
        text
    }
}
