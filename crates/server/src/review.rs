//! The methods about review.

pub(crate) mod claim_application;
pub(crate) mod claim_next_application;
pub(crate) mod clear_finding;
pub(crate) mod raise_questions;
pub(crate) mod recommend_application;
pub(crate) mod recuse_application;
pub(crate) mod release_application;
pub(crate) mod take_over_application;
