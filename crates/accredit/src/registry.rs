//! Who takes part: organizations, their principals, and the people who hold the keys.

pub mod organization;
pub mod person;
pub mod principal;
