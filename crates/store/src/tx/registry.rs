//! Organizations, their principals, and people.

pub(crate) mod organization;
pub(crate) mod person;
