//! The transparency log as a stream.

pub(crate) mod watch_events;

pub(crate) use watch_events::WatchEvents;
