//! People: the humans who hold the private keys of principals. They belong to no organization.

use jiff::Timestamp;

use crate::vocabulary::id::PersonId;
use crate::vocabulary::name::PersonName;
use crate::vocabulary::personal::Personal;

pub mod acts;

/// A registered human. All of their certificates, of any organization, count as one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id by which principals and events name them.
    pub id: PersonId,
    /// The full name, as in an identity document.
    pub full_name: Personal<String>,
    /// When they were registered.
    pub create_time: Timestamp,
}

impl Person {
    /// The resource name.
    pub fn name(&self) -> PersonName {
        PersonName { person: self.id.clone() }
    }
}
