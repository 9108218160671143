//! The registry: organizations with their principals, and the people who hold the private keys.

pub mod organization;
pub mod person;
