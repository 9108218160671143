//! The configuration file of the server, in TOML.
//!
//! All servers of an installation have the same file, but for addresses and paths. A wrong file
//! must not start a server, so an unknown key is an error, and every error names its key.
//!
//! The types check what one value may be; [`Config::check`] checks what types cannot say.
//! `accreditd config check` also reads the files that are named here.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use documents::{Credentials, Location, S3Settings};
use domain::election::cutoff::LONGEST_REQUEST;
use serde::Deserialize;
use store::Database;

/// The configuration. Once it is loaded, relative paths are relative to the directory of the file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The database, as in `sqlite:accreditd.db` or `postgres://accreditd@localhost/accreditation`.
    pub database: String,
    /// The file with the master key, which seals personal data.
    pub key_file: PathBuf,
    /// The vault of documents: a directory that every server sees, as in `dir:documents`, or a
    /// bucket that speaks S3, as in `s3://bucket/prefix`.
    #[serde(default = "documents")]
    pub documents: String,
    /// How the bucket is reached. Only for a vault in a bucket.
    #[serde(default)]
    pub s3: S3Settings,
    /// The address for clients. Port 0 takes a free port, for tests.
    pub listen: SocketAddr,
    /// The address for the health probe and for Prometheus. It has no TLS, so it must be a loopback
    /// address.
    pub health_listen: SocketAddr,
    /// The server's certificate and its private key.
    pub tls: TlsFiles,
    /// Limits. Each has a default.
    #[serde(default)]
    pub limits: Limits,
}

/// The server's certificate and key, in PEM. SIGHUP reads them again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// The certificate, followed by its intermediates. The root is not needed.
    pub certificate: PathBuf,
    /// The private key of the certificate. Only the server may read the file.
    pub private_key: PathBuf,
}

/// Upper limits. Each has a default, and none can be zero: [`NonZeroU32`] refuses it when the file
/// is read.
///
/// The last number of each comment is the default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Open connections, including those in their handshake. 1024.
    pub max_connections: NonZeroU32,
    /// Open connections of one organization. 64.
    pub max_connections_per_organization: NonZeroU32,
    /// Requests in flight on one connection. 128.
    pub max_concurrent_streams: NonZeroU32,
    /// How long a handshake may take, in seconds. 5.
    pub handshake_timeout_seconds: NonZeroU32,
    /// Handshakes at the same time. One more connection is closed at once. 256.
    pub max_pending_handshakes: NonZeroU32,
    /// How long a request may take, in seconds, at most 45. A client can ask for less. 30.
    pub request_timeout_seconds: NonZeroU32,
    /// How long an upload may take, and a download until its first byte, in seconds. 300.
    pub upload_timeout_seconds: NonZeroU32,
    /// The largest message that is read, in bytes. 4 MiB.
    pub max_message_bytes: NonZeroU32,
    /// How long requests in flight may go on after SIGTERM, in seconds. 10.
    pub drain_seconds: NonZeroU32,
    /// The age at which a connection is closed, in seconds. The client connects again, perhaps to
    /// another server, so load moves to new servers. 3600.
    pub connection_age_seconds: NonZeroU32,
    /// Connections to PostgreSQL. One more listens for notifications. 16.
    pub database_connections: NonZeroU32,
    /// Open watches. 1024.
    pub max_watches: NonZeroU32,
    /// Open watches of one organization. 32.
    pub max_watches_per_organization: NonZeroU32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: non_zero(1024),
            max_connections_per_organization: non_zero(64),
            max_concurrent_streams: non_zero(128),
            handshake_timeout_seconds: non_zero(5),
            max_pending_handshakes: non_zero(256),
            request_timeout_seconds: non_zero(30),
            upload_timeout_seconds: non_zero(300),
            max_message_bytes: non_zero(4 << 20),
            drain_seconds: non_zero(10),
            connection_age_seconds: non_zero(3600),
            database_connections: non_zero(16),
            max_watches: non_zero(1024),
            max_watches_per_organization: non_zero(32),
        }
    }
}

impl Limits {
    /// See [`Limits::handshake_timeout_seconds`].
    pub fn handshake_timeout(&self) -> Duration {
        seconds(self.handshake_timeout_seconds)
    }

    /// See [`Limits::request_timeout_seconds`].
    pub fn request_timeout(&self) -> Duration {
        seconds(self.request_timeout_seconds)
    }

    /// See [`Limits::upload_timeout_seconds`].
    pub fn upload_timeout(&self) -> Duration {
        seconds(self.upload_timeout_seconds)
    }

    /// See [`Limits::drain_seconds`].
    pub fn drain(&self) -> Duration {
        seconds(self.drain_seconds)
    }

    /// See [`Limits::connection_age_seconds`].
    pub fn connection_age(&self) -> Duration {
        seconds(self.connection_age_seconds)
    }

    /// Checks what the types do not say: how long a request may take.
    fn check(&self) -> anyhow::Result<()> {
        let (seconds, most) = (self.request_timeout_seconds, LONGEST_REQUEST.as_secs());
        ensure!(
            i64::from(seconds.get()) <= most,
            "limits.request_timeout_seconds = {seconds}: at most {most}, because applications lapse one minute after a \
             cutoff, and every request that came in time must have ended by then"
        );
        Ok(())
    }
}

/// A default limit. The compiler evaluates it, so a zero does not compile.
pub(crate) const fn non_zero(value: u32) -> NonZeroU32 {
    NonZeroU32::new(value).expect("a limit is at least 1")
}

