//! The methods about retention.

pub(crate) mod create_legal_hold;
pub(crate) mod export_subject;
pub(crate) mod release_legal_hold;
