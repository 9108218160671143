//! What decrees have accredited.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::content::Category;
use crate::name::{AccreditationName, ApplicationName, PrincipalName};

/// Whether an accreditation is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccreditationState {
    /// In force.
    Active,
}

/// One person's accreditation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accreditation {
    /// Its name; numbers are unique and without a gap per election.
    pub name: AccreditationName,
    /// The application that it answers.
    pub application: ApplicationName,
    /// In which capacity.
    pub category: Category,
    /// Whether it is in force.
    pub state: AccreditationState,
    /// The decree's number.
    pub decree: u32,
    /// Who recommended.
    pub recommended_by: PrincipalName,
    /// Who adopted.
    pub adopted_by: PrincipalName,
    /// When the decree was adopted.
    pub accredit_time: Timestamp,
}
