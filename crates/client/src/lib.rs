//! The typed client of the service: one async method for each RPC, over mutual TLS 1.3.
//!
//! [`Client`] connects at the first call. It retries a call that is safe to retry, with the same request and so with
//! the same `request_id`; the service then does nothing twice. If one server fails, it goes on to the next of the
//! profile.
//!
//! Every failure is one [`Error`]. [`Error::help`] says what a person can do about it.
//!
//! | What happens | What the client does |
//! |---|---|
//! | no connection, or a connection that breaks | tries again, on the next server if there is one |
//! | UNAVAILABLE or RESOURCE_EXHAUSTED | tries again after the pause that the server asks for |
//! | any other refusal | returns it, because the answer would be the same |
//! | an alert about the client's certificate | returns it at once |
//! | an end right after the handshake | tries once more, then reports a refused certificate |
//! | a server that the profile's authorities did not sign | returns it at once, and sends nothing |
//!
//! Uploads, downloads and lists are methods of [`Client`] too. [`Client::watch`] follows an event log.

mod call;
mod connect;
mod connection_state;
mod decree_scans;
mod documents;
mod error;
mod help;
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
