//! Stores sealed documents under opaque ids, in a directory or in an S3 bucket. Both pass the tests of
//! `tests/contract.rs`.

mod directory;
mod location;
mod s3;

use jiff::Timestamp;
use uuid::Uuid;

use crate::{MAX_BYTES, SEALING_OVERHEAD};
use directory::Directory;
pub use location::{Credentials, Location, S3, S3Settings};
use s3::Bucket;

/// The most bytes that a sealed document may have, with some room for a later format of the seal.
const MAX_SEALED: usize = MAX_BYTES + SEALING_OVERHEAD + 64;

/// Why the vault failed. No message holds the content of a document, a key or a signature.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The location or the settings of S3 are wrong. Says what was expected.
    #[error("{0}")]
    Location(String),
    /// A document is already stored under this id. It was not overwritten.
    #[error("a document with the id {0} is in the vault already: use a new id; nothing was overwritten")]
    Exists(Uuid),
    /// The bytes are more than any sealed document has. When they are read, another program has written them.
    #[error("the object {0} is larger than any sealed document")]
    TooLarge(Uuid),
    /// The file system reports an error.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried, as in "open".
        action: &'static str,
        /// The path of the file or directory.
        path: String,
        /// The error of the system.
        source: std::io::Error,
    },
    /// The credentials are missing or cannot be read.
    #[error("the credentials for S3 cannot be used: {0}")]
    Credentials(String),
    /// The bucket's server rejects the credentials, or does not allow them this. The files held no others.
    #[error("S3 denies access ({code}): {advice}")]
    Denied {
        /// S3's error code.
        code: String,
        /// Which file is wrong, and what to do. Holds no secret.
        advice: String,
    },
    /// The bucket does not exist.
    #[error("S3 has no bucket `{0}`: create it, or correct the location")]
    NoBucket(String),
    /// The bucket's server did not answer in time, in none of three attempts.
    #[error("S3 cannot be reached: {0}; check the endpoint, its certificate and the network")]
    Unreachable(String),
    /// The bucket's server answered with an unexpected status or content. If it said that it was busy, it did so in all
    /// attempts.
    #[error("S3 answered {status} ({code}): expected success; look into the log of the bucket's server")]
    UnexpectedResponse {
        /// The HTTP status.
        status: u16,
        /// S3's error code, or what is wrong with the content.
        code: String,
    },
}

/// Stores sealed documents. It cannot decrypt them, and does not know whose they are.
///
/// Any number of servers may use the same vault at the same time. An object is written once and never changed, so
/// readers and writers need no locks.
#[derive(Debug)]
pub struct Vault(Backend);

#[derive(Debug)]
enum Backend {
    Directory(Directory),
    Bucket(Box<Bucket>),
}

impl Vault {
    /// Opens a vault: creates its directory if there is none, or reads the credentials of its bucket. It does not
    /// connect to the bucket's server; [`Vault::probe`] does.
    pub fn open(location: &Location) -> Result<Self, VaultError> {
        Ok(Self(match location {
            Location::Directory(path) => Backend::Directory(Directory::open(path)?),
            Location::S3(bucket) => Backend::Bucket(Box::new(Bucket::open(bucket)?)),
        }))
    }

    /// Reads the credentials of the bucket again, and says whether they have changed. On an error the old ones stay. A
    /// directory has none. It reads small files where it is called.
    ///
    /// Nobody has to call it after an expiry: a request whose credentials are rejected reads them too.
    pub fn reload_credentials(&self) -> Result<bool, VaultError> {
        match &self.0 {
            Backend::Directory(_) => Ok(false),
            Backend::Bucket(bucket) => bucket.reload_credentials(),
        }
    }

    /// Stores bytes under a new id. When it returns, they survive a power failure. Refuses an id that is in use.
    pub async fn put(&self, id: Uuid, bytes: Vec<u8>) -> Result<(), VaultError> {
        if bytes.len() > MAX_SEALED {
            return Err(VaultError::TooLarge(id));
        }
        match &self.0 {
            Backend::Directory(directory) => directory.put(id, bytes).await,
            Backend::Bucket(bucket) => bucket.put(id, bytes).await,
        }
    }

    /// The bytes under this id, or None if there are none.
    pub async fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError> {
        match &self.0 {
            Backend::Directory(directory) => directory.get(id).await,
            Backend::Bucket(bucket) => bucket.get(id).await,
        }
    }

    /// Deletes the bytes under this id. Succeeds if there are none.
    ///
    /// A bucket with versioning still has the sealed bytes. Only the destruction of the key erases those.
    pub async fn delete(&self, id: Uuid) -> Result<(), VaultError> {
        match &self.0 {
            Backend::Directory(directory) => directory.delete(id).await,
            Backend::Bucket(bucket) => bucket.delete(id).await,
        }
    }

    /// Lists every id that was stored before this time, so that the caller can delete those that no document has.
    ///
    /// In a directory it also removes unfinished files that are older than this time: a crash has left them.
    pub async fn list(&self, before: Timestamp) -> Result<Vec<Uuid>, VaultError> {
        match &self.0 {
            Backend::Directory(directory) => directory.list(before).await,
            Backend::Bucket(bucket) => bucket.list(before).await,
        }
    }

    /// Checks whether documents can be stored now: writes a file to the directory, or lists a key of the bucket.
    pub async fn probe(&self) -> Result<(), VaultError> {
        match &self.0 {
            Backend::Directory(directory) => directory.probe().await,
            Backend::Bucket(bucket) => bucket.probe().await,
        }
    }
}
