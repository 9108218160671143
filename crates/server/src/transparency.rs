//! `TransparencyService`: the transparency log of an election, as a stream.

pub(crate) mod watch_events;

pub(crate) use watch_events::WatchEvents;
