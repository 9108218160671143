//! Who takes part: organizations with their principals, and the people who hold the keys.

pub mod organization;
pub mod person;
