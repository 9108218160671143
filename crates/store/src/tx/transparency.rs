//! The transparency log.

pub(crate) mod log;
