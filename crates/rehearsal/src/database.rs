//! The database of a rehearsal, as the option `--database` names it.

use std::path::Path;

use anyhow::{Context, bail};

/// Checks the URL of a database. It must name PostgreSQL, or an SQLite file that does not exist yet.
///
/// The path of a file becomes absolute, because the servers run in another directory.
///
/// # Errors
///
/// Fails for any other URL, and if the file exists.
pub fn sqlite_or_postgres(url: &str) -> anyhow::Result<String> {
    if is_postgres(url) {
        return Ok(url.to_owned());
    }
    let path = url.strip_prefix("sqlite:").filter(|path| !path.is_empty());
    let path = path.with_context(|| format!("--database {url}: expected sqlite:PATH or postgres://…"))?;
    let path = std::path::absolute(Path::new(path)).with_context(|| format!("--database {url}"))?;
    if path.exists() {
        bail!("--database {url}: {} is there already; name a new file, or remove this one", path.display());
    }
    Ok(format!("sqlite:{}", path.display()))
}

/// The same PostgreSQL database with the role `accreditation`, which owns the schema by convention; `None` for SQLite.
pub fn owner(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://").filter(|_| is_postgres(url))?;
    let address = rest.split_once('@').map_or(rest, |(_, address)| address);
    Some(format!("{scheme}://accreditation@{address}"))
}

/// Whether a URL has one of the two schemes of PostgreSQL.
fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_is_at_the_same_place() {
        let owner = |url| owner(url).expect("PostgreSQL");
        assert_eq!(owner("postgres://accreditd@localhost/a?host=/x"), "postgres://accreditation@localhost/a?host=/x");
        assert_eq!(owner("postgresql://localhost/a"), "postgresql://accreditation@localhost/a");
        assert_eq!(super::owner("sqlite:a.db"), None);
    }

    #[test]
    fn only_a_new_file_or_postgres_is_accepted() {
        let directory = tempfile::tempdir().expect("a directory");
        let url = format!("sqlite:{}/new.db", directory.path().display());
        assert_eq!(sqlite_or_postgres(&url).expect("new"), url);
        std::fs::write(directory.path().join("new.db"), "").expect("written");
        assert!(sqlite_or_postgres(&url).is_err());
        assert!(sqlite_or_postgres("sqlite:").is_err());
        assert!(sqlite_or_postgres("mysql://a").is_err());
    }
}
