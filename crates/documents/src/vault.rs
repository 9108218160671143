//! Where sealed documents are kept: under opaque ids, in a directory or in a bucket of S3's kind.

mod directory;
mod location;
mod s3;

use jiff::Timestamp;
use uuid::Uuid;

use crate::{MAX_BYTES, SEALING_OVERHEAD};
use directory::Directory;
pub use location::{Credentials, Location, S3, S3Settings};
use s3::Bucket;

/// The most bytes that a sealed document has, with room for a later version of the seal.
const MAX_SEALED: usize = MAX_BYTES + SEALING_OVERHEAD + 64;

/// What the vault could not do. No message holds an id's content, a key or a signature.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// A location that cannot be one.
    #[error("{0}")]
    Location(String),
    /// The id is taken; what is there stays.
    #[error("a document of id {0} is in the vault already: take a new id, nothing was overwritten")]
    Exists(Uuid),
    /// More than any sealed document has: it was not written by us.
    #[error("what is kept under {0} is larger than any sealed document")]
    TooLarge(Uuid),
    /// The file system refuses.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// No credentials, or none that can be sent.
    #[error("no credentials for S3: {0}")]
    Credentials(String),
    /// The bucket's server rejects the credentials, or does not allow them this. The files held no others.
    #[error("S3 denies access ({code}): {advice}")]
    Denied {
        /// S3's error code.
        code: String,
        /// Which file is wrong, and what to do. Holds no secret.
        advice: String,
    },
    /// There is no such bucket.
    #[error("S3 knows no bucket `{0}`: create it, or correct the location")]
    NoBucket(String),
    /// The bucket's server did not answer, or not in time, also when asked again.
    #[error("S3 cannot be reached: {0}")]
    Unreachable(String),
    /// The bucket's server answered what cannot be used, also when asked again.
    #[error("S3 answered {status} ({code})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// S3's own word for it.
        code: String,
    },
}

/// Keeps sealed documents. It cannot open them, and it does not know whose they are.
#[derive(Debug)]
pub struct Vault(Backend);

#[derive(Debug)]
enum Backend {
    Directory(Directory),
    Bucket(Box<Bucket>),
}

impl Vault {
    /// Opens a vault: makes its directory if there is none, or reads the credentials of its bucket. A bucket's server is
    /// not asked before [`Vault::probe`].
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

    /// Keeps bytes under a new id. Once this returns they survive a power cut; an id that is taken is refused.
    pub async fn put(&self, id: Uuid, bytes: Vec<u8>) -> Result<(), VaultError> {
        if bytes.len() > MAX_SEALED {
            return Err(VaultError::TooLarge(id));
        }
        match &self.0 {
            Backend::Directory(directory) => directory.put(id, bytes).await,
            Backend::Bucket(bucket) => bucket.put(id, bytes).await,
        }
    }

    /// The bytes of that id, if there are any.
    pub async fn get(&self, id: Uuid) -> Result<Option<Vec<u8>>, VaultError> {
        match &self.0 {
            Backend::Directory(directory) => directory.get(id).await,
            Backend::Bucket(bucket) => bucket.get(id).await,
        }
    }

    /// Removes what is kept under an id; that there is nothing is as good. A bucket that keeps versions keeps the sealed
    /// bytes all the same: only the key's destruction erases them there.
    pub async fn delete(&self, id: Uuid) -> Result<(), VaultError> {
        match &self.0 {
            Backend::Directory(directory) => directory.delete(id).await,
            Backend::Bucket(bucket) => bucket.delete(id).await,
        }
    }

    /// Every id put before that time, to be swept if nothing knows it. In a directory, what a crash left half written by
    /// then is removed on the way.
    pub async fn list(&self, before: Timestamp) -> Result<Vec<Uuid>, VaultError> {
        match &self.0 {
            Backend::Directory(directory) => directory.list(before).await,
            Backend::Bucket(bucket) => bucket.list(before).await,
        }
    }

    /// Whether documents could be kept now: writes to the directory, or asks the bucket's server.
    pub async fn probe(&self) -> Result<(), VaultError> {
        match &self.0 {
            Backend::Directory(directory) => directory.probe().await,
            Backend::Bucket(bucket) => bucket.probe().await,
        }
    }
}
