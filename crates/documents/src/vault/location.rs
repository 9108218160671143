//! Where a vault is, as an operator writes it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::VaultError;

/// Where a vault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A directory on a disk that every server sees.
    Directory(PathBuf),
    /// A bucket.
    S3(S3),
}

/// A bucket, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3 {
    /// Its name.
    pub bucket: String,
    /// What every key begins with, without a slash at its end; may be empty.
    pub prefix: String,
    /// How it is reached.
    pub settings: S3Settings,
}

/// How S3, or a server that speaks like it, is reached.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct S3Settings {
    /// As in `https://s3.example.org:9000`; without one, AWS's of the region.
    pub endpoint: Option<String>,
    /// The region that signatures name; `us-east-1` if there is none, which most servers other than AWS take.
    pub region: Option<String>,
    /// Certificates of the authorities that vouch for the endpoint, in PEM. HTTPS needs it; TLS is 1.3.
    pub trusted_roots: Option<PathBuf>,
    /// Whether `http://` is taken, on loopback alone: for tests, and for a proxy beside the service.
    pub allow_http_on_loopback: bool,
    /// Where the credentials are.
    pub credentials: Credentials,
}

/// Where an access key and its secret are read: when the vault is opened, on a reload, and when the server rejects them. They
/// are never part of a location, which gets into logs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Credentials {
    /// A file with the access key's id; without one, `AWS_ACCESS_KEY_ID` of the environment.
    pub access_key_id_file: Option<PathBuf>,
    /// A file with its secret; without one, `AWS_SECRET_ACCESS_KEY` of the environment.
    pub secret_access_key_file: Option<PathBuf>,
    /// A file with the token of a session; without one, `AWS_SESSION_TOKEN` of the environment, if it is set.
    pub session_token_file: Option<PathBuf>,
}

fn wrong(text: impl Into<String>) -> VaultError {
    VaultError::Location(text.into())
}

impl Location {
    /// Reads a location: `dir:documents` or a path is a directory, taken from `base` if it is relative;
    /// `s3://bucket/prefix` is a bucket that is reached as the settings say.
    pub fn parse(text: &str, base: &Path, s3: &S3Settings) -> Result<Self, VaultError> {
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let prefix = prefix.trim_end_matches('/');
            check_bucket(bucket)?;
            check_prefix(prefix)?;
            return Ok(Self::S3(S3 { bucket: bucket.into(), prefix: prefix.into(), settings: s3.clone() }));
        }
        let path = text.strip_prefix("dir:").unwrap_or(text);
        if path.is_empty() {
            return Err(wrong("expected where documents are kept: `dir:documents`, a path, or `s3://bucket/prefix`"));
        }
        if path.contains("://") {
            return Err(wrong("documents are kept in a directory or in S3: `dir:documents`, or `s3://bucket/prefix`"));
        }
        Ok(Self::Directory(base.join(path)))
    }
}

/// Says nothing of what it found: people paste credentials before an `@`.
fn check_bucket(bucket: &str) -> Result<(), VaultError> {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    if (3..=63).contains(&bucket.len()) && bucket.bytes().all(known) && !bucket.starts_with('.') {
        return Ok(());
    }
    Err(wrong("a bucket's name has 3 to 63 small letters, digits, `-` or `.`; credentials come from files, never here"))
}

fn check_prefix(prefix: &str) -> Result<(), VaultError> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    let plain = prefix.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if prefix.is_empty() || (prefix.bytes().all(known) && plain) {
        return Ok(());
    }
    Err(wrong("a prefix has letters, digits, `-`, `_` and `.` between single slashes, and no parameters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Location, VaultError> {
        Location::parse(text, Path::new("/etc/accreditd"), &S3Settings::default())
    }

    #[test]
    fn directories_are_paths_from_the_base() {
        for (text, path) in [
            ("dir:documents", "/etc/accreditd/documents"),
            ("documents", "/etc/accreditd/documents"),
            ("/srv/d", "/srv/d"),
        ] {
            assert_eq!(parse(text).unwrap(), Location::Directory(path.into()), "{text}");
        }
    }

    #[test]
    fn buckets_have_a_name_and_perhaps_a_prefix() {
        for (text, bucket, prefix) in [("s3://bucket", "bucket", ""), ("s3://my.bucket/a/b/", "my.bucket", "a/b")] {
            let Location::S3(s3) = parse(text).unwrap() else { panic!("{text} is a bucket") };
            assert_eq!((s3.bucket.as_str(), s3.prefix.as_str()), (bucket, prefix), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_a_location_is_refused_without_being_repeated() {
        for text in
            ["", "dir:", "ftp://x", "s3://", "s3://AKIA:hunter2@bucket", "s3://bucket/a?hunter2", "s3://abc/../d"]
        {
            let error = parse(text).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
