//! The commission's queue.

pub(crate) mod queue;
