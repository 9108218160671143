//! What the log recorded, and which reader may see which event.

pub mod event;
pub mod notice;
