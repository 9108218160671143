//! The typed client of the service: one async method per RPC over mutual TLS 1.3.
//!
//! [`Client`] connects when first used, repeats a call that may simply be tried again (with the very same request, and so
//! the same `request_id`), and answers every failure with one [`Error`] that knows what to do about it.

mod call;
mod connect;
mod decree_scans;
mod documents;
mod error;
mod help;
mod link;
mod methods;
mod pages;
mod profile;
mod status;
mod watch;
mod watch_lists;

pub use call::Client;
pub use documents::{Downloaded, declare};
pub use error::{Error, Refusal, Violation};
pub use profile::Profile;
pub use tonic::Code;
pub use watch::Watch;
pub use watch_lists::NewWatchList;
