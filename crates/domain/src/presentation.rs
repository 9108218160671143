//! The ministry's lists.

use jiff::Timestamp;

use crate::refusal::Refusal;
use crate::vocabulary::name::{ApplicationName, PresentationName, PrincipalName};

pub mod acts;

/// The ministry's numbered list of people to the commission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presentation {
    /// Its name.
    pub name: PresentationName,
    /// The number of the ministry's note.
    pub note_number: String,
    /// The people, in the order of the list.
    pub applications: Vec<ApplicationName>,
    /// Who presented.
    pub presented_by: PrincipalName,
    /// When.
    pub create_time: Timestamp,
}

/// Refuses a list of another length than its note announces.
pub fn check_count(listed: usize, announced: Option<usize>) -> Result<(), Refusal> {
    match announced {
        Some(expected) if expected != listed => Err(Refusal::CountMismatch { expected, listed }),
        _ => Ok(()),
    }
}
