//! How long personal data is kept: legal holds, and what is held about one person.

pub mod legal_hold;
pub mod subject;
