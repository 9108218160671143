//! Checks, encrypts and stores the documents of applications: scans of passports, photos, pledges and letters.
//!
//! A document takes three steps:
//!
//! 1. [`check()`] proves that a file is what its kind of document should be, and returns the bytes to store.
//! 2. [`FileKey::seal`] encrypts the bytes with a key of their own.
//! 3. [`Vault::put`] stores the encrypted bytes in a directory or in a bucket.
//!
//! The caller knows who may read a document, and has the master key that encrypts each `FileKey`. This crate knows
//! neither.
//!
//! The service never renders a document: a renderer is where a hostile file does its harm. This crate logs nothing, and
//! no error holds a byte of a document.

mod check;
pub mod sample;
mod seal;
mod unacceptable;
mod vault;

pub use check::{Accepted, MAX_BYTES, MediaType, check, check_pdf, sha256};
pub use seal::{FileKey, SEALING_OVERHEAD, SealError};
pub use unacceptable::Unacceptable;
pub use vault::{Credentials, Location, S3, S3Settings, Vault, VaultError};
