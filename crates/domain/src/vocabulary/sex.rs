//! The sex field of a passport.

use serde::{Deserialize, Serialize};

/// The sex field of a passport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sex {
    /// F
    Female,
    /// M
    Male,
    /// X or `<`
    X,
}
