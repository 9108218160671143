//! Events of the log, as they happen.
//!
//! The service writes each change to a log. A caller is told only about events of resources that it may read.

pub mod watch;
