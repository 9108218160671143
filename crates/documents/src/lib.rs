//! Passports, photos, pledges and letters: sniffed, limited, cleaned, sealed, kept in a directory or a bucket, erased.
//!
//! [`check`] is the one way in: it proves that a file is what it should be and returns the bytes worth keeping. A
//! [`FileKey`] seals them to their place, and a [`Vault`] keeps what is sealed. This crate knows neither who may read a
//! document nor the master key that wraps its `FileKey`: whoever calls it does.
//!
//! No document is ever rendered by the service. Nothing here logs, and no error holds a byte of a document.

mod check;
pub mod sample;
mod seal;
mod unacceptable;
mod vault;

pub use check::{Accepted, MAX_BYTES, MediaType, check, check_pdf, sha256};
pub use seal::{FileKey, SEALING_OVERHEAD, SealError};
pub use unacceptable::Unacceptable;
pub use vault::{Credentials, Location, S3, S3Settings, Vault, VaultError};
