//! The registry: organizations with their principals, and people.

pub mod organization;
pub mod person;
