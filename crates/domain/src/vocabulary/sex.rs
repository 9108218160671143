//! The sex field of a passport.

use serde::{Deserialize, Serialize};

/// The sex, as a passport has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sex {
    /// `F` in the passport.
    Female,
    /// `M` in the passport.
    Male,
    /// `X` in the passport, or `<` in the machine-readable zone.
    X,
}
