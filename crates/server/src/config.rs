//! The server's one configuration file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use documents::{Credentials, Location, S3Settings};
use domain::election::cutoff::LONGEST_REQUEST;
use serde::Deserialize;
use store::Database;

/// What `accreditd` needs to know; paths are absolute or relative to the process once loaded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The database, as in `sqlite:accreditd.db` or `postgres://accreditd@localhost/accreditation`.
    pub database: String,
    /// The master key that seals personal data.
    pub key_file: PathBuf,
    /// Where documents are kept, sealed: a directory that every server sees, as in `dir:documents`, or a bucket of S3's kind,
    /// as in `s3://bucket/prefix`.
    #[serde(default = "documents")]
    pub documents: String,
    /// How the bucket is reached, if documents are in one.
    #[serde(default)]
    pub s3: S3Settings,
    /// Where clients connect; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the health probe and whoever collects metrics connect, without TLS: loopback alone.
    pub health_listen: SocketAddr,
    /// The server's own certificate.
    pub tls: TlsFiles,
    /// How much of everything is allowed.
    #[serde(default)]
    pub limits: Limits,
}

/// The server's certificate and key, in PEM; read again on SIGHUP.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// The certificate, followed by its intermediates.
    pub certificate: PathBuf,
    /// Its private key.
    pub private_key: PathBuf,
}

/// Upper bounds; each has a default and none can be zero.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Connections at once, those in their handshake included. 1024.
    pub max_connections: u32,
    /// Connections of one organization at once. 64.
    pub max_connections_per_organization: u32,
    /// Requests in flight on one connection. 128.
    pub max_concurrent_streams: u32,
    /// How long a client may take over its handshake. 5.
    pub handshake_timeout_seconds: u32,
    /// Handshakes at once; a connection beyond is closed at once. 256.
    pub max_pending_handshakes: u32,
    /// How long any request may take, at most 45; a client may ask for less. 30.
    pub request_timeout_seconds: u32,
    /// How long an upload may take, and a download until its first byte. 300.
    pub upload_timeout_seconds: u32,
    /// The largest message read. 4 MiB.
    pub max_message_bytes: u32,
    /// How long requests in flight may go on after SIGTERM. 10.
    pub drain_seconds: u32,
    /// After how long a client is asked to connect anew, so that load moves to new servers. 3600.
    pub connection_age_seconds: u32,
    /// Connections to a PostgreSQL server; one more listens. 16.
    pub database_connections: u32,
    /// Watches open at once. 1024.
    pub max_watches: u32,
    /// Watches of one organization at once. 32.
    pub max_watches_per_organization: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 1024,
            max_connections_per_organization: 64,
            max_concurrent_streams: 128,
            handshake_timeout_seconds: 5,
            max_pending_handshakes: 256,
            request_timeout_seconds: 30,
            upload_timeout_seconds: 300,
            max_message_bytes: 4 << 20,
            drain_seconds: 10,
            connection_age_seconds: 3600,
            database_connections: 16,
            max_watches: 1024,
            max_watches_per_organization: 32,
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

    fn check(&self) -> anyhow::Result<()> {
        let Self {
            max_connections,
            max_connections_per_organization,
            max_concurrent_streams,
            handshake_timeout_seconds,
            max_pending_handshakes,
            request_timeout_seconds,
            upload_timeout_seconds,
            max_message_bytes,
            drain_seconds,
            connection_age_seconds,
            database_connections,
            max_watches,
            max_watches_per_organization,
        } = *self;
        let all = [
            ("max_connections", max_connections),
            ("max_connections_per_organization", max_connections_per_organization),
            ("max_concurrent_streams", max_concurrent_streams),
            ("handshake_timeout_seconds", handshake_timeout_seconds),
            ("max_pending_handshakes", max_pending_handshakes),
            ("request_timeout_seconds", request_timeout_seconds),
            ("upload_timeout_seconds", upload_timeout_seconds),
            ("max_message_bytes", max_message_bytes),
            ("drain_seconds", drain_seconds),
            ("connection_age_seconds", connection_age_seconds),
            ("database_connections", database_connections),
            ("max_watches", max_watches),
            ("max_watches_per_organization", max_watches_per_organization),
        ];
        for (key, value) in all {
            ensure!(value > 0, "limits.{key} = 0: a limit is at least 1");
        }
        ensure!(
            i64::from(request_timeout_seconds) <= LONGEST_REQUEST.as_secs(),
            "limits.request_timeout_seconds = {request_timeout_seconds}: at most {}, because a minute after a cutoff \
             nothing that came in time may still be under way",
            LONGEST_REQUEST.as_secs()
        );
        Ok(())
    }
}

fn documents() -> String {
    "dir:documents".to_owned()
}

fn seconds(count: u32) -> Duration {
    Duration::from_secs(count.into())
}

impl Config {
    /// Reads the file, resolves its paths against its directory and checks it.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let directory = path.parent().unwrap_or(Path::new(""));
        Self::parse(&text, directory).with_context(|| format!("in {}", path.display()))
    }

    /// Refuses what is well-formed but would not run, or not safely.
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

    /// The database.
    pub fn database(&self) -> anyhow::Result<Database> {
        Database::parse(&self.database, Path::new("")).map_err(|problem| anyhow!("database: {problem}"))
    }

    /// Where documents are kept.
    pub fn location(&self) -> anyhow::Result<Location> {
        Location::parse(&self.documents, Path::new(""), &self.s3).context("documents")
    }

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
        assert_eq!(limits, Limits { max_connections: 7, ..Limits::default() });
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
            ("[tls]", "[limits]\ndrain_seconds = 0\n[tls]", "limits.drain_seconds"),
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
