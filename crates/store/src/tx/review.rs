//! The review queue of the commission.

pub(crate) mod queue;
