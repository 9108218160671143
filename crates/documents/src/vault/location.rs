//! Parses the location of a vault from the configuration.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::VaultError;

/// Where a vault is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A directory. With more than one server, all of them must see the same one.
    Directory(PathBuf),
    /// A bucket of S3, or of another server with its protocol.
    S3(S3),
}

/// A bucket, or the part of one with a common prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3 {
    /// The name of the bucket.
    pub bucket: String,
    /// The prefix of all keys, without a slash at its end. Empty for a whole bucket.
    pub prefix: String,
    /// How to reach it.
    pub settings: S3Settings,
}

/// How to reach S3, or another server with its protocol: the table `[s3]` of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct S3Settings {
    /// The URL of the server, as in `https://s3.example.org:9000`. The default is AWS's endpoint of the region.
    pub endpoint: Option<String>,
    /// The region, which is part of each signature. The default is `us-east-1`, which most servers other than AWS
    /// accept.
    pub region: Option<String>,
    /// A PEM file with the trust anchors for the endpoint's certificate. Required for https, which is TLS 1.3.
    pub trusted_roots: Option<PathBuf>,
    /// Whether an `http://` endpoint on loopback is allowed: for tests, and for a proxy on the same host.
    pub allow_http_on_loopback: bool,
    /// Where the credentials are read.
    pub credentials: Credentials,
}

/// Where an access key and its secret are read: when the vault is opened, on a reload, and when the server rejects
/// them. They are never part of a location, which gets into logs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Credentials {
    /// The file with the access key id. Without it, the environment variable `AWS_ACCESS_KEY_ID` counts.
    pub access_key_id_file: Option<PathBuf>,
    /// The file with the secret access key. Without it, the environment variable `AWS_SECRET_ACCESS_KEY` counts.
    pub secret_access_key_file: Option<PathBuf>,
    /// The file with the session token of a temporary key. Without it, the environment variable `AWS_SESSION_TOKEN`
    /// counts. Neither is needed for a permanent key.
    pub session_token_file: Option<PathBuf>,
}

/// The text says what was expected.
fn location_error(text: impl Into<String>) -> VaultError {
    VaultError::Location(text.into())
}

impl Location {
    /// Parses `dir:documents` or a path as a directory, and `s3://bucket/prefix` as a bucket with these settings. A
    /// relative path starts at `base`.
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
            return Err(location_error(
                "expected the location of the documents: `dir:documents`, a path, or `s3://bucket/prefix`",
            ));
        }
        if path.contains("://") {
            return Err(location_error(
                "documents are in a directory or in S3: expected `dir:documents` or `s3://bucket/prefix`",
            ));
        }
        Ok(Self::Directory(base.join(path)))
    }
}

/// The error does not repeat the name: people paste credentials before an `@`, and errors get into logs.
fn check_bucket(bucket: &str) -> Result<(), VaultError> {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    if (3..=63).contains(&bucket.len()) && bucket.bytes().all(is_allowed) && !bucket.starts_with('.') {
        return Ok(());
    }
    Err(location_error(
        "a bucket's name has 3 to 63 lower-case letters, digits, `-` or `.`; credentials belong in files, never here",
    ))
}

/// Allows what needs no escape in a URL, and no part that a proxy might resolve as a path.
fn check_prefix(prefix: &str) -> Result<(), VaultError> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/');
    let has_plain_parts = prefix.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if prefix.is_empty() || (prefix.bytes().all(is_allowed) && has_plain_parts) {
        return Ok(());
    }
    Err(location_error("a prefix has letters, digits, `-`, `_` and `.` between single slashes, and no parameters"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Location, VaultError> {
        Location::parse(text, Path::new("/etc/accreditd"), &S3Settings::default())
    }

    #[test]
    fn relative_directories_start_at_the_base() {
        for (text, path) in [
            ("dir:documents", "/etc/accreditd/documents"),
            ("documents", "/etc/accreditd/documents"),
            ("/srv/d", "/srv/d"),
        ] {
            assert_eq!(parse(text).unwrap(), Location::Directory(path.into()), "{text}");
        }
    }

    #[test]
    fn a_bucket_has_a_name_and_an_optional_prefix() {
        for (text, bucket, prefix) in [("s3://bucket", "bucket", ""), ("s3://my.bucket/a/b/", "my.bucket", "a/b")] {
            let Location::S3(s3) = parse(text).unwrap() else { panic!("{text} is a bucket") };
            assert_eq!((s3.bucket.as_str(), s3.prefix.as_str()), (bucket, prefix), "{text}");
        }
    }

    #[test]
    fn an_error_does_not_repeat_the_location() {
        for text in
            ["", "dir:", "ftp://x", "s3://", "s3://AKIA:hunter2@bucket", "s3://bucket/a?hunter2", "s3://abc/../d"]
        {
            let error = parse(text).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
