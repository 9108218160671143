//! Presentations: the numbered lists by which the ministry presents applications to the commission.

use jiff::Timestamp;

use crate::refusal::Refusal;
use crate::vocabulary::name::{ApplicationName, PresentationName, PrincipalName};

pub mod acts;

/// A numbered list of the ministry to the commission. Its order is the order of the review queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presentation {
    /// The resource name.
    pub name: PresentationName,
    /// The number of the ministry's note.
    pub note_number: String,
    /// The applications, in the order of the list.
    pub applications: Vec<ApplicationName>,
    /// The principal that presented them.
    pub presented_by: PrincipalName,
    /// When they were presented.
    pub create_time: Timestamp,
}

/// Checks that the list has as many items as its note announces. A page may have been lost.
///
/// # Errors
///
/// [`Refusal::CountMismatch`] with both numbers.
pub fn check_count(listed: usize, announced: Option<usize>) -> Result<(), Refusal> {
    match announced {
        Some(expected) if expected != listed => Err(Refusal::CountMismatch { expected, listed }),
        _ => Ok(()),
    }
}
