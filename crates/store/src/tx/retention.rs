//! Legal holds, erasure, and what is held about one person.

pub(crate) mod erasure;
pub(crate) mod legal_hold;
pub(crate) mod subject;
