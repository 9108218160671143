//! How long personal data is kept: legal holds, and what is held about one person.

pub mod hold;
pub mod subject;