/// The default of [`Config::documents`]: a directory beside the configuration file.
fn documents() -> String {
    "dir:documents".to_owned()
}

/// A limit in seconds as a duration.
fn seconds(count: NonZeroU32) -> Duration {
    Duration::from_secs(count.get().into())
}

impl Config {
    /// Reads the file, checks it, and resolves relative paths against its directory.
    ///
    /// # Errors
    ///
    /// The error names the file and the key, and says what was expected.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let directory = path.parent().unwrap_or(Path::new(""));
        Self::parse(&text, directory).with_context(|| format!("in {}", path.display()))
    }

    /// Refuses values that are well-formed, but with which a server would not run, or not safely.
    /// It opens no file.
    pub fn check(&self) -> anyhow::Result<()> {
        let address = self.health_listen;
        ensure!(
            address.ip().is_loopback(),
            "health_listen = \"{address}\": the probe is answered without TLS, so only on a loopback address, \
             as in \"127.0.0.1:7444\""
        );
        self.database()?;
        self.location()?;
        self.limits.check()
    }

    /// The database, parsed.
    pub fn database(&self) -> anyhow::Result<Database> {
        Database::parse(&self.database, Path::new("")).map_err(|problem| anyhow!("database: {problem}"))
    }

    /// The vault of documents, parsed.
    pub fn location(&self) -> anyhow::Result<Location> {
        Location::parse(&self.documents, Path::new(""), &self.s3).context("documents")
    }

    /// Reads the text of a file in a directory.
    fn parse(text: &str, directory: &Path) -> anyhow::Result<Self> {
        let mut config: Self = toml::from_str(text)?;
        config.check()?;
        if let Database::Sqlite(path) = config.database()? {
            config.database = format!("sqlite:{}", directory.join(path).display());
        }
        if let Location::Directory(path) = config.location()? {
            config.documents = format!("dir:{}", directory.join(path).display());
        }
        let Credentials { access_key_id_file, secret_access_key_file, session_token_file } = &mut config.s3.credentials;
        // Paths of the bucket are resolved too, if they are given.
        let of_s3 = [&mut config.s3.trusted_roots, access_key_id_file, secret_access_key_file, session_token_file];
        for path in of_s3.into_iter().flatten() {
            *path = directory.join(&*path);
        }
        for path in [&mut config.key_file, &mut config.tls.certificate, &mut config.tls.private_key] {
            *path = directory.join(&*path);
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"
        database = "sqlite:accreditd.db"
        key_file = "/secret/master.key"
        listen = "127.0.0.1:0"
        health_listen = "[::1]:0"
        [tls]
        certificate = "server.pem"
        private_key = "server.key"
    "#;

    #[test]
    fn paths_are_relative_to_the_file() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("accreditd.toml");
        std::fs::write(&file, FULL).expect("written");
        let config = Config::load(&file).expect("a valid file");
        assert_eq!(config.database, format!("sqlite:{}/accreditd.db", directory.path().display()));
        assert_eq!(config.key_file, Path::new("/secret/master.key"));
        assert_eq!(config.tls.private_key, directory.path().join("server.key"));
        assert_eq!(config.location().expect("one"), Location::Directory(directory.path().join("documents")));
        assert_eq!(config.limits, Limits::default());
    }

    #[test]
    fn limits_left_out_keep_their_defaults() {
        let text = format!("{FULL}\n[limits]\nmax_connections = 7\n");
        let limits = Config::parse(&text, Path::new("")).expect("valid").limits;
        assert_eq!(limits, Limits { max_connections: non_zero(7), ..Limits::default() });
        assert_eq!(limits.request_timeout(), Duration::from_secs(30));
    }

    #[test]
    fn every_error_names_its_key() {
        for (from, to, named) in [
            ("database", "data_base", "data_base"),
            ("key_file = \"/secret/master.key\"", "", "key_file"),
            ("certificate", "cert", "cert"),
            ("127.0.0.1:0", "localhost", "listen"),
            ("[::1]:0", "0.0.0.0:7444", "health_listen"),
            ("sqlite:accreditd.db", "postgres://db", "database"),
            ("sqlite:accreditd.db", "postgres://a@db.example/c", "verify-full"),
            ("sqlite:accreditd.db", "sqlite::memory:", "database"),
            ("sqlite:accreditd.db", "sqlite:a.db?mode=memory", "database"),
            ("key_file", "documents = \"s3://\"\nkey_file", "documents"),
            ("[tls]", "[s3]\npassword = \"x\"\n[tls]", "password"),
            ("[tls]", "[limits]\ndrain_seconds = 0\n[tls]", "drain_seconds"),
            ("[tls]", "[limits]\nmax_watches = 0\n[tls]", "expected a nonzero u32"),
            ("[tls]", "[limits]\nrequest_timeout_seconds = 60\n[tls]", "at most 45"),
            ("[tls]", "[limits]\ndrain_minutes = 1\n[tls]", "drain_minutes"),
            ("[tls]", "[limits]\ndrain_seconds = -1\n[tls]", "drain_seconds"),
        ] {
            let error = Config::parse(&FULL.replace(from, to), Path::new("")).expect_err(to);
            assert!(format!("{error:#}").contains(named), "{error:#} does not name {named}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Config::load(Path::new("/nowhere/accreditd.toml")).expect_err("missing");
        assert!(format!("{error:#}").contains("/nowhere/accreditd.toml"));
    }
}
