//! What the log says, and who is told of it.

pub mod event;
pub mod notice;
