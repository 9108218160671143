//! Organizations, their principals, and the people who hold the principals'
//! keys.

pub(crate) mod organization;
pub(crate) mod person;
