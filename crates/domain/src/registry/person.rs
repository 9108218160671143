//! People: the humans who hold the keys of principals. They belong to no organization.

use jiff::Timestamp;

use crate::vocabulary::id::PersonId;
use crate::vocabulary::name::PersonName;
use crate::vocabulary::personal::Personal;

pub mod acts;

/// A human being, registered once: whatever certificates they hold, of whichever organizations, they are one pair of eyes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// By what principals and events know them.
    pub id: PersonId,
    /// Their name as in an identity document.
    pub full_name: Personal<String>,
    /// When they were registered.
    pub create_time: Timestamp,
}

impl Person {
    /// Their resource name.
    pub fn name(&self) -> PersonName {
        PersonName { person: self.id.clone() }
    }
}
