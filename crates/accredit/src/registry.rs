//! The registry of callers: organizations, their principals, and the people who hold the keys.
//!
//! A certificate identifies a principal, a principal belongs to an organization, and a person may hold the keys of
//! several principals. The separation of duties is checked between people, not between certificates.

pub mod organization;
pub mod person;
pub mod principal;
