//! Where a database is.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// A database, as a configuration names it.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, the database on it, and the role to be there.
    Postgres(Box<PgConnectOptions>),
}

/// What is wrong with a database's URL. Never repeats the URL: it could hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidDatabase(String);

fn invalid<T>(problem: impl Into<String>) -> Result<T, InvalidDatabase> {
    Err(InvalidDatabase(problem.into()))
}

impl Database {
    /// Reads `sqlite:PATH`, relative to a directory, or `postgres://ROLE@HOST:PORT/DATABASE?sslmode=verify-full`.
    ///
    /// A password does not belong there: PGPASSWORD or the file named by PGPASSFILE holds it.
    pub fn parse(url: &str, directory: &Path) -> Result<Self, InvalidDatabase> {
        match url.split_once(':') {
            Some(("sqlite", rest)) => sqlite(rest, directory),
            Some(("postgres" | "postgresql", rest)) => postgres(url, rest),
            _ => invalid("expected \"sqlite:\" and the path of a file, or \"postgres://ROLE@HOST/DATABASE\""),
        }
    }
}

/// Without its role and password.
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

fn sqlite(rest: &str, directory: &Path) -> Result<Database, InvalidDatabase> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    // `sqlite::memory:` would acknowledge what the next restart forgets; parameters could turn syncing off.
    if path.is_empty() || path.starts_with(':') || path.contains('?') {
        return invalid("expected \"sqlite:\" and the path of a file");
    }
    Ok(Database::Sqlite(directory.join(path)))
}

fn postgres(url: &str, rest: &str) -> Result<Database, InvalidDatabase> {
    let authority = rest.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
    if authority.rsplit_once('@').is_some_and(|(role, _)| role.contains(':')) || url.contains("password=") {
        return invalid("a password is in it; PGPASSWORD, or the file that PGPASSFILE names, is where it belongs");
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
    // Without sslrootcert any public authority could vouch for a database.
    let vouched = matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) && url.contains("sslrootcert=");
    if !is_local(&options) && !vouched {
        return invalid(
            "a server elsewhere is reached with sslmode=verify-full alone, and with the authority that \
            vouches for it in sslrootcert",
        );
    }
    Ok(Database::Postgres(Box::new(options)))
}

/// Whether what goes to the server stays on this machine.
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
