//! The methods about transparency.

pub(crate) mod watch_events;
