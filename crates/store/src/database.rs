//! Database URLs: which database a configuration names.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// A database, as a configuration names it. `Display` shows it without role and
/// password.
#[derive(Debug, Clone)]
pub enum Database {
    /// The path of a SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL server with the database and the role to log in as.
    Postgres(Box<PgConnectOptions>),
}

/// What is wrong with a database URL. The text never repeats the URL, which
/// could hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidDatabase(String);

/// An error with this problem.
fn invalid<T>(problem: impl Into<String>) -> Result<T, InvalidDatabase> {
    Err(InvalidDatabase(problem.into()))
}

impl Database {
    /// Parses `sqlite:PATH`, relative to `directory`, or
    /// `postgres://ROLE@HOST:PORT/DATABASE?sslmode=verify-full`.
    ///
    /// A password in the URL is refused, because URLs end up in process lists
    /// and logs. PostgreSQL takes it from the environment variable PGPASSWORD
    /// or from the file that PGPASSFILE names.
    pub fn parse(url: &str, directory: &Path) -> Result<Self, InvalidDatabase> {
        match url.split_once(':') {
            Some(("sqlite", rest)) => parse_sqlite(rest, directory),
            Some(("postgres" | "postgresql", rest)) => parse_postgres(url, rest),
            _ => invalid("expected \"sqlite:\" and the path of a file, or \"postgres://ROLE@HOST/DATABASE\""),
        }
    }
}

/// Without role and password, so that it can be logged.
impl std::fmt::Display for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(options) => {
                let database = options.get_database().unwrap_or_default();
                match options.get_socket() {
                    Some(socket) => write!(f, "PostgreSQL {database} at {}", socket.display()),
                    None => write!(f, "PostgreSQL {database} at {}:{}", options.get_host(), options.get_port()),
                }
            }
        }
    }
}

/// Parses what follows `sqlite:`.
fn parse_sqlite(rest: &str, directory: &Path) -> Result<Database, InvalidDatabase> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    // `sqlite::memory:` would acknowledge data that the next restart loses. URL
    // parameters could turn syncing off, with the same result after a power
    // cut.
    if path.is_empty() || path.starts_with(':') || path.contains('?') {
        return invalid("expected \"sqlite:\" and the path of a file");
    }
    Ok(Database::Sqlite(directory.join(path)))
}

/// Parses a PostgreSQL URL and refuses every connection that somebody on the
/// network could read or redirect.
fn parse_postgres(url: &str, rest: &str) -> Result<Database, InvalidDatabase> {
    let authority = rest.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
    if authority.rsplit_once('@').is_some_and(|(role, _)| role.contains(':')) || url.contains("password=") {
        return invalid(
            "it contains a password; put the password into PGPASSWORD, or into the file that PGPASSFILE names",
        );
    }
    let Ok(options) = PgConnectOptions::from_str(url) else {
        return invalid(
            "expected postgres://ROLE@HOST:PORT/DATABASE, as in \
            postgres://accreditd@db.example/accreditation?sslmode=verify-full&sslrootcert=/etc/accreditd/db-ca.pem",
        );
    };
    if !authority.contains('@') {
        return invalid("it names no role, as in postgres://accreditd@…");
    }
    if options.get_database().is_none() {
        return invalid("it names no database, as in …/accreditation");
    }
    // Without sslrootcert every public certificate authority could vouch for
    // the server.
    let is_verified = matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) && url.contains("sslrootcert=");
    if !is_local(&options) && !is_verified {
        return invalid(
            "the server is not on this machine, so the URL needs sslmode=verify-full, and sslrootcert with the \
            certificate authority of the server",
        );
    }
    Ok(Database::Postgres(Box::new(options)))
}

/// Whether the traffic to the server stays on this machine, so that it needs no
/// TLS: a socket, or a loopback address.
fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host().trim_start_matches('[').trim_end_matches(']');
    options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Database, InvalidDatabase> {
        Database::parse(url, Path::new("/etc/accreditd"))
    }

    /// Paths are relative to the configuration's directory. The text of a
    /// database shows no role.
    #[test]
    fn files_and_servers_are_told_apart() {
        let Database::Sqlite(path) = parse("sqlite:a.db").expect("a file") else { panic!("a file") };
        assert_eq!(path, Path::new("/etc/accreditd/a.db"));
        for url in [
            "postgres://accreditd@localhost/accreditation",
            "postgres://accreditd@127.0.0.1:5433/accreditation",
            "postgresql://accreditd@localhost/accreditation?host=/run/postgresql",
            "postgres://accreditd@db.example/accreditation?sslmode=verify-full&sslrootcert=/etc/ca.pem",
        ] {
            let database = parse(url).expect(url);
            assert!(matches!(&database, Database::Postgres(options) if options.get_username() == "accreditd"), "{url}");
            assert!(!database.to_string().contains("accreditd@"));
        }
    }

    /// Each refused URL gives an error that names what to change and never
    /// repeats the password.
    #[test]
    fn what_would_weaken_it_is_refused_and_nothing_of_it_repeated() {
        for (url, named) in [
            ("mysql://a@b/c", "postgres://"),
            ("sqlite::memory:", "path of a file"),
            ("sqlite:a.db?mode=memory", "path of a file"),
            ("postgres://accreditd:hunter2@localhost/accreditation", "PGPASSFILE"),
            ("postgres://accreditd@localhost/accreditation?password=hunter2", "PGPASSFILE"),
            ("postgres://db.example/accreditation", "role"),
            ("postgres://accreditd@db.example/accreditation", "verify-full"),
            ("postgres://accreditd@db.example/accreditation?sslmode=require", "verify-full"),
            ("postgres://accreditd@db.example/accreditation?sslmode=verify-full", "sslrootcert"),
            ("postgres://accreditd@localhost", "database"),
        ] {
            let error = parse(url).expect_err(url).to_string();
            assert!(error.contains(named), "{url}: {error}");
            assert!(!error.contains("hunter2"));
        }
    }
}
